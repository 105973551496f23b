using System.Collections.Immutable;
using System.Diagnostics;
using TwinActors.Actors.Gateway;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Journal;
using TwinActors.Actors.Recorder;
using TwinActors.Actors.Sensors;
using TwinActors.Actors.Streams;
using TwinActors.Actors.Synchronization;
using TwinActors.Actors.Telemetry;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.State;
using TwinActors.Robotics.Urdf;
using TwinActors.Twins;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Robots;

/// <summary>What a robot twin works with.</summary>
/// <param name="Log">Where its events are.</param>
/// <param name="Snapshots">Where its snapshots are; <see langword="null"/>: it has none.</param>
/// <param name="EventSourcing">How it uses the journal.</param>
/// <param name="Gateway">Opens its link.</param>
/// <param name="Feed">Its way to pages.</param>
/// <param name="Options">The twins' options.</param>
/// <param name="Clock">The twin's clock.</param>
/// <param name="Signals">How new frames become signals.</param>
/// <param name="Ticks">Calls the synchronizers; <see langword="null"/>: there are none.</param>
/// <param name="Recorder">What its recorder works with; <see langword="null"/>: it has none.</param>
internal sealed record RobotTwinProps(
    IEventLog<RobotTwinEvent> Log,
    ISnapshotLog<RobotTwinState>? Snapshots,
    EventSourcingOptions EventSourcing,
    ActorRef<GatewayMessage> Gateway,
    TelemetryFeed Feed,
    FleetOptions Options,
    TimeProvider Clock,
    MakeSignal Signals,
    TickScheduler? Ticks,
    RecorderProps? Recorder);

