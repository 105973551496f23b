using Microsoft.Extensions.Logging;
using TwinActors.Host.Observability;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Host.Observability;

public sealed class RecentLogTests
{
    private static readonly LogFilter All = new(LogLevel.Trace, null);

    [Fact]
    public void The_last_lines_are_remembered_and_no_more()
    {
        using var log = new RecentLog(new ManualTimeProvider());
        var writer = log.CreateLogger("Here");

        for (var i = 0; i < RecentLog.Capacity + 5; i++)
        {
            writer.LogInformation("line {Number}", i);
        }

        var lines = log.Last(All, int.MaxValue);
        Assert.Equal(RecentLog.Capacity, lines.Length);
        Assert.Equal(("line 5", "Here"), (lines[0].Message, lines[0].Category));
        Assert.Equal(["line 1003", "line 1004"], log.Last(All, 2).Select(line => line.Message));
    }

    [Theory]
    [InlineData(LogLevel.Warning, null, "b c d")]
    [InlineData(LogLevel.Trace, "/user/robots/arm1", "a c")]
    [InlineData(LogLevel.Trace, "/user/robots/", "a c d")]
    [InlineData(LogLevel.Error, "/user/robots", "d")]
    public void A_filter_takes_a_level_and_an_actor_with_those_below(LogLevel level, string? path, string expected)
    {
        using var log = new RecentLog(new ManualTimeProvider());
        var writer = log.CreateLogger("Here");
        writer.LogInformation("a{Path}", "/user/robots/arm1");
        writer.LogWarning("b");
        writer.LogWarning("c{Path}", "/user/robots/arm1/joints");
        writer.LogError(new IOException("disk"), "d{Path}", "/user/robots/arm10");

        var lines = log.Last(new LogFilter(level, path), 10);

        Assert.Equal(expected, string.Join(' ', lines.Select(line => line.Message[0])));
    }

    [Fact]
    public async Task A_follower_gets_what_is_written_from_now_on_and_learns_how_much_it_missed()
    {
        using var log = new RecentLog(new ManualTimeProvider());
        var writer = log.CreateLogger("Here");
        writer.LogInformation("before");
        await using var follower = log.FollowAsync(All, TestContext.Current.CancellationToken)
            .GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var first = follower.MoveNextAsync();
        for (var i = 0; i < RecentLog.Capacity + 10; i++)
        {
            writer.LogInformation("line {Number}", i);
        }

        Assert.True(await first);
        var (seen, missed) = (1, follower.Current.Missed);
        while (seen < RecentLog.Capacity)
        {
            await NextAsync();
        }

        // The first line is taken at some time during the writing: what was missed before stands with a line before.
        writer.LogInformation("after");
        while (follower.Current.Line.Message != "after")
        {
            await NextAsync();
        }

        Assert.Equal(RecentLog.Capacity + 11, seen + missed);

        async Task NextAsync()
        {
            Assert.True(await follower.MoveNextAsync());
            (seen, missed) = (seen + 1, missed + follower.Current.Missed);
        }
    }
}
