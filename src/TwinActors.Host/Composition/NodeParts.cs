using System.Text.Json;
using TwinActors.Actors;
using TwinActors.Actors.Journal;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Actors.Synchronization;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Host.Api;
using TwinActors.Host.Configuration;
using TwinActors.Host.Links;
using TwinActors.Host.Observability;
using TwinActors.Host.WhatIf;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Persistence.Snapshots;
using TwinActors.Persistence.Sqlite;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Recorders;
using TwinActors.Ros2.Schemas;
using TwinActors.Twins;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Host.Composition;

/// <summary>Everything a node is made of, opened in the order of need and closed the other way round.</summary>
internal sealed class NodeParts : IAsyncDisposable
{
    private readonly NodeConfiguration _configuration;
    private readonly IJournal _journal;
    private readonly RobotLinks _links;
    private readonly SignalPulse _pulse;
    private readonly string? _robotsFile;

    private NodeParts(
        NodeConfiguration configuration, RosSchemaSet schemas, IJournal journal, RobotLinks links, SignalPulse pulse,
        TwinNode node, string? robotsFile, TimeProvider clock)
    {
        _configuration = configuration;
        _journal = journal;
        _links = links;
        _pulse = pulse;
        _robotsFile = robotsFile;
        Node = node;
        Clock = clock;
        Schemas = schemas;
        Log = new RecentLog(clock);
        Facts = new NodeFacts(
            configuration.Options.Node.Name, clock.GetUtcNow(), links.Describe, () => links.HasRos2);
    }

    /// <summary>The node's actors.</summary>
    public TwinNode Node { get; }

    /// <summary>The node's clock.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Message types that are known.</summary>
    public RosSchemaSet Schemas { get; }

    /// <summary>The node's robot links.</summary>
    public RobotLinks Links => _links;

    /// <summary>The last lines of the node's log.</summary>
    public RecentLog Log { get; }

    /// <summary>What the node says about itself.</summary>
    public NodeFacts Facts { get; }

    /// <summary>The journal.</summary>
    public IJournal Journal => _journal;

    /// <summary>The node's options.</summary>
    public TwinOptions Options => _configuration.Options;

    /// <summary>How robots are recorded.</summary>
    public RecordingOptions Recording =>
        RecordingOf(Options.Recording, Path.GetFullPath(Options.Node.DataDirectory)) with { Schemas = Schemas };

    /// <summary>Where what-if branches are.</summary>
    public BranchOptions Branches => new(Path.Combine(Path.GetFullPath(Options.Node.DataDirectory), "branches"));

    /// <summary>Where the node listens.</summary>
    public string[] Urls => [.. Options.Node.Urls.Select(url => url.ToString())];

    /// <summary>The names that the node answers to.</summary>
    public AllowedHosts AllowedHosts => new(Options.Node.Urls, Options.Api.AllowedHosts);

    /// <summary>How WebSockets are kept alive.</summary>
    public WebSocketOptions WebSockets => new() { KeepAliveInterval = Options.Telemetry.KeepAlive };

    /// <summary>How registrations are read.</summary>
    public Registration Registration => new(
        FleetOf(Options.Robot), DefaultLink(Options.Robot),
        ReplaysOf(Options, Path.GetFullPath(Options.Node.DataDirectory)), new BridgeUrls(Options.Bridge.LoopbackOnly));

