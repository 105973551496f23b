using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace TwinActors.Contracts.Robots;

/// <summary>A row of the fleet list.</summary>
/// <param name="Id">Robot id.</param>
/// <param name="Model">Name of the robot model; null when it has none.</param>
/// <param name="Tags">Free labels, sorted.</param>
/// <param name="Link">State of the robot link now: <c>connected</c>, <c>stale</c>, <c>lost</c>, <c>none</c> (no data
/// yet) or <c>unknown</c> (the twin does not answer; nothing else of the row is known then). The journal's
/// <c>link.*</c> event of a change follows within a quarter of <c>robot.stale-after</c>.</param>
/// <param name="Mode">Where the synchronizer's corrections go: <c>shadow</c>, <c>advise</c> or <c>mirror</c>; none of
/// them moves the robot. <c>unknown</c> together with the link.</param>
/// <param name="Health">Health 0..100 [%]; null while it is not known.</param>
/// <param name="Sync">How well the twin is in step: <c>excellent</c>, <c>good</c>, <c>warning</c>, <c>poor</c> or
/// <c>disconnected</c>; null while it is not known.</param>
/// <param name="SyncReason">Why that is not better: <c>settling</c>, <c>stale</c>, <c>clock</c> or <c>model</c>; null
/// when there is nothing to say.</param>
/// <param name="Alerts">Number of open alerts; null while there are no alerts in this version.</param>
/// <param name="AgeMs">Age of the newest sample of any stream [ms]; null before the first.</param>
/// <param name="LastSeen">Arrival of the newest sample of any stream, RFC 3339; null before the first. After a restart
/// of the node, until data comes: the one that the last event about the link tells of.</param>
/// <param name="RateHz">Arrival rate of joint states [Hz]; null when unknown.</param>
/// <param name="IsReplay">Whether this is a recording that is played, and no live robot; null together with an unknown
/// link.</param>
public sealed record RobotSummary(
    string Id,
    string? Model,
    IReadOnlyList<string> Tags,
    string Link,
    string Mode,
    double? Health,
    string? Sync,
    string? SyncReason,
    int? Alerts,
    double? AgeMs,
    string? LastSeen,
    double? RateHz,
    bool? IsReplay);

/// <summary>Body of <c>POST /robots</c>, and an element of a <c>--robots</c> file.</summary>
/// <param name="Id">Robot id: a letter followed by up to 62 letters, digits, <c>_</c> or <c>-</c>.</param>
/// <param name="Urdf">URDF text of the robot's model, or null.</param>
/// <param name="Model">Name of a built-in model (<c>humanoid</c>, <c>arm6</c>, <c>base</c>), or null. Not together with
/// <paramref name="Urdf"/>.</param>
/// <param name="Link">Kind of robot link: <c>ros2</c>, <c>simulated</c>, <c>replay</c>, <c>foxglove</c> or
/// <c>rosbridge</c>; null takes the configured default.</param>
/// <param name="Tags">Free labels.</param>
/// <param name="JointOrder">Joint names for joint states that carry no names; null when none.</param>
/// <param name="Streams">Streams that differ from, or come beside, the configured defaults; null for none.</param>
/// <param name="SyncHz">Rate of the robot's synchronizer, 1 to 1000 [Hz]; null takes the configured one.</param>
/// <param name="Replay">What a robot of link <c>replay</c> plays; null for others.</param>
/// <param name="Signals">Signals that are mapped beside, or otherwise than, the configured defaults; null for
/// none.</param>
/// <param name="Url">WebSocket of the bridge of a robot of link <c>foxglove</c> or <c>rosbridge</c>, as
/// <c>ws://127.0.0.1:8765</c>; null for others.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RegisterRobotRequest(
    string? Id,
    string? Urdf = null,
    string? Model = null,
    string? Link = null,
    IReadOnlyList<string>? Tags = null,
    IReadOnlyList<string>? JointOrder = null,
    IReadOnlyList<StreamRequest>? Streams = null,
    double? SyncHz = null,
    ReplayRequest? Replay = null,
    IReadOnlyList<SignalRequest>? Signals = null,
    string? Url = null);

/// <summary>One stream of a robot as asked for.</summary>
/// <param name="Name">Name inside the robot, as <c>imu</c>. The name of a default stream replaces it.</param>
/// <param name="Topic">Absolute ROS topic name; <c>&lt;id&gt;</c> stands for the robot's ROS name. Null takes the
/// default of that name.</param>
/// <param name="Type">ROS type, as <c>sensor_msgs/msg/Imu</c>. Null takes the default of that name.</param>
/// <param name="ExpectedHz">Expected rate [Hz]; null when none is expected.</param>
/// <param name="MaximumHz">Highest wanted rate [Hz]; null keeps every sample.</param>
/// <param name="Enabled">False leaves the default stream of that name out.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StreamRequest(
    string? Name,
    string? Topic = null,
    string? Type = null,
    double? ExpectedHz = null,
    double? MaximumHz = null,
    bool? Enabled = null);

