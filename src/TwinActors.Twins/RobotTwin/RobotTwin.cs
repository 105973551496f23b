using System.Collections.Immutable;
using System.Diagnostics;
using TwinActors.Twins.Links;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Twins.RobotTwin;

/// <summary>Decisions of a robot twin: which requests lead to which facts, and what the facts add up to.</summary>
public static class RobotTwin
{
    /// <summary>State before any event.</summary>
    public static RobotTwinState Initial => RobotTwinState.Unregistered.Instance;

    /// <summary>Facts that a request leads to, or why it is refused.</summary>
    public static Decision<RobotTwinEvent> Decide(RobotTwinState state, RobotTwinCommand command) =>
        (state, command) switch
        {
            (RobotTwinState.Unregistered, RobotTwinCommand.Register register) =>
                new RobotTwinEvent.Registered(register.Robot, register.At, register.Description),
            (RobotTwinState.Active active, RobotTwinCommand.Register) => new Rejection(
                RejectionKind.Conflict,
                $"Robot {active.Robot} is registered since {active.RegisteredAt:O}. "
                + "Remove it first, or choose another id."),
            (RobotTwinState.Gone gone, RobotTwinCommand.Register) => new Rejection(
                RejectionKind.Conflict,
                $"Robot {gone.Robot} was removed at {gone.At:O}; its history keeps the id taken. Choose another id."),

            (RobotTwinState.Unregistered, _) => new Rejection(
                RejectionKind.Unknown, "No robot of this id is registered."),
            (RobotTwinState.Gone gone, _) => new Rejection(
                RejectionKind.Removed, $"Robot {gone.Robot} was removed at {gone.At:O}; only its history is left."),

            (RobotTwinState.Active, RobotTwinCommand.Remove remove) => new RobotTwinEvent.Removed(remove.At),
            (RobotTwinState.Active active, RobotTwinCommand.Activate activate) => Activate(active, activate),
            (RobotTwinState.Active active, RobotTwinCommand.ObserveLink observe) => ObserveLink(active, observe),
            (RobotTwinState.Active active, RobotTwinCommand.ObserveFirstData first) =>
                active.StreamsSeen.Contains(first.Stream)
                    ? Nothing
                    : new RobotTwinEvent.FirstData(first.At, first.Stream, first.Topic),
            (RobotTwinState.Active active, RobotTwinCommand.SetMode set) => SetMode(active, set),
            (RobotTwinState.Active active, RobotTwinCommand.ReportSync report) => ReportSync(active, report),
            (RobotTwinState.Active, RobotTwinCommand.ApproveCalibration approve) =>
                approve.Calibration.Problem() is { } problem
                    ? new Rejection(RejectionKind.Invalid, problem)
                    : new RobotTwinEvent.CalibrationApproved(approve.At, approve.Calibration),
            (RobotTwinState.Active, RobotTwinCommand.ReportChildFailure failure) =>
                new RobotTwinEvent.ChildFailed(failure.At, failure.Child, failure.Reason),
            (RobotTwinState.Active active, _) => RecordingDecisions.Decide(active.Recording ?? new(), command),
            _ => throw new UnreachableException($"No decision for {command.GetType().Name} in {state.GetType().Name}."),
        };

    /// <summary>State after one more fact. Never refuses: facts have happened.</summary>
    public static RobotTwinState Evolve(RobotTwinState state, RobotTwinEvent @event) => (state, @event) switch
    {
        (_, RobotTwinEvent.Registered registered) => new RobotTwinState.Active
        {
            Robot = registered.Robot,
            Description = registered.Description,
            RegisteredAt = registered.At,
        },
        (RobotTwinState.Active active, RobotTwinEvent.Removed removed) =>
            new RobotTwinState.Gone(active.Robot, removed.At),
        (RobotTwinState.Active active, RobotTwinEvent.LinkConnected connected) => active with
        {
            Link = LinkHealth.Connected,
            LinkSince = connected.At,
            LastSeen = connected.At,
            LinkReason = null,
        },
        (RobotTwinState.Active active, RobotTwinEvent.LinkStale stale) => active with
        {
            Link = LinkHealth.Stale,
            LinkSince = stale.At,
            LastSeen = stale.LastSeen,
            LinkReason = null,
        },
        (RobotTwinState.Active active, RobotTwinEvent.LinkLost lost) => active with
        {
            Link = LinkHealth.Lost,
            LinkSince = lost.At,
            LastSeen = lost.LastSeen ?? active.LastSeen,
            LinkReason = lost.Reason,
        },
        (RobotTwinState.Active active, RobotTwinEvent.FirstData first) =>
            active with { StreamsSeen = active.StreamsSeen.Add(first.Stream) },
        (RobotTwinState.Active active, RobotTwinEvent.ModeChanged changed) => active with { Mode = changed.Mode },
        (RobotTwinState.Active active, RobotTwinEvent.CalibrationApproved approved) =>
            active with { Calibration = approved.Calibration, CalibratedAt = approved.At },
        (RobotTwinState.Active active, RobotTwinEvent.SyncFailed failed) =>
            active with { SyncFailure = failed.Cause },
        (RobotTwinState.Active active, RobotTwinEvent.SyncRecovered) => active with { SyncFailure = null },
        (RobotTwinState.Active, RobotTwinEvent.ChildFailed) => state,
        (RobotTwinState.Active active, _)
            when RecordingDecisions.Evolve(active.Recording ?? new(), @event) is { } recording =>
            active with { Recording = recording },
        // A fact about a robot that is not part of the fleet changes nothing: a late one after the removal, say.
        (RobotTwinState.Unregistered or RobotTwinState.Gone, _) => state,
        _ => throw new UnreachableException($"No evolution for {@event.GetType().Name} in {state.GetType().Name}."),
    };

