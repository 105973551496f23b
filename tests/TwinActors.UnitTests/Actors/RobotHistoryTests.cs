using System.Text;
using TwinActors.Actors.Journal;
using TwinActors.Actors.Robots;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;
using TwinActors.Persistence.Volatile;
using TwinActors.Robotics;
using TwinActors.Testing;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Actors;

public sealed class RobotHistoryTests
{
    private static readonly EntityKey Arm = RobotTwins.KeyOf(RobotId.Parse("arm1"));
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly VolatileStore _store = new();
    private readonly VolatileJournal _journal;
    private readonly RobotHistory _history;

    public RobotHistoryTests()
    {
        _journal = VolatileJournal.Open(_store, JournalOptions.For("test", new ManualTimeProvider()));
        _history = new RobotHistory(_journal);
    }

    [Fact]
    public async Task A_whole_stream_is_found_whole_also_behind_deleted_events()
    {
        await WriteAsync(10);
        var full = await _history.VerifyAsync(Arm, Stop);
        var epoch = (await _journal.ReadHeadAsync(Arm, Stop)).Epoch;
        await SaveAsync(4, epoch);
        await SaveAsync(8, epoch);
        await _journal.DeleteEventsAsync(Arm, epoch, 4, Stop);

        var trimmed = await _history.VerifyAsync(Arm, Stop);

        Assert.Empty(full.Problems);
        Assert.Empty(trimmed.Problems);
        Assert.Equal((10, 0), (full.LastSequence, full.Snapshots));
        Assert.Equal((10, 2, full.Hash), (trimmed.LastSequence, trimmed.Snapshots, trimmed.Hash));
        Assert.Equal(full.Hash, (await _history.ReplayAsync(Arm, long.MaxValue, Stop)).Hash);
        Assert.NotEqual(full.Hash, (await _history.ReplayAsync(Arm, 6, Stop)).Hash);
    }

    [Fact]
    public async Task A_missing_event_is_named()
    {
        await WriteAsync(5);
        _store.Streams[Arm].RemoveAt(2);

        var problem = Assert.Single((await _history.VerifyAsync(Arm, Stop)).Problems);

        Assert.Contains("Event 3 of robot/arm1", problem, StringComparison.Ordinal);
        Assert.Contains("number 4", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_snapshot_and_one_of_other_events_are_named()
    {
        await WriteAsync(5);
        var epoch = (await _journal.ReadHeadAsync(Arm, Stop)).Epoch;
        await SaveAsync(2, epoch);
        await SaveAsync(4, epoch, sequenceOfState: 3);
        _store.Snapshots[Arm][1] = _store.Snapshots[Arm][1] with { Body = Encoding.UTF8.GetBytes("{}") };

        var problems = (await _history.VerifyAsync(Arm, Stop)).Problems;

        Assert.Equal(2, problems.Length);
        Assert.Contains("at event 2 cannot be used: its checksum", problems[0], StringComparison.Ordinal);
        Assert.Contains("at event 4 is not what the events", problems[1], StringComparison.Ordinal);
    }

    private async Task WriteAsync(int events)
    {
        var head = await _journal.ReadHeadAsync(Arm, Stop);
        await _journal.AppendAsync(
            new AppendRequest
            {
                Entity = Arm,
                Epoch = head.Epoch,
                ExpectedSequence = 0,
                Events = [.. Happened().Take(events).Select(RobotTwinEvents.Registry.Write)],
                AtNs = 0,
            },
            Stop);
    }

    private async Task SaveAsync(long sequence, long epoch, long? sequenceOfState = null) =>
        await new JournalSnapshots<RobotTwinState>(_journal, RobotTwinStates.Registry).SaveAsync(
            new EntitySnapshot<RobotTwinState>(
                Arm,
                sequence,
                epoch,
                Noon,
                Happened().Take((int)(sequenceOfState ?? sequence)).Aggregate(RobotTwin.Initial, RobotTwin.Evolve),
                []),
            Stop);

    private static IEnumerable<RobotTwinEvent> Happened()
    {
        yield return new RobotTwinEvent.Registered(
            RobotId.Parse("arm1"), Noon, new RobotDescription { Link = "ros2" });
        for (var n = 1; ; n++)
        {
            yield return new RobotTwinEvent.FirstData(Noon, $"stream-{n}", "/x");
        }
    }
}
