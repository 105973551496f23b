using System.Collections.Immutable;
using TwinActors.Twins.Signals;

namespace TwinActors.Host.Configuration;

/// <summary>
/// Everything a node is told by its configuration, checked. The defaults, units, ranges and reasons stand in
/// hocon/reference.conf: one key for each member, in kebab-case, under the root key <c>twin</c>.
/// </summary>
internal sealed record TwinOptions
{
    /// <summary>The node itself.</summary>
    public required NodeSection Node { get; init; }

    /// <summary>The event journal.</summary>
    public required JournalSection Journal { get; init; }

    /// <summary>The node's DDS domain.</summary>
    public required Ros2Section Ros2 { get; init; }

    /// <summary>What holds for a robot that says nothing else when it is registered.</summary>
    public required RobotSection Robot { get; init; }

    /// <summary>What keeps virtual robots in step.</summary>
    public required SyncSection Sync { get; init; }

    /// <summary>Recordings.</summary>
    public required RecordingSection Recording { get; init; }

    /// <summary>Robots that are reached by a bridge.</summary>
    public required BridgeSection Bridge { get; init; }

    /// <summary>Recordings as robots.</summary>
    public required ReplaySection Replay { get; init; }

    /// <summary>Live samples to browsers and other clients.</summary>
    public required TelemetrySection Telemetry { get; init; }

    /// <summary>HTTP.</summary>
    public required ApiSection Api { get; init; }

    /// <summary>What is logged.</summary>
    public required LoggingSection Logging { get; init; }
}

/// <summary><c>twin.node</c>.</summary>
internal sealed record NodeSection
{
    /// <summary>Name of this node in events, logs and pages; the name of the machine when the key is null.</summary>
    public required string Name { get; init; }

    /// <summary>Where HTTP and WebSocket listen; loopback only, at least one.</summary>
    public required ImmutableArray<Uri> Urls { get; init; }

    /// <summary>
    /// Folder of everything the node keeps, as written: absolute or relative to the working directory.
    /// </summary>
    public required string DataDirectory { get; init; }
}

/// <summary>Which store holds the journal.</summary>
internal enum JournalStore
{
    /// <summary>One SQLite file: for one node.</summary>
    Sqlite,

    /// <summary>A PostgreSQL database.</summary>
    Postgres,
}

/// <summary><c>twin.journal</c>.</summary>
internal sealed record JournalSection
{
    /// <summary>Which store.</summary>
    public required JournalStore Store { get; init; }

    /// <summary>SQLite file, as written: absolute or relative to the data directory.</summary>
    public required string File { get; init; }

    /// <summary>Connection string of the PostgreSQL database, without a password; absent for SQLite.</summary>
    public required string? Connection { get; init; }

    /// <summary>Longest wait for a durable append; later its outcome counts as unknown.</summary>
    public required TimeSpan AppendDeadline { get; init; }

    /// <summary>Most events in one commit.</summary>
    public required int BatchEvents { get; init; }

    /// <summary>Most bytes of events in one commit.</summary>
    public required long BatchBytes { get; init; }

    /// <summary>Number of shards; it cannot change once the journal has events.</summary>
    public required int Shards { get; init; }

    /// <summary>Number of a twin's events after which a snapshot of it is taken; 0: never.</summary>
    public required int SnapshotEvery { get; init; }

    /// <summary>How twins come back after a restart.</summary>
    public required RecoverySection Recovery { get; init; }
}

/// <summary><c>twin.journal.recovery</c>.</summary>
internal sealed record RecoverySection
{
    /// <summary>Twins that read their events at the same time.</summary>
    public required int Concurrent { get; init; }

    /// <summary>Twins that come back each second while nobody asks for them.</summary>
    public required int PerSecond { get; init; }
}

/// <summary><c>twin.ros2</c>.</summary>
internal sealed record Ros2Section
{
    /// <summary>Whether the node opens a DDS domain.</summary>
    public required bool Enabled { get; init; }