/// <summary>The live model of one robot: decides about its life, and supervises a child per concern.</summary>
/// <remarks>
/// Children: <c>joints</c>, <c>synchronizer</c>, <c>sensors</c> with one child per sensor stream, and <c>recorder</c>.
/// Each is restarted alone, after a growing wait; its failure becomes an event that people can see. The twin is the
/// only writer of its journal stream.
/// </remarks>
internal sealed partial class RobotTwinActor(string key, RobotTwinProps props, bool isBackground)
    : EventSourcedActor<RobotTwinMessage, RobotTwinCommand, RobotTwinEvent, RobotTwinState, RobotTwinEffect>(
        KeyOf(key), Behavior, props.Log, props.EventSourcing with { IsBackground = isBackground }, props.Snapshots)
{
    private const string LookTimer = "look";

    private static readonly Behavior<RobotTwinCommand, RobotTwinEvent, RobotTwinState, RobotTwinEffect> Behavior =
        new(RobotTwin.Initial, Decide, RobotTwin.Evolve, RobotTwin.React);

    private ImmutableArray<RobotStream> _streams = [];
    private ImmutableArray<UnmappedTopic> _unmapped = [];
    private ActorRef<JointsMessage>? _joints;
    private ActorRef<ReadSensors>? _sensors;
    private ActorRef<SynchronizerMessage>? _synchronizer;
    private SyncShare _sync = new();
    private ActorRef<RecorderMessage>? _recorder;
    private RobotLinkStatus? _link;
    private DateTimeOffset _openedAt;
    private string? _failure;

    protected override SupervisorStrategy SupervisorStrategy =>
        new OneForOneStrategy { Backoff = props.Options.Reconnect };

    /// <summary>The journal's name of a robot.</summary>
    /// <param name="key">The robot's id in lower case.</param>
    public static EntityKey KeyOf(string key) => new(0, "robot", key);

    protected override ValueTask PostRestart(Exception cause, CancellationToken stopping)
    {
        _failure = cause.Message;
        return base.PostRestart(cause, stopping);
    }

    protected override async ValueTask OnRecoveryCompletedAsync(CancellationToken stopping)
    {
        if (State is RobotTwinState.Active active)
        {
            Start(active);
            await ObserveAsync(new RobotTwinCommand.Activate(Now, _failure), stopping).ConfigureAwait(false);
        }
    }

    protected override ValueTask ReceiveAsync(RobotTwinMessage message, CancellationToken stopping) => message switch
    {
        RobotTwinMessage.Execute execute =>
            HandleAsync(execute.Command, outcome => execute.ReplyTo.Tell(Answer(outcome)), execute.CommandId, stopping),
        RobotTwinMessage.FirstData first => ObserveAsync(
            new RobotTwinCommand.ObserveFirstData(
                new Stamp(first.ReceivedAtNs).ToDateTimeOffset(), first.Stream, first.Topic), stopping),
        RobotTwinMessage.LookAtLink => LookAtLinkAsync(stopping),
        RobotTwinMessage.LinkChanged changed => LinkChangedAsync(changed, stopping),
        RobotTwinMessage.ChildFailed failed =>
            ObserveAsync(new RobotTwinCommand.ReportChildFailure(Now, failed.Child, failed.Reason), stopping),
        RobotTwinMessage.Observed observed => ObserveAsync(observed.Command, stopping),
        _ => Read(message),
    };

    protected override ValueTask PerformAsync(RobotTwinEffect effect, CancellationToken stopping)
    {
        switch (effect, State)
        {
            case (RobotTwinEffect.Start, RobotTwinState.Active active):
                Start(active);
                break;
            case (RobotTwinEffect.ApplyMode, RobotTwinState.Active active):
                _sync.Mode = active.Mode;
                break;
            case (RobotTwinEffect.Record, _):
                _recorder?.Tell(new RecorderMessage.Follow((State as RobotTwinState.Active)?.Recording));
                break;
            default:
                Stop();
                break;
        }

        return default;
    }

    protected override ValueTask PostStop()
    {
        // The link writes into this instance's rings: the next instance opens it anew with its own.
        CloseLink();
        return default;
    }

    protected override DateTimeOffset TimeOf(RobotTwinCommand command) => command.At;

    // Two sendings of one command differ in their time alone.
    protected override long? HashOf(RobotTwinCommand command) => command switch
    {
        RobotTwinCommand.Register register =>
            RobotTwinEvents.HashOf(new RobotTwinEvent.Registered(register.Robot, default, register.Description)),
        RobotTwinCommand.Remove => RobotTwinEvents.HashOf(new RobotTwinEvent.Removed(default)),
        RobotTwinCommand.ApproveCalibration approve =>
            RobotTwinEvents.HashOf(new RobotTwinEvent.CalibrationApproved(default, approve.Calibration)),
        RobotTwinCommand.SetMode set => RobotTwinEvents.HashOf(new RobotTwinEvent.ModeChanged(default, set.Mode)),
        RobotTwinCommand.StartRecording => RobotTwinEvents.HashOf(new RobotTwinEvent.RecordingStarted(default)),
        RobotTwinCommand.StopRecording => RobotTwinEvents.HashOf(new RobotTwinEvent.RecordingStopped(default)),
        // Without one, another command with the same id would be taken for a resend and not carried out.
        _ => throw new UnreachableException($"{command.GetType().Name} is sent with an id and has no hash."),
    };

    private DateTimeOffset Now => props.Clock.GetUtcNow();

    private static Kernel.EventSourcing.Decision<RobotTwinEvent> Decide(RobotTwinState state, RobotTwinCommand command)
    {
        var decision = RobotTwin.Decide(state, command);
        return decision.Rejection is { } rejection
            ? Decision.Reject<RobotTwinEvent>(rejection)
            : decision.Events;
    }

    private static Answer<long> Answer(CommandOutcome outcome) => outcome switch
    {
        CommandOutcome.Accepted accepted => accepted.Sequence,
        CommandOutcome.Rejected { Rejection: Rejection rejection } => rejection,
        CommandOutcome.NotStored notStored => new Rejection(RejectionKind.NotWritten, notStored.Reason),
        CommandOutcome.IdTaken taken => new Rejection(
            RejectionKind.Invalid,
            $"The id {taken.CommandId} belongs to another command, carried out as event {taken.Sequence}. "
            + "Nothing was done now: send this one with an id of its own."),
        CommandOutcome.Unknown unknown => new Rejection(RejectionKind.OutcomeUnknown, unknown.Reason),
        _ => throw new InvalidOperationException($"No answer for {outcome}."),
    };

    private void Start(RobotTwinState.Active active)
    {
        var model = active.Description.Urdf is { } urdf ? UrdfReader.Read(urdf, active.Robot.Value).Model : null;
        var options = props.Options;
        _streams = [.. StreamPlan.Resolve(active.Robot, options.Streams, active.Description.Streams)
            .Select(stream => new RobotStream(stream))];
        ImmutableArray<RobotStream> joints = [.. _streams.Where(stream => stream.Joints is not null)];
        var (taken, inHand) = (new long[joints.Length], new long[joints.Length]);
        _joints = Context.ActorOf(
            () => new JointsActor(new JointsProps(
                joints, taken, inHand, model, props.Feed.For(active.Robot),
                options.LinkLimits.StaleAfter, props.Clock, Self, props.Signals)),
            "joints");
        _sensors = Context.ActorOf(
            () => new SensorsActor(
                [.. _streams.Where(stream => stream.Samples is not null)], options.LinkLimits.StaleAfter,
                options.Reconnect, props.Clock, Self, props.Signals),
            "sensors");
        StartSynchronizer(active, joints, model);
        if (props.Recorder is { } recorder)
        {
            // The state is read by the recorder when it is started again: whatever was decided by then.
            _recorder = Context.ActorOf(
                () => new RecorderActor(
                    recorder, active.Robot, _streams, () => (State as RobotTwinState.Active)?.Recording, props.Clock,
                    Self, props.Signals),
                "recorder");
        }

        _openedAt = Now;
        props.Gateway.Tell(new GatewayMessage.OpenLink(
            new RobotLinkOptions
            {
                Robot = active.Robot,
                Kind = active.Description.Link,
                Replay = active.Description.Replay,
                Url = active.Description.Url,
                Streams = _streams,
                JointOrder = active.Description.JointOrder,
                Urdf = active.Description.Urdf,
                Clock = props.Clock,
            },
            Self));
        Context.Timers.StartPeriodicTimer(
            LookTimer,
            RobotTwinMessage.LookAtLink.Instance,
            options.LinkCheck,
            SharedTick.Wait(props.Clock, options.LinkCheck));
    }

    private void StartSynchronizer(
        RobotTwinState.Active active, ImmutableArray<RobotStream> joints, RobotModel? model)
    {
        _sync = new SyncShare { Mode = active.Mode };
        if (props is not { Options.Sync: { } settings, Ticks: { } ticks } || joints.IsEmpty)
        {
            return;
        }

        var freshFor = joints.Max(stream => Freshness.Limit(stream.Options, props.Options.LinkLimits.StaleAfter));
        var observer = settings.Observer;
        var sync = new SyncProps
        {
            Streams = joints,
            Model = model,
            Hz = active.Description.SyncHz ?? settings.Hz,
            CeilingHz = settings.CeilingHz,
            Twin = Self,
            Observer = observer with
            {
                DisconnectedAfter = freshFor > observer.TimeTolerance ? freshFor : observer.TimeTolerance,
            },
            Feed = props.Feed.For(active.Robot),
            Share = _sync,
            Ticks = ticks,
            Clock = props.Clock,
        };
        _synchronizer = Context.ActorOf(() => new SynchronizerActor(sync), "synchronizer");
    }

    private void Stop()
    {
        Context.Timers.Cancel(LookTimer);
        CloseLink();
        Context.StopChildren();
        _joints = null;
        _sensors = null;
        _synchronizer = null;
        _recorder = null;
    }

    private void CloseLink()
    {
        if (RobotOf(State) is { } robot)
        {
            props.Gateway.Tell(new GatewayMessage.CloseLink(robot));
        }
    }

    private ValueTask LinkChangedAsync(RobotTwinMessage.LinkChanged changed, CancellationToken stopping)
    {
        _link = changed.Status;
        _unmapped = changed.Unmapped;
        return LookAtLinkAsync(stopping);
    }

    private ValueTask LookAtLinkAsync(CancellationToken stopping)
    {
        if (State is not RobotTwinState.Active active)
        {
            return default;
        }

        var lastSeen = LastSeen();
        var health = Judge(lastSeen);
        return health == LinkHealth.None || health == active.Link
            ? default
            : ObserveAsync(new RobotTwinCommand.ObserveLink(Now, health, lastSeen, _link?.Reason), stopping);
    }

    // A child's observation of a robot that was removed meanwhile is refused, which is nobody's concern.
    private ValueTask ObserveAsync(RobotTwinCommand command, CancellationToken stopping) =>
        HandleAsync(command, reply: null, commandId: null, stopping);

    // A stream that has been silent since the clock was set back seems to have been heard in the future: the others,
    // if there are any, know better.
    private DateTimeOffset? LastSeen()
    {
        var latest = Stamp.From(Now + props.Options.LinkLimits.StaleAfter).Nanoseconds;
        long newest = 0;
        long future = 0;
        foreach (var stream in _streams)
        {
            var received = stream.Counters.LastReceivedNs;
            if (received <= latest)
            {
                newest = Math.Max(newest, received);
            }
            else
            {
                future = received;
            }
        }

        newest = newest == 0 ? future : newest;
        return newest == 0 ? null : new Stamp(newest).ToDateTimeOffset();
    }

    private LinkHealth Judge(DateTimeOffset? lastSeen) => props.Options.LinkLimits.Judge(
        lastSeen is { } seen ? Now - seen : null,
        sendersGone: _link?.State is RobotLinkState.Lost or RobotLinkState.Failed);

    private static RobotId? RobotOf(RobotTwinState state) => state switch
    {
        RobotTwinState.Active active => active.Robot,
        RobotTwinState.Gone gone => gone.Robot,
        _ => null,
    };
}
