using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using TwinActors.Robotics;
using TwinActors.Twins;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Twins;

public sealed class RobotTwinTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly RobotId Arm1 = RobotId.Parse("arm1");

    [Fact]
    public void A_robot_is_registered_once()
    {
        var state = After(Register());

        var again = RobotTwin.Decide(state, Register());

        Assert.Equal(RejectionKind.Conflict, again.Rejection!.Kind);
        Assert.Contains("arm1", again.Rejection.Message, StringComparison.Ordinal);
        Assert.Empty(again.Events);
    }

    [Fact]
    public void The_id_of_a_removed_robot_stays_taken()
    {
        var state = After(Register(), new RobotTwinCommand.Remove(Noon));

        Assert.IsType<RobotTwinState.Gone>(state);
        Assert.Equal(RejectionKind.Conflict, RobotTwin.Decide(state, Register()).Rejection!.Kind);
        Assert.Equal(RejectionKind.Removed, RobotTwin.Decide(state, new RobotTwinCommand.Remove(Noon)).Rejection!.Kind);
    }

    [Fact]
    public void A_calibration_counts_from_its_approval_on_and_the_next_replaces_it()
    {
        var first = new RobotCalibration([new CalibratedJoint("elbow", 1, 2, 3)], null, null);
        var second = first with { Payload = new CalibratedPayload("tool", 0.5) };

        var (state, events) = Run(
            Register(), new RobotTwinCommand.ApproveCalibration(Noon, first),
            new RobotTwinCommand.ApproveCalibration(Noon.AddHours(1), second));

        Assert.Equal(3, events.Length);
        Assert.Equal(second, ((RobotTwinState.Active)state).Calibration);
        Assert.Equal(Noon.AddHours(1), ((RobotTwinState.Active)state).CalibratedAt);
        Assert.Empty(RobotTwin.React(state, events[^1]));
    }

    [Theory]
    [InlineData(-1, 0, 1, "has friction -1")]
    [InlineData(1, double.NaN, 1, "damping NaN")]
    [InlineData(1, 0, -2, "The payload at tool is -2 kg; 0 or more is possible.")]
    public void A_calibration_that_no_robot_can_have_is_refused(
        double friction, double damping, double mass, string words)
    {
        var refused = RobotTwin.Decide(After(Register()), new RobotTwinCommand.ApproveCalibration(
            Noon,
            new RobotCalibration(
                [new CalibratedJoint("elbow", friction, damping, 0)], new CalibratedPayload("tool", mass), null)));

        Assert.Equal(RejectionKind.Invalid, refused.Rejection!.Kind);
        Assert.Contains(words, refused.Rejection.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mode_that_changes_is_an_event_and_the_synchronizer_is_told()
    {
        var (state, events) = Run(
            Register(), new RobotTwinCommand.SetMode(Noon, SyncMode.Advise),
            new RobotTwinCommand.SetMode(Noon, SyncMode.Advise));

        Assert.Equal(SyncMode.Advise, ((RobotTwinState.Active)state).Mode);
        var changed = Assert.IsType<RobotTwinEvent.ModeChanged>(events[^1]);
        Assert.Equal(2, events.Length);
        Assert.Equal([RobotTwinEffect.ApplyMode], RobotTwin.React(state, changed));
    }

    [Fact]
    public void A_sync_failure_and_its_end_are_told_once_each()
    {
        var failed = new RobotTwinCommand.ReportSync(Noon, SyncCause.Contact, 0.5);
        var over = new RobotTwinCommand.ReportSync(Noon, null, null);

        var (_, events) = Run(Register(), over, failed, failed, over, over);

        Assert.Equal(
            [
                typeof(RobotTwinEvent.Registered), typeof(RobotTwinEvent.SyncFailed),
                typeof(RobotTwinEvent.SyncRecovered),
            ],
            events.Select(e => e.GetType()));
    }

    [Fact]
    public void Command_mode_is_refused_because_it_waits_for_the_gate()
    {
        var refused = RobotTwin.Decide(After(Register()), new RobotTwinCommand.SetMode(Noon, SyncMode.Command));

        Assert.Equal(RejectionKind.Conflict, refused.Rejection!.Kind);
        Assert.Contains("waits for the gate", refused.Rejection.Message, StringComparison.Ordinal);
        Assert.Empty(refused.Events);
    }

    [Fact]
    public void Only_the_edges_of_the_link_become_events()
    {
        var seen = Noon.AddSeconds(1);
        var (_, events) = Run(
            Register(),
            Observe(LinkHealth.None, null), Observe(LinkHealth.Connected, seen), Observe(LinkHealth.Connected, seen),
            Observe(LinkHealth.Stale, seen), Observe(LinkHealth.Stale, seen), Observe(LinkHealth.Lost, seen),
            Observe(LinkHealth.Lost, seen), Observe(LinkHealth.Connected, seen));

        Assert.Equal(
            [
                typeof(RobotTwinEvent.Registered), typeof(RobotTwinEvent.LinkConnected),
                typeof(RobotTwinEvent.LinkStale), typeof(RobotTwinEvent.LinkLost),
                typeof(RobotTwinEvent.LinkConnected),
            ],
            events.Select(e => e.GetType()));
    }

    [Fact]
    public void A_twin_that_recovers_as_connected_is_lost_until_data_comes_again_and_keeps_its_last_seen_time()
    {
        var seen = Noon.AddSeconds(5);
        var state = After(
            Register(), Observe(LinkHealth.Connected, seen), new RobotTwinCommand.Activate(Noon.AddHours(1), null));

        var active = Assert.IsType<RobotTwinState.Active>(state);
        Assert.Equal(LinkHealth.Lost, active.Link);
        Assert.Equal(seen, active.LastSeen);
        Assert.Empty(RobotTwin.Decide(state, new RobotTwinCommand.Activate(Noon, null)).Events);
        Assert.Empty(RobotTwin.Decide(state, Observe(LinkHealth.None, null)).Events);
    }

    [Fact]
    public void The_first_data_of_a_stream_is_told_once()
    {
        var first = new RobotTwinCommand.ObserveFirstData(Noon, "imu", "/arm1/imu/data");
        var state = After(Register(), first);

        Assert.Empty(RobotTwin.Decide(state, first).Events);
    }

    [Fact]
    public void Recording_is_begun_and_ended_once_and_each_file_and_each_trouble_is_told_once()
    {
        RobotTwinCommand[] story =
        [
            new RobotTwinCommand.StartRecording(Noon), new RobotTwinCommand.SealRecording(Noon, Recording),
            new RobotTwinCommand.ReportRecorder(Noon, "disk full"), new RobotTwinCommand.ReportRecorder(Noon, null),
            new RobotTwinCommand.ExpireRecordings(Noon, Recording.File, "old"),
            new RobotTwinCommand.StopRecording(Noon.AddHours(1)),
        ];
        var (state, events) = Run([Register(), .. story.SelectMany(command => Enumerable.Repeat(command, 2))]);

        Assert.Equal(
            [
                typeof(RobotTwinEvent.Registered), typeof(RobotTwinEvent.RecordingStarted),
                typeof(RobotTwinEvent.RecordingSealed), typeof(RobotTwinEvent.RecordingFailed),
                typeof(RobotTwinEvent.RecordingResumed), typeof(RobotTwinEvent.RecordingsExpired),
                typeof(RobotTwinEvent.RecordingStopped),
            ],
            events.Select(e => e.GetType()));
        Assert.Equal(
            new RecordingState
            {
                IsWanted = false,
                Since = Noon.AddHours(1),
                SealedThrough = Recording.File,
                ExpiredThrough = Recording.File,
            },
            Assert.IsType<RobotTwinState.Active>(state).Recording);
    }

    [Fact]
    public void A_robot_that_is_not_registered_refuses_every_other_command()
    {
        foreach (var command in EveryCommand().Where(c => c is not RobotTwinCommand.Register))
        {
            Assert.Equal(RejectionKind.Unknown, RobotTwin.Decide(RobotTwin.Initial, command).Rejection!.Kind);
        }
    }

    [Fact]
    public void Every_kind_of_command_has_a_decision_and_every_event_an_evolution_in_every_state()
    {
        Assert.Equal(NestedTypes(typeof(RobotTwinCommand)), EveryCommand().Select(c => c.GetType()).ToHashSet());
        Assert.Equal(NestedTypes(typeof(RobotTwinEvent)), EveryEvent().Select(e => e.GetType()).ToHashSet());
        RobotTwinState[] states =
        [
            RobotTwin.Initial, After(Register()), After(Register(), new RobotTwinCommand.Remove(Noon)),
        ];
        foreach (var state in states)
        {
            Assert.All(EveryCommand(), command => RobotTwin.Decide(state, command));
            Assert.All(EveryEvent(), @event => RobotTwin.Evolve(state, @event));
        }
    }

    [Fact]
    public void Replaying_the_events_gives_the_live_state_for_any_order_of_commands() =>
        Prop.ForAll(
            Gen.Elements(EveryCommand().ToArray()).ListOf().ToArbitrary(),
            commands =>
            {
                var (state, events) = Run([.. commands]);
                return AreSame(events.Aggregate(RobotTwin.Initial, RobotTwin.Evolve), state);
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null, false, LinkHealth.None)]
    [InlineData(0.1, true, LinkHealth.Connected)]
    [InlineData(2.0, false, LinkHealth.Stale)]
    [InlineData(2.0, true, LinkHealth.Lost)]
    [InlineData(5.0, false, LinkHealth.Lost)]
    public void A_link_is_judged_by_the_age_of_its_data(double? ageSeconds, bool sendersGone, LinkHealth expected)
    {
        var limits = new LinkLimits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        TimeSpan? age = ageSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

        Assert.Equal(expected, limits.Judge(age, sendersGone));
    }

    // Immutable sets compare by reference: compare their elements, and the rest as records.
    private static bool AreSame(RobotTwinState left, RobotTwinState right) => (left, right) switch
    {
        (RobotTwinState.Active a, RobotTwinState.Active b) =>
            a.StreamsSeen.SetEquals(b.StreamsSeen) && a == b with { StreamsSeen = a.StreamsSeen },
        _ => left == right,
    };

    private static RobotTwinCommand.Register Register() =>
        new(Noon, Arm1, new RobotDescription { Link = "ros2", Tags = ["cell-1"] });

    private static RobotTwinCommand.ObserveLink Observe(LinkHealth health, DateTimeOffset? lastSeen) =>
        new(Noon.AddSeconds(10), health, lastSeen, null);

    private static RobotTwinState After(params RobotTwinCommand[] commands) => Run(commands).State;

    private static (RobotTwinState State, ImmutableArray<RobotTwinEvent> Events) Run(params RobotTwinCommand[] commands)
    {
        var state = RobotTwin.Initial;
        var all = ImmutableArray.CreateBuilder<RobotTwinEvent>();
        foreach (var command in commands)
        {
            foreach (var @event in RobotTwin.Decide(state, command).Events)
            {
                all.Add(@event);
                state = RobotTwin.Evolve(state, @event);
            }
        }

        return (state, all.ToImmutable());
    }

    private static IEnumerable<RobotTwinCommand> EveryCommand() =>
    [
        Register(), new RobotTwinCommand.Remove(Noon), new RobotTwinCommand.Activate(Noon, null),
        .. Enum.GetValues<LinkHealth>().Select(health => Observe(health, Noon)),
        .. Enum.GetValues<LinkHealth>().Select(health => Observe(health, null)),
        new RobotTwinCommand.ObserveFirstData(Noon, "imu", "/arm1/imu/data"),
        new RobotTwinCommand.ReportSync(Noon, SyncCause.Model, 0.5), new RobotTwinCommand.ReportSync(Noon, null, null),
        new RobotTwinCommand.ApproveCalibration(Noon, new RobotCalibration([], null, null)),
        .. Enum.GetValues<SyncMode>().Select(mode => new RobotTwinCommand.SetMode(Noon, mode)),
        new RobotTwinCommand.ReportChildFailure(Noon, "joints", "broken"),
        new RobotTwinCommand.StartRecording(Noon), new RobotTwinCommand.StopRecording(Noon),
        new RobotTwinCommand.SealRecording(Noon, Recording), new RobotTwinCommand.ReportRecorder(Noon, "disk full"),
        new RobotTwinCommand.ReportRecorder(Noon, null),
        new RobotTwinCommand.ExpireRecordings(Noon, Recording.File, "old"),
    ];

    private static IEnumerable<RobotTwinEvent> EveryEvent() =>
    [
        new RobotTwinEvent.Registered(Arm1, Noon, new RobotDescription { Link = "ros2" }),
        new RobotTwinEvent.Removed(Noon), new RobotTwinEvent.LinkConnected(Noon),
        new RobotTwinEvent.LinkStale(Noon, Noon), new RobotTwinEvent.LinkLost(Noon, null, "gone"),
        new RobotTwinEvent.FirstData(Noon, "imu", "/arm1/imu/data"),
        new RobotTwinEvent.ModeChanged(Noon, SyncMode.Advise),
        new RobotTwinEvent.SyncFailed(Noon, SyncCause.Model, 0.5), new RobotTwinEvent.SyncRecovered(Noon),
        new RobotTwinEvent.CalibrationApproved(Noon, new RobotCalibration([], null, null)),
        new RobotTwinEvent.ChildFailed(Noon, "joints", "broken"),
        new RobotTwinEvent.RecordingStarted(Noon), new RobotTwinEvent.RecordingStopped(Noon),
        new RobotTwinEvent.RecordingSealed(Noon, Recording), new RobotTwinEvent.RecordingFailed(Noon, "disk full"),
        new RobotTwinEvent.RecordingResumed(Noon), new RobotTwinEvent.RecordingsExpired(Noon, Recording.File, "old"),
    ];

    private static SealedRecording Recording { get; } =
        new("20260301T120000.000Z.mcap", Noon, Noon.AddMinutes(10), 42, 4096, new string('0', 64));

    private static HashSet<Type> NestedTypes(Type family) => [.. family.GetNestedTypes()];
}
