using TwinActors.Actors.Gateway;
using TwinActors.Actors.Recorder;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Actors.Synchronization;
using TwinActors.Actors.Telemetry;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors;

/// <summary>The actors of one node: the gateway, the robots, and the ways to them.</summary>
public sealed class TwinNode : IAsyncDisposable
{
    private readonly TickScheduler? _ticks;

    private TwinNode(ActorSystem system, RobotTwins robots, TelemetryFeed feed, TickScheduler? ticks)
    {
        _ticks = ticks;
        System = system;
        Robots = robots;
        Feed = feed;
    }

    /// <summary>The actor system: inspection, dead letters, shutdown.</summary>
    public ActorSystem System { get; }

    /// <summary>The way to the robot twins.</summary>
    public RobotTwins Robots { get; }

    /// <summary>Joint states on their way to pages.</summary>
    public TelemetryFeed Feed { get; }

    /// <summary>Starts the node's actors; the known robots are activated in the background.</summary>
    /// <param name="system">The actor system to start them in; the node ends it.</param>
    /// <param name="start">What the node works with.</param>
    public static TwinNode Start(ActorSystem system, TwinNodeStart start)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(start);
        var feed = new TelemetryFeed();
        var links = new GatewayProps(start.OpenLink, start.ListTopics, start.Options, []);
        var gateway = system.ActorOf(
            Props.Create(() => new RosGatewayActor(links)) with { Backoff = start.Options.Reconnect }, "gateway");
        var ticks = start.Options.Sync is null ? null : new TickScheduler(start.Clock);
        var twin = new RobotTwinProps(
            start.Log, start.Snapshots, start.EventSourcing, gateway, feed, start.Options, start.Clock, start.Signals,
            ticks,
            start.Recording is { } recording ? new RecorderProps(recording, new RecordingShelf(recording)) : null);
        var robots = system.ActorOf(
            Props.Create(() => new RobotsActor(start.ListRobots, twin)) with { Backoff = start.Options.Reconnect },
            "robots");
        return new TwinNode(system, new RobotTwins(robots, gateway, start.AskDeadline), feed, ticks);
    }

    /// <summary>Ends the robots first, then their links, then everything else.</summary>
    public async ValueTask DisposeAsync()
    {
        await System.Shutdown.RunAsync().ConfigureAwait(false);
        await System.DisposeAsync().ConfigureAwait(false);
        _ticks?.Dispose();
    }
}

/// <summary>What a node's actors work with.</summary>
public sealed record TwinNodeStart
{
    /// <summary>Where the twins' events are.</summary>
    public required IEventLog<RobotTwinEvent> Log { get; init; }

    /// <summary>Where the twins' snapshots are; <see langword="null"/>: they have none.</summary>
    public ISnapshotLog<RobotTwinState>? Snapshots { get; init; }

    /// <summary>How the twins use the journal.</summary>
    public EventSourcingOptions EventSourcing { get; init; } = new();

    /// <summary>Lists the robots that the journal knows.</summary>
    public required ListRobots ListRobots { get; init; }

    /// <summary>Makes robot links.</summary>
    public required OpenRobotLink OpenLink { get; init; }

    /// <summary>Lists the topics on the robot network.</summary>
    public required ListTopics ListTopics { get; init; }

    /// <summary>How the twins work.</summary>
    public required FleetOptions Options { get; init; }

    /// <summary>Longest wait for an answer of a twin.</summary>
    public required TimeSpan AskDeadline { get; init; }

    /// <summary>How new frames become signals: each at once, or gathered (<see cref="SignalPulse.For"/>).</summary>
    public MakeSignal Signals { get; init; } = static (actor, source, _) => () => actor.Signal(source);

    /// <summary>How robots are recorded; <see langword="null"/>: they are not.</summary>
    public RecordingOptions? Recording { get; init; }

    /// <summary>The clock of the node and, as long as they have no other, of its twins.</summary>
    public required TimeProvider Clock { get; init; }
}