/// <summary>The full document of one robot twin.</summary>
public sealed record RobotDocument
{
    /// <summary>The fleet list's row.</summary>
    public required RobotSummary Robot { get; init; }

    /// <summary>Kind of link: <c>ros2</c>, <c>simulated</c>, <c>replay</c>, <c>foxglove</c> or
    /// <c>rosbridge</c>.</summary>
    public required string LinkKind { get; init; }

    /// <summary>Why the link is in its state; null when there is nothing to say.</summary>
    public string? LinkReason { get; init; }

    /// <summary>When the robot was registered, RFC 3339.</summary>
    public required string RegisteredAt { get; init; }

    /// <summary>Number of events in the robot's journal stream.</summary>
    public required long Version { get; init; }

    /// <summary>Robot clock minus node clock by the newest joint state [ms], too small by its transport delay; null
    /// before the first, and when its stamp is zero.</summary>
    public double? ClockOffsetMs { get; init; }

    /// <summary>The robot's clock by joint states of the last two minutes: all of them while somebody looks, else one
    /// or two a second. Null before the first with a stamp.</summary>
    public ClockDocument? Clock { get; init; }

    /// <summary>Joints now.</summary>
    public required JointsDocument Joints { get; init; }

    /// <summary>Sensors now.</summary>
    public required IReadOnlyList<SensorDocument> Sensors { get; init; }

    /// <summary>Mapped signals now.</summary>
    public required IReadOnlyList<SignalDocument> Signals { get; init; }

    /// <summary>Streams now.</summary>
    public required IReadOnlyList<StreamDocument> Streams { get; init; }
}

/// <summary>How far a robot's clock is from the node's, and how fast it runs away from it.</summary>
/// <param name="OffsetMs">Robot clock minus node clock now [ms]; too small by the shortest way of a sample, which
/// stamps of one direction cannot tell.</param>
/// <param name="OffsetUncertaintyMs">Half of the interval that holds the offset in 19 of 20 cases, beside that way
/// [ms]; null while it is not known.</param>
/// <param name="DriftPpm">Change of the offset [µs/s], positive when the robot's clock is fast; null in the first 20
/// s.</param>
/// <param name="DriftUncertaintyPpm">Half of the interval that holds the drift in 19 of 20 cases [µs/s]; null together
/// with the drift.</param>
/// <param name="SpanSeconds">Time that the estimate looks back on [s], up to 120.</param>
public sealed record ClockDocument(
    double OffsetMs,
    double? OffsetUncertaintyMs,
    double? DriftPpm,
    double? DriftUncertaintyPpm,
    double SpanSeconds);

/// <summary>State of all joints of a robot.</summary>
/// <param name="Stamp">Stamp of the newest joint state, on the robot's clock, RFC 3339 with nanoseconds; null before
/// the first.</param>
/// <param name="ReceivedAt">When it arrived, on the node's clock; null before the first.</param>
/// <param name="AgeMs">Twin's now minus <paramref name="ReceivedAt"/> [ms]; null before the first.</param>
/// <param name="Quality"><c>measured</c>, <c>stale</c> or <c>missing</c>.</param>
/// <param name="Joints">One entry per joint: model order, then order of appearance.</param>
public sealed record JointsDocument(
    string? Stamp,
    string? ReceivedAt,
    double? AgeMs,
    string Quality,
    IReadOnlyList<JointDocument> Joints);

/// <summary>State of one joint.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Position">Position [rad or m]; null when absent.</param>
/// <param name="Velocity">Velocity [rad/s or m/s]; null when absent.</param>
/// <param name="Effort">Effort [N·m or N]; null when absent.</param>
/// <param name="Stamp">Stamp of the newest joint state that named this joint; null before the first.</param>
/// <param name="Quality"><c>measured</c>, <c>stale</c> or <c>missing</c>.</param>
/// <param name="Implausible">Whether the position lies outside the model's limits.</param>
public sealed record JointDocument(
    string Name,
    double? Position,
    double? Velocity,
    double? Effort,
    string? Stamp,
    string Quality,
    bool Implausible);

