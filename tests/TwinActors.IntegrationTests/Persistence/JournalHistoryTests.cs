using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>The judge of histories sees each kind of damage, and none where there is none.</summary>
public sealed class JournalHistoryTests
{
    private static readonly EntityKey Arm = new(0, "robot", "arm1");
    private static readonly Guid First = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Second = new("00000000-0000-0000-0000-000000000002");

    private static readonly List<StoredEvent> Whole =
    [
        Event(1, First, part: 0, of: 2), Event(2, First, part: 1, of: 2), Event(3, Second, part: 0, of: 1),
    ];

    private static readonly Acknowledged[] Told = [new(Arm, 2, First), new(Arm, 3, Second)];

    [Fact]
    public void A_whole_journal_breaks_no_promise() => Assert.Empty(JournalHistory.Violations(Whole, Told));

    [Fact]
    public void A_command_that_nobody_was_told_of_may_be_there() =>
        Assert.Empty(JournalHistory.Violations(Whole, Told[..1]));

    [Fact]
    public void An_acknowledged_command_that_is_missing_is_seen() =>
        Assert.Contains("as event 3 and is there 0 times", Only(Whole[..2], Told), StringComparison.Ordinal);

    [Fact]
    public void Half_a_command_is_seen() =>
        Assert.Contains(
            $"{First} is not whole",
            Only([Whole[0], Event(2, Second, part: 0, of: 1)], [new(Arm, 2, Second)]), StringComparison.Ordinal);

    [Fact]
    public void A_command_that_was_carried_out_twice_is_seen() =>
        Assert.Contains(
            $"{Second} is not whole",
            Only([.. Whole, Event(4, Second, part: 0, of: 1)], Told), StringComparison.Ordinal);

    [Fact]
    public void A_gap_is_seen_in_stream_and_shard() =>
        Assert.Equal(2, JournalHistory.Violations([.. Whole[..2], Event(4, Second, part: 0, of: 1)], []).Count);

    [Fact]
    public void An_epoch_that_decreases_is_seen() =>
        Assert.Contains("epochs of shard 0 decrease", Only([.. Whole[..2], Whole[2] with { Epoch = 1 }], Told),
            StringComparison.Ordinal);

    private static string Only(List<StoredEvent> events, Acknowledged[] told) =>
        Assert.Single(JournalHistory.Violations(events, told));

    private static StoredEvent Event(long sequence, Guid command, int part, byte of) => new()
    {
        Entity = Arm,
        Sequence = sequence,
        Shard = new ShardId(0),
        ShardSequence = sequence,
        Epoch = 2,
        Part = part,
        Name = new EventName("test.happened", 1),
        Command = command,
        CommandHash = null,
        AtNs = 0,
        Body = new[] { of },
    };
}