    /// <summary>Opens configuration, journal, links and actors.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="clock">The node's clock.</param>
    /// <param name="error">Told what cannot be opened, and the way out.</param>
    /// <returns>The parts, or null when the node cannot start.</returns>
    public static async Task<NodeParts?> OpenAsync(NodeArguments arguments, TimeProvider clock, TextWriter error)
    {
        var read = ConfigurationArguments.Read(arguments.All, ConfigurationLayers.OfProcess(), out var problem);
        if (problem is null && !read.Others.IsEmpty)
        {
            problem = $"{read.Others[0]} is not understood.";
        }

        if (problem is not null)
        {
            await error.WriteLineAsync($"{problem}\n{NodeArguments.Usage}");
            return null;
        }

        var configuration = NodeConfiguration.Load(read.Layers, out var problems);
        if (configuration is null)
        {
            await error.WriteLineAsync(string.Join('\n', problems.Select(p => p.ToString())));
            return null;
        }

        if (!RosMessageFolders.TryAdd(
            RosSchemaSet.Standard, configuration.Options.Ros2.MessageFolders, out var schemas, out var wrong))
        {
            await error.WriteLineAsync($"ros2.message-folders: {string.Join('\n', wrong)}");
            return null;
        }

        try
        {
            return Open(configuration, schemas, arguments.RobotsFile, clock);
        }
        catch (Exception failure) when (failure is JournalException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"The node cannot start: {failure.Message}");
            return null;
        }
    }

    /// <summary>Makes the registrations of the robots file; robots that are there already are left as they
    /// are.</summary>
    public async Task RegisterAsync(Registration registration, TextWriter error)
    {
        if (_robotsFile is null)
        {
            return;
        }

        foreach (var request in await ReadRobotsAsync(_robotsFile, error))
        {
            if (request is null)
            {
                await error.WriteLineAsync($"{_robotsFile}: a robot is null; it is left out.");
                continue;
            }

            var (robot, description) = registration.Read(request, out var problems);
            if (!problems.IsEmpty)
            {
                await error.WriteLineAsync($"{_robotsFile}: robot {request.Id}: {string.Join(' ', problems)}");
                continue;
            }

            var answer = await Node.Robots.RegisterAsync(
                new RobotTwinCommand.Register(Clock.GetUtcNow(), robot, description), null, CancellationToken.None);
            if (answer.Rejection is { Kind: not RejectionKind.Conflict } refused)
            {
                await error.WriteLineAsync($"{_robotsFile}: robot {robot}: {refused.Message}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _links.Dispose();
        _pulse.Dispose();
        await _journal.DisposeAsync();
    }

    private static NodeParts Open(
        NodeConfiguration configuration, RosSchemaSet schemas, string? robotsFile, TimeProvider clock)
    {
        var options = configuration.Options;
        var folder = Path.GetFullPath(options.Node.DataDirectory);
        Directory.CreateDirectory(folder);
        var journal = OpenJournal(options, folder, clock);
        var links = new RobotLinks(
            options.Ros2, schemas, ReplaysOf(options, folder), new BridgeUrls(options.Bridge.LoopbackOnly), clock);
        var pulse = new SignalPulse();
        var node = TwinNode.Start(new ActorSystem(new ActorSystemOptions { Time = clock }), new TwinNodeStart
        {
            Log = new JournalEventLog<RobotTwinEvent>(journal, RobotTwinEvents.Registry),
            Snapshots = new JournalSnapshots<RobotTwinState>(journal, RobotTwinStates.Registry),
            EventSourcing = new EventSourcingOptions
            {
                SnapshotEvery = options.Journal.SnapshotEvery,
                Permits = new RecoveryPermits(options.Journal.Recovery.Concurrent),
            },
            ListRobots = async cancellationToken =>
                [.. (await journal.ListEntitiesAsync("robot", cancellationToken)).Select(known => known.Entity.Key)],
            OpenLink = links.Open,
            ListTopics = links.ListTopics,
            Options = FleetOf(options.Robot) with
            {
                ActivationsPerSecond = options.Journal.Recovery.PerSecond,
                Sync = SyncOf(options.Sync),
            },
            AskDeadline = options.Api.AskDeadline,
            Signals = pulse.For,
            Recording = RecordingOf(options.Recording, folder) with { Schemas = schemas },
            Clock = clock,
        });
        return new NodeParts(configuration, schemas, journal, links, pulse, node, robotsFile, clock);
    }

    private static IJournal OpenJournal(TwinOptions options, string folder, TimeProvider clock) =>
        options.Journal is { Store: JournalStore.Postgres, Connection: { } connection }
            ? PostgresJournal.Open(connection, JournalOf(options, clock))
            : SqliteJournal.Open(Path.Combine(folder, options.Journal.File), JournalOf(options, clock));

    private static JournalOptions JournalOf(TwinOptions options, TimeProvider clock) =>
        JournalOptions.For(options.Node.Name, clock) with
        {
            Shards = options.Journal.Shards,
            Deadline = options.Journal.AppendDeadline,
            MaximumBatchEvents = options.Journal.BatchEvents,
            MaximumBatchBytes = (int)options.Journal.BatchBytes,
        };

    private static RecordingOptions RecordingOf(RecordingSection recording, string folder) => new()
    {
        Root = Path.Combine(folder, recording.Folder),
        IsAutomatic = recording.Automatic,
        Joints = recording.Joints is RecordedJoints.Columns ? JointForm.Columns : JointForm.Messages,
        FileLength = recording.FileSize,
        FileSpan = recording.FileSpan,
        KeepFor = recording.KeepFor,
        DiskBudget = recording.DiskBudget,
        FlushEvery = recording.FlushEvery,
        SyncEvery = recording.SyncEvery,
        BufferLength = (int)recording.Buffer,
    };

    private static ReplayPaths ReplaysOf(TwinOptions options, string folder) => new(
        Path.GetFullPath(Path.Combine(folder, options.Replay.Folder)), RecordingOf(options.Recording, folder).Root);

    private static FleetOptions FleetOf(RobotSection robot) => new()
    {
        Streams = [.. robot.Streams.Select(stream => new StreamDefault(
            stream.Name, stream.Topic, stream.Type, stream.ExpectedHz, stream.MaximumHz, stream.Slots))],
        Signals = robot.Signals,
        LinkLimits = new LinkLimits(robot.StaleAfter, robot.LostAfter),
        // Four looks before data counts as stale: the state on a page is right to a quarter of the limit.
        LinkCheck = robot.StaleAfter / 4,
        FirstDataDeadline = robot.FirstDataDeadline,
        Reconnect = new BackoffOptions(robot.ReconnectMinimum, robot.ReconnectMaximum),
    };

    private static SyncSettings? SyncOf(SyncSection sync) => sync.Enabled
        ? new SyncSettings
        {
            Hz = sync.Rate,
            CeilingHz = sync.RateCeiling,
            Observer = new SyncOptions
            {
                StateTolerance = sync.StateTolerance,
                TimeTolerance = sync.TimeTolerance,
                MaximumHorizon = sync.MaximumHorizon,
                PositionGain = sync.PositionGain,
                VelocityGain = sync.VelocityGain,
                DisconnectedAfter = sync.TimeTolerance,
            },
        }
        : null;

    private static string DefaultLink(RobotSection robot) => robot.Link.ToString().ToLowerInvariant();

    private static async Task<IReadOnlyList<RegisterRobotRequest>> ReadRobotsAsync(string file, TextWriter error)
    {
        try
        {
            await using var stream = File.OpenRead(file);
            return await JsonSerializer.DeserializeAsync(
                stream, ContractsJson.Default.IReadOnlyListRegisterRobotRequest) ?? [];
        }
        catch (Exception bad) when (bad is IOException or UnauthorizedAccessException or JsonException)
        {
            await error.WriteLineAsync(
                $"{file} is no array of robot registrations: {bad.Message} The node starts without them.");
            return [];
        }
    }
}
