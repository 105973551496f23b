using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.UnitTests.Persistence;

public sealed class CheckpointTests
{
    [Fact]
    public void Its_text_is_read_back()
    {
        var checkpoint = Checkpoint.Start.With(new ShardId(200), 7).With(new ShardId(3), long.MaxValue);

        Assert.Equal("3-9223372036854775807_200-7", checkpoint.ToString());
        Assert.True(Checkpoint.TryParse(checkpoint.ToString(), out var read));
        Assert.Equal(checkpoint, read);
        Assert.Equal(checkpoint.GetHashCode(), read.GetHashCode());
    }

    [Fact]
    public void The_text_of_an_events_position_is_a_checkpoint()
    {
        var position = new JournalPosition(17, 4_711);

        Assert.True(Checkpoint.TryParse(position.ToString(), out var checkpoint));
        Assert.Equal(Checkpoint.Behind(position), checkpoint);
        Assert.Equal(4_711, checkpoint[new ShardId(17)]);
        Assert.Equal(0, checkpoint[new ShardId(18)]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_text_is_the_start(string? text)
    {
        Assert.True(Checkpoint.TryParse(text, out var checkpoint));
        Assert.Equal(Checkpoint.Start, checkpoint);
        Assert.Equal("", checkpoint.ToString());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1")]
    [InlineData("-1")]
    [InlineData("1-")]
    [InlineData("1-2_")]
    [InlineData("1--2")]
    [InlineData("1-2_1-3")]
    [InlineData("1-99999999999999999999")]
    [InlineData(" 1-2")]
    public void Other_text_is_refused(string text)
    {
        Assert.False(Checkpoint.TryParse(text, out var checkpoint));
        Assert.Equal(Checkpoint.Start, checkpoint);
    }
}