    /// <summary>DDS domain, 0-232.</summary>
    public required int DomainId { get; init; }

    /// <summary>Whether DDS stays on this machine.</summary>
    public required bool LoopbackOnly { get; init; }

    /// <summary>
    /// Name or address of the network interface; <see langword="null"/> lets DDS choose. Null when loopback only.
    /// </summary>
    public required string? Interface { get; init; }

    /// <summary>Addresses to look for robots at, where multicast does not reach.</summary>
    public required ImmutableArray<string> Peers { get; init; }

    /// <summary>Stall of this process that loses no sample: depth is at least maximum rate times this.</summary>
    public required TimeSpan ToleratedStall { get; init; }

    /// <summary>Whether readers keep every sample instead of the newest.</summary>
    public required bool KeepAll { get; init; }

    /// <summary>Folders of message definitions, as written: absolute or relative to the working directory.</summary>
    public required ImmutableArray<string> MessageFolders { get; init; }
}

/// <summary>What links a robot to its twin.</summary>
internal enum RobotLinkChoice
{
    /// <summary>ROS 2 over DDS.</summary>
    Ros2,

    /// <summary>A simulated robot inside the node.</summary>
    Simulated,
}

/// <summary><c>twin.robot</c>.</summary>
internal sealed record RobotSection
{
    /// <summary>Link of a robot that is registered without one.</summary>
    public required RobotLinkChoice Link { get; init; }

    /// <summary>Streams of a robot, in the order of the file.</summary>
    public required ImmutableArray<StreamSection> Streams { get; init; }

    /// <summary>Signals that are mapped, in the order of the file; topics have
    /// <see cref="StreamSection.RobotPlaceholder"/> where the robot's name stands.</summary>
    public required ImmutableArray<SignalMapping> Signals { get; init; }

    /// <summary>Age of the newest sample after which the link is stale.</summary>
    public required TimeSpan StaleAfter { get; init; }

    /// <summary>Age of the newest sample after which the link is lost; above <see cref="StaleAfter"/>.</summary>
    public required TimeSpan LostAfter { get; init; }

    /// <summary>Longest wait for the first sample of a link that was opened.</summary>
    public required TimeSpan FirstDataDeadline { get; init; }

    /// <summary>Wait before a lost link is opened again the first time; it doubles from there.</summary>
    public required TimeSpan ReconnectMinimum { get; init; }

    /// <summary>Longest wait between two attempts; at least <see cref="ReconnectMinimum"/>.</summary>
    public required TimeSpan ReconnectMaximum { get; init; }
}

/// <summary>One entry of <c>twin.robot.streams</c>; its key is <see cref="Name"/>, and null removes it.</summary>
internal sealed record StreamSection
{
    /// <summary>The part of a topic that stands for the robot's name.</summary>
    public const string RobotPlaceholder = "<id>";

    /// <summary>Name of the stream, for example <c>imu</c>.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Topic with <see cref="RobotPlaceholder"/> where the robot's name stands, for example
    /// <c>/&lt;id&gt;/imu/data</c>.
    /// </summary>
    public required string Topic { get; init; }

    /// <summary>ROS type, for example <c>sensor_msgs/msg/Imu</c>.</summary>
    public required string Type { get; init; }

    /// <summary>
    /// Rate the robot is expected to publish at [Hz]; <see langword="null"/> when it publishes as it likes.
    /// </summary>
    public required double? ExpectedHz { get; init; }

    /// <summary>Highest rate the stream is made for [Hz].</summary>
    public required double? MaximumHz { get; init; }

    /// <summary>Samples in the ring; a power of two.</summary>
    public required int Slots { get; init; }

    /// <summary>The topic of one robot.</summary>
    /// <param name="rosName">Name of the robot in ROS, where <c>-</c> is <c>_</c>.</param>
    public string TopicOf(string rosName) => Topic.Replace(RobotPlaceholder, rosName, StringComparison.Ordinal);
}