    /// <summary>What has to be done because of a fact that is new; nothing is done on replay.</summary>
    public static ImmutableArray<RobotTwinEffect> React(RobotTwinState state, RobotTwinEvent @event) => @event switch
    {
        RobotTwinEvent.Registered => [RobotTwinEffect.Start],
        RobotTwinEvent.Removed => [RobotTwinEffect.Stop],
        RobotTwinEvent.ModeChanged => [RobotTwinEffect.ApplyMode],
        RobotTwinEvent.RecordingStarted or RobotTwinEvent.RecordingStopped or RobotTwinEvent.RecordingsExpired =>
            [RobotTwinEffect.Record],
        _ => [],
    };

    private static Decision<RobotTwinEvent> Nothing => new([], null);

    private static Decision<RobotTwinEvent> Activate(
        RobotTwinState.Active active, RobotTwinCommand.Activate activate) =>
        active.Link is LinkHealth.Connected or LinkHealth.Stale
            ? new RobotTwinEvent.LinkLost(
                activate.At,
                active.LastSeen,
                activate.Failure is { } failure ? $"The twin was restarted: {failure}" : "The node was restarted.")
            : Nothing;

    private static Decision<RobotTwinEvent> SetMode(RobotTwinState.Active active, RobotTwinCommand.SetMode set) =>
        set.Mode switch
        {
            SyncMode.Command => new Rejection(
                RejectionKind.Conflict,
                $"Robot {active.Robot} stays in mode {Word(active.Mode)}: command mode waits for the gate that every "
                + "command has to pass, and this version has none. Choose shadow, advise or mirror."),
            _ when set.Mode == active.Mode => Nothing,
            _ => new RobotTwinEvent.ModeChanged(set.At, set.Mode),
        };

    // One failure, one event, however many ticks it lasts.
    private static Decision<RobotTwinEvent> ReportSync(
        RobotTwinState.Active active, RobotTwinCommand.ReportSync report) => (active.SyncFailure, report.Cause) switch
        {
            (null, { } cause) => new RobotTwinEvent.SyncFailed(report.At, cause, report.Error),
            ({ }, null) => new RobotTwinEvent.SyncRecovered(report.At),
            _ => Nothing,
        };

    private static string Word(SyncMode mode) => mode.ToString().ToLowerInvariant();

    // Only edges become events. Without any data since activation there is no edge: a lost robot stays lost, a new one
    // stays without link.
    private static Decision<RobotTwinEvent> ObserveLink(
        RobotTwinState.Active active, RobotTwinCommand.ObserveLink observe) =>
        observe.Health switch
        {
            _ when observe.Health == active.Link => Nothing,
            LinkHealth.None => Nothing,
            LinkHealth.Connected => new RobotTwinEvent.LinkConnected(observe.LastSeen ?? observe.At),
            LinkHealth.Stale when active.Link == LinkHealth.Connected =>
                new RobotTwinEvent.LinkStale(observe.At, observe.LastSeen ?? observe.At),
            LinkHealth.Stale => Nothing,
            LinkHealth.Lost when active.Link == LinkHealth.None && observe.LastSeen is null => Nothing,
            LinkHealth.Lost => new RobotTwinEvent.LinkLost(
                observe.At, observe.LastSeen, observe.Reason ?? "No data came for longer than the limit."),
            _ => throw new UnreachableException($"No decision for link health {observe.Health}."),
        };
}