/// <summary>Newest sample of one sensor.</summary>
/// <param name="Name">Name inside the robot.</param>
/// <param name="Topic">ROS topic.</param>
/// <param name="Type">ROS type.</param>
/// <param name="Stamp">Stamp of the newest sample; null before the first.</param>
/// <param name="ReceivedAt">When it arrived; null before the first.</param>
/// <param name="AgeMs">Age [ms]; null before the first.</param>
/// <param name="Quality"><c>measured</c>, <c>stale</c> or <c>missing</c>.</param>
/// <param name="Value">ROS fields as nested objects; NaN and infinity are null; null before the first sample. A byte
/// array, such as an image's pixels, is <c>{length, reference}</c>: the reference is the topic, <c>@</c> and the stamp
/// [ns since the UNIX epoch], by which a recording has the message. Of an array of messages or texts up to 1,024
/// elements are there; when the message had more, <c>name[]</c> beside it is their number.</param>
public sealed record SensorDocument(
    string Name,
    string Topic,
    string Type,
    string? Stamp,
    string? ReceivedAt,
    double? AgeMs,
    string Quality,
    JsonObject? Value);

/// <summary>What came in on one stream.</summary>
/// <param name="Topic">ROS topic.</param>
/// <param name="Type">ROS type.</param>
/// <param name="Received">Samples that arrived, good and rejected; null for a topic that nobody counts.</param>
/// <param name="Rejected">Samples turned away.</param>
/// <param name="Lost">Samples lost on the way or overwritten before they were read.</param>
/// <param name="RateHz">Measured rate [Hz]; null when unknown.</param>
/// <param name="ExpectedHz">Expected rate [Hz]; null when none.</param>
/// <param name="JitterMs">Mean absolute deviation of the arrival period [ms]; null when unknown.</param>
/// <param name="AgeMs">Age of the newest sample [ms]; null before the first.</param>
/// <param name="State">Of the newest sample that was not rejected: <c>measured</c>, <c>stale</c>, <c>missing</c>, or
/// <c>unmapped</c> for a topic that no stream
/// takes.</param>
/// <param name="Reasons">Counts by reason: rejections, and oddities that cost no sample.</param>
/// <param name="Publishers">Matched publishers; all of them for a topic that no stream takes.</param>
/// <param name="Thinned">Samples left out by the rate cap.</param>
/// <param name="Problem">Mismatched quality-of-service policy with what the node asks for and the publisher offers,
/// or why the topic is unmapped; null when none.</param>
/// <param name="Gaps">Arrivals that came later than three mean periods after the one before.</param>
public sealed record StreamDocument(
    string Topic,
    string Type,
    long? Received,
    long Rejected,
    long Lost,
    double? RateHz,
    double? ExpectedHz,
    double? JitterMs,
    double? AgeMs,
    string State,
    IReadOnlyDictionary<string, long> Reasons,
    int Publishers,
    long Thinned,
    string? Problem,
    long Gaps = 0);

/// <summary>A robot seen on the robot network.</summary>
/// <param name="Id">Its ROS namespace, usable as robot id.</param>
/// <param name="Topics">The topics under it.</param>
/// <param name="Registered">Whether a robot of that id is registered.</param>
/// <param name="Problem">Why it cannot be registered under this id; null when it can.</param>
/// <param name="DescriptionTopic">Topic on which it gives its URDF, which <c>GET /robots/discovered/{id}/urdf</c>
/// reads; null when it gives none.</param>
public sealed record DiscoveredRobotDocument(
    string Id,
    IReadOnlyList<DiscoveredTopicDocument> Topics,
    bool Registered,
    string? Problem,
    string? DescriptionTopic = null);

/// <summary>A topic seen on the robot network.</summary>
/// <param name="Name">Absolute ROS topic name.</param>
/// <param name="Type">ROS type.</param>
public sealed record DiscoveredTopicDocument(string Name, string Type);

/// <summary>A page of a robot's journal stream.</summary>
/// <param name="Events">Events in order.</param>
/// <param name="Next">Cursor to ask for the next page with; null when this page is the newest.</param>
public sealed record EventPage(IReadOnlyList<EventDocument> Events, string? Next);

/// <summary>One journaled event.</summary>
/// <param name="Position">Opaque cursor.</param>
/// <param name="Sequence">Number of the event in the robot's stream.</param>
/// <param name="At">When it was decided, RFC 3339.</param>
/// <param name="Name">Stable event name.</param>
/// <param name="Version">Version of the event's shape.</param>
/// <param name="Data">The event's content.</param>
/// <param name="Command">Id of the command that caused it; null when none.</param>
/// <param name="Epoch">Epoch of the writer.</param>
public sealed record EventDocument(
    string Position,
    long Sequence,
    string At,
    string Name,
    int Version,
    JsonNode? Data,
    Guid? Command,
    long Epoch);
