using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;

namespace TwinActors.UnitTests.Persistence;

public sealed class RunBytesTests
{
    [Fact]
    public void Places_come_back_as_they_were_written()
    {
        EventPlace[] places = [new(1, 7), new(2, 8), new(3, 200), new(1_000, 70_000), new(1_001, long.MaxValue)];

        Assert.Equal(places, RunBytes.Decode(RunBytes.Encode(places)));
        Assert.Empty(RunBytes.Decode([]));
    }

    [Fact]
    public void Neighbours_take_two_bytes_each()
    {
        var places = Enumerable.Range(1, 100).Select(n => new EventPlace(n, 10 * n)).ToArray();

        Assert.Equal(200, RunBytes.Encode(places).Length);
    }

    [Fact]
    public void A_number_that_does_not_end_is_damage()
    {
        byte[] endless = [1, 1, 0x80];

        Assert.Equal(
            JournalFault.Corrupt, Assert.Throws<JournalException>(() => RunBytes.Decode(endless)).Fault);
    }
}
