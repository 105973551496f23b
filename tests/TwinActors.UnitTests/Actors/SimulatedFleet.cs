using System.Collections.Immutable;
using TwinActors.Actors;
using TwinActors.Actors.Journal;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Synchronization;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;
using TwinActors.Persistence.Volatile;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Testing;
using TwinActors.Twins.Discovery;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Actors;

/// <summary>A node's actors in one thread and virtual time, on a volatile journal and scripted links.</summary>
internal sealed class SimulatedFleet : IAsyncDisposable
{
    private readonly VolatileStore _store;
    private readonly RecordingOptions? _recording;

    public SimulatedFleet(
        VolatileStore? store = null, int snapshotEvery = 0, bool withSnapshots = true, SyncSettings? sync = null,
        RecordingOptions? recording = null)
    {
        _recording = recording;
        _store = store ?? new VolatileStore();
        Simulation = new ActorSimulation();
        Journal = new FaultyJournal(VolatileJournal.Open(_store, JournalOptions.For("test", Simulation.Time)));
        Node = TwinNode.Start(Simulation.System, new TwinNodeStart
        {
            Log = new JournalEventLog<RobotTwinEvent>(Journal, RobotTwinEvents.Registry),
            Snapshots = withSnapshots ? new JournalSnapshots<RobotTwinState>(Journal, RobotTwinStates.Registry) : null,
            EventSourcing = new EventSourcingOptions { SnapshotEvery = snapshotEvery },
            ListRobots = async cancellationToken => JournalFailure is not null
                ? throw JournalFailure
                : [.. (await Journal.ListEntitiesAsync("robot", cancellationToken)).Select(e => e.Entity.Key)],
            OpenLink = Open,
            ListTopics = () => TopicsFailure is null ? Topics : throw TopicsFailure,
            Options = Options with { Sync = sync },
            AskDeadline = TimeSpan.FromSeconds(2),
            Recording = recording,
            Clock = Simulation.Time,
        });
    }

    public static FleetOptions Options { get; } = new()
    {
        Streams =
        [
            new StreamDefault("joints", "/<id>/joint_states", "sensor_msgs/msg/JointState", 100, null, 16),
            new StreamDefault("temperature", "/<id>/temperature", "sensor_msgs/msg/Temperature", null, null, 16),
        ],
        LinkLimits = new LinkLimits(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)),
        LinkCheck = TimeSpan.FromMilliseconds(250),
        FirstDataDeadline = TimeSpan.FromSeconds(10),
        Reconnect = new BackoffOptions(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(10), Jitter: 0),
    };

    public ActorSimulation Simulation { get; }

    public FaultyJournal Journal { get; }

    public TwinNode Node { get; }

    public List<ScriptedLink> Links { get; } = [];

    public ImmutableArray<DiscoveredTopic> Topics { get; set; } = [];

    /// <summary>Message of the failure that the next link throws when it is made; null for none.</summary>
    public string? LinkFault { get; set; }

    /// <summary>What the next link throws when it is made, instead of a fault; null for nothing.</summary>
    public Exception? LinkFailure { get; set; }

    /// <summary>What listing the topics throws; null for nothing.</summary>
    public Exception? TopicsFailure { get; set; }

    /// <summary>What listing the journal's robots throws; null for nothing.</summary>
    public Exception? JournalFailure { get; set; }

    public ScriptedLink Link => Links[^1];

    public Answer<long> Register(string id, RobotDescription? description = null, Guid? commandId = null) =>
        Complete(Node.Robots.RegisterAsync(
            new RobotTwinCommand.Register(
                Simulation.Time.GetUtcNow(), RobotId.Parse(id), description ?? new RobotDescription { Link = "ros2" }),
            commandId, default));

    public Answer<T> Ask<T>(string id, Func<ReplyTo<Answer<T>>, RobotTwinMessage> message) =>
        Complete(Node.Robots.AskAsync(RobotId.Parse(id), message, default));

    public Answer<TwinReading> Twin(string id) => Ask<TwinReading>(id, reply => new RobotTwinMessage.ReadTwin(reply));

    public ImmutableArray<(string Key, Answer<TwinReading> Answer)> List() => Complete(Node.Robots.ListAsync(default));

    public ImmutableArray<DiscoveredRobot> Discover() => Complete(Node.Robots.DiscoverAsync(default));

    public T Complete<T>(ValueTask<T> task) => Simulation.Complete(task);

    public IReadOnlyList<string> EventNames(string id)
    {
        var page = Complete(Journal.ReadEntityPageAsync(
            RobotTwinActor.KeyOf(RobotId.Parse(id).Key), Checkpoint.Start, 1000, default));
        return [.. page.Events.Select(e => e.Name.Name)];
    }

    public StoredSnapshot? Snapshot(string id) => Complete(Journal.ReadSnapshotAsync(
        RobotTwinActor.KeyOf(RobotId.Parse(id).Key), long.MaxValue, default));

    /// <summary>Ends the node as a crash would: nothing is told, and another one opens the same journal.</summary>
    public SimulatedFleet Restart(bool withSnapshots = true) =>
        new(_store, withSnapshots: withSnapshots, recording: _recording);

    public async ValueTask DisposeAsync()
    {
        await Simulation.DisposeAsync();
        await Journal.DisposeAsync();
    }

    private ScriptedLink Open(RobotLinkOptions options)
    {
        if (LinkFailure is not null)
        {
            throw LinkFailure;
        }

        if (LinkFault is { } fault)
        {
            throw new RobotLinkException(fault);
        }

        var link = new ScriptedLink(options);
        Links.Add(link);
        return link;
    }
}
