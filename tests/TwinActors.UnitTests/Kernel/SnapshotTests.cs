using System.Diagnostics.Metrics;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Kernel;

public sealed class SnapshotTests : IAsyncDisposable
{
    private static readonly EventSourcingOptions EveryThree = new() { SnapshotEvery = 3 };

    private readonly ActorSimulation _simulation = new();
    private readonly FaultyEventLog<int> _log = new();
    private readonly FaultySnapshotLog<int> _snapshots = new();
    private readonly List<SnapshotFailed> _failed = [];
    private readonly List<ActorFailed> _actorFailed = [];

    public SnapshotTests()
    {
        _simulation.System.EventStream.Subscribe<SnapshotFailed>(_failed.Add);
        _simulation.System.EventStream.Subscribe<ActorFailed>(_actorFailed.Add);
    }

    public ValueTask DisposeAsync() => _simulation.DisposeAsync();

    [Fact]
    public void A_snapshot_is_taken_each_so_many_events_and_never_inside_a_command()
    {
        var counter = Start(EveryThree);

        counter.Add(1, 2);
        counter.Add(3, 4);
        counter.Add(5, 6);
        counter.Add(7);

        Assert.Equal([(4L, 10), (7L, 28)], _snapshots.Saved.Select(snapshot => (snapshot.Sequence, snapshot.State)));
        Assert.All(_snapshots.Saved, snapshot => Assert.Equal(1, snapshot.Epoch));
        Assert.Empty(_failed);
    }

    [Fact]
    public void No_snapshot_is_taken_by_default()
    {
        var counter = Start(new EventSourcingOptions());

        counter.Add([.. Enumerable.Repeat(1, 5_000)]);

        Assert.Empty(_snapshots.Saved);
    }

    [Fact]
    [Trait("Rule", "K-21")]
    public void Recovery_reads_the_events_behind_the_snapshot_only()
    {
        Start(EveryThree).Add(1, 2, 3, 4);
        Start(EveryThree).Add(5);

        Assert.Equal([1L, 5], _log.ReadsFrom);
        Assert.Equal((15, 5L), Start(EveryThree).Read());
    }

    [Fact]
    public void A_command_before_the_snapshot_that_is_sent_again_gets_its_first_answer()
    {
        var id = Guid.NewGuid();
        var first = Start(EveryThree).Add(id, 1, 2);
        Start(EveryThree).Add(3, 4, 5);

        var again = Start(EveryThree).Add(id, 1, 2);

        Assert.Equal(first, again);
        Assert.Equal(5, Assert.Single(_snapshots.Saved).Sequence);
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public void A_snapshot_that_cannot_be_saved_fails_nothing_and_the_next_one_is_tried()
    {
        using var count = new Count("twin.snapshots.failed");
        var counter = Start(EveryThree);
        _snapshots.Faults.Enqueue(null);
        _snapshots.Faults.Enqueue(new IOException("The disk is full."));
        counter.Add(1);

        Assert.IsType<CommandOutcome.Accepted>(counter.Add(2, 3));
        Assert.IsType<CommandOutcome.Accepted>(counter.Add(4));
        Assert.IsType<CommandOutcome.Accepted>(counter.Add(5, 6));

        Assert.Equal(6, Assert.Single(_snapshots.Saved).Sequence);
        var failed = Assert.Single(_failed);
        Assert.Equal((Counter.KeyOf("a"), "The disk is full."), (failed.Entity, failed.Cause.Message));
        Assert.Empty(_actorFailed);
        Assert.True(count.Value >= 1);
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public void A_store_that_never_answers_about_a_snapshot_holds_nobody_up()
    {
        var counter = Start(EveryThree);
        counter.Add(1);
        _snapshots.IsHanging = true;

        counter.Add(2, 3);
        counter.Add(4);
        Assert.Equal((10, 4L), counter.Read());
        _simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<TimeoutException>(Assert.Single(_failed).Cause);

        var next = new Counter(_simulation, _log, _snapshots, EveryThree);
        _simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal((10, 4L), next.Read());
        Assert.Equal(2, _failed.Count);
        Assert.Empty(_actorFailed);
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public void A_snapshot_that_cannot_be_used_gives_way_to_the_older_one_and_that_to_all_events()
    {
        Start(EveryThree).Add(1, 2, 3);
        Start(EveryThree).Add(4, 5, 6);
        Start(EveryThree).Add(7);
        _log.ReadsFrom.Clear();

        _snapshots.Unusable.Add(6);
        Assert.Equal((28, 7L), Start(EveryThree).Read());
        _snapshots.Unusable.Add(3);
        Assert.Equal((28, 7L), Start(EveryThree).Read());

        Assert.Equal([4L, 1], _log.ReadsFrom);
        Assert.Equal([6L, 6, 3], _failed.Select(failed => ((UnusableSnapshotException)failed.Cause).Sequence));
        Assert.Empty(_actorFailed);
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public void Snapshots_that_cannot_be_read_give_way_to_all_events()
    {
        Start(EveryThree).Add(1, 2, 3);
        _snapshots.Faults.Enqueue(new IOException("The disk is gone."));

        Assert.Equal((6, 3L), Start(EveryThree).Read());

        Assert.Equal("The disk is gone.", Assert.Single(_failed).Cause.Message);
    }

    [Fact]
    public void An_id_that_is_used_for_another_command_is_told_apart_from_a_resend()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        var counter = Start(EveryThree);
        counter.Add(first, 1, 2);
        counter.Add(second, 5, -5);

        Assert.Equal(new CommandOutcome.IdTaken(first, 2), counter.Add(first, 4));
        Assert.Equal(new CommandOutcome.IdTaken(first, 2), Start(new EventSourcingOptions()).Add(first, 4));
        Assert.Equal(new CommandOutcome.IdTaken(first, 2), Start(EveryThree).Add(first, 4));
        Assert.IsType<CommandOutcome.Accepted>(counter.Add(first, 2, 1));
        // The hash of this one was never known.
        Assert.IsType<CommandOutcome.Accepted>(counter.Add(second, 9));
        Assert.Equal((3, 4L), counter.Read());
    }

    private Counter Start(EventSourcingOptions options) => new(_simulation, _log, _snapshots, options);

    private sealed class Count : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _value;

        public Count(string instrument)
        {
            _listener.InstrumentPublished = (published, listener) =>
            {
                if (published.Name == instrument)
                {
                    listener.EnableMeasurementEvents(published);
                }
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _value, value));
            _listener.Start();
        }

        public long Value => Interlocked.Read(ref _value);

        public void Dispose() => _listener.Dispose();
    }
}