/// <summary><c>twin.sync</c>.</summary>
internal sealed record SyncSection
{
    /// <summary>Whether robots have a synchronizer.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Rate of a synchronizer whose robot names none [Hz].</summary>
    public required double Rate { get; init; }

    /// <summary>Rate up to which a synchronizer that fails may raise its own [Hz].</summary>
    public required double RateCeiling { get; init; }

    /// <summary>Largest mean position error of a twin in step [rad or m].</summary>
    public required double StateTolerance { get; init; }

    /// <summary>Largest age of the newest sample of a twin in step.</summary>
    public required TimeSpan TimeTolerance { get; init; }

    /// <summary>Farthest that a sample is extrapolated.</summary>
    public required TimeSpan MaximumHorizon { get; init; }

    /// <summary>Share of a position residual that one sample corrects.</summary>
    public required double PositionGain { get; init; }

    /// <summary>Share of a velocity residual that one sample corrects.</summary>
    public required double VelocityGain { get; init; }
}

/// <summary>How recordings hold joint states.</summary>
internal enum RecordedJoints
{
    /// <summary>As joint blocks, which are small.</summary>
    Columns,

    /// <summary>As they came, which every tool reads.</summary>
    Messages,
}

/// <summary><c>twin.recording</c>.</summary>
internal sealed record RecordingSection
{
    /// <summary>Folder of the recordings, as written: absolute or relative to the data directory.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether a robot is recorded as long as nobody decided about it.</summary>
    public required bool Automatic { get; init; }

    /// <summary>How joint states are held.</summary>
    public required RecordedJoints Joints { get; init; }

    /// <summary>Size at which a file is finished [byte].</summary>
    public required long FileSize { get; init; }

    /// <summary>Time after which a file is finished.</summary>
    public required TimeSpan FileSpan { get; init; }

    /// <summary>Age at which a recording is deleted.</summary>
    public required TimeSpan KeepFor { get; init; }

    /// <summary>Most bytes of all recordings.</summary>
    public required long DiskBudget { get; init; }

    /// <summary>What a crash of the node may lose.</summary>
    public required TimeSpan FlushEvery { get; init; }

    /// <summary>What a loss of power may lose.</summary>
    public required TimeSpan SyncEvery { get; init; }

    /// <summary>Most bytes of one robot's messages that wait in memory.</summary>
    public required long Buffer { get; init; }
}

/// <summary><c>twin.bridge</c>.</summary>
internal sealed record BridgeSection
{
    /// <summary>Whether only bridges of this machine are connected to.</summary>
    public required bool LoopbackOnly { get; init; }
}

/// <summary><c>twin.replay</c>.</summary>
internal sealed record ReplaySection
{
    /// <summary>Folder of the bags that may be replayed, absolute or relative to the data directory.</summary>
    public required string Folder { get; init; }
}

/// <summary><c>twin.telemetry</c>.</summary>
internal sealed record TelemetrySection
{
    /// <summary>Highest rate a client may ask for [Hz].</summary>
    public required double MaximumHz { get; init; }

    /// <summary>Time between two pings of an idle WebSocket.</summary>
    public required TimeSpan KeepAlive { get; init; }
}

/// <summary><c>twin.api</c>.</summary>
internal sealed record ApiSection
{
    /// <summary>Longest wait of a request for a twin's answer.</summary>
    public required TimeSpan AskDeadline { get; init; }

    /// <summary>Most entries in one page of a list.</summary>
    public required int PageSize { get; init; }

    /// <summary>Most bytes in the body of a request.</summary>
    public required long MaximumBody { get; init; }

    /// <summary>Names and addresses, without port, that the node answers to beside those of loopback and its
    /// urls.</summary>
    public required ImmutableArray<string> AllowedHosts { get; init; }
}

/// <summary><c>twin.logging</c>.</summary>
internal sealed record LoggingSection
{
    /// <summary>Lowest level that is written, by category; <c>default</c> is for the others.</summary>
    public required ImmutableDictionary<string, LogLevel> Level { get; init; }
}
