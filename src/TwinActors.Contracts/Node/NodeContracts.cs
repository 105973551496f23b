namespace TwinActors.Contracts.Node;

/// <summary>One actor of the tree.</summary>
/// <param name="Path">Absolute path, as <c>/user/robots/arm1/joints</c>.</param>
/// <param name="Type">Actor type.</param>
/// <param name="State">Life-cycle state.</param>
/// <param name="Depth">Messages waiting in all lanes.</param>
/// <param name="Handled">Messages handled since start.</param>
/// <param name="Restarts">Restarts since creation.</param>
/// <param name="LastFailure">Last failure; null when none.</param>
/// <param name="IdleMs">Time since the last message [ms]; null before the first.</param>
/// <param name="Children">Its children by name.</param>
public sealed record ActorDocument(
    string Path,
    string Type,
    string State,
    long Depth,
    long Handled,
    long Restarts,
    string? LastFailure,
    double? IdleMs,
    IReadOnlyList<ActorDocument> Children);

/// <summary>What waits in one actor's mailbox, and what found no room.</summary>
/// <param name="Path">Absolute path of the actor.</param>
/// <param name="Capacity">Highest number of user messages that may wait.</param>
/// <param name="WhenFull"><c>reject</c>: one more is refused; <c>drop</c>: the oldest makes room for it.</param>
/// <param name="System">Life-cycle messages waiting.</param>
/// <param name="Urgent">Urgent messages waiting.</param>
/// <param name="User">User messages waiting.</param>
/// <param name="Signals">Sources with news.</param>
/// <param name="Stashed">Messages that the actor put aside.</param>
/// <param name="Dropped">Messages that made room for newer ones.</param>
/// <param name="Rejected">Messages that were refused because the mailbox was full.</param>
public sealed record MailboxDocument(
    string Path,
    int Capacity,
    string WhenFull,
    int System,
    int Urgent,
    long User,
    int Signals,
    int Stashed,
    long Dropped,
    long Rejected);

/// <summary>One message that a tapped actor was about to handle.</summary>
/// <param name="At">When, RFC 3339.</param>
/// <param name="Type">Message type.</param>
/// <param name="Text">The message for people, at most 512 characters.</param>
/// <param name="Suppressed">Messages before it that are not shown: too many a second, or not read in time.</param>
public sealed record TappedMessageDocument(string At, string Type, string Text, long Suppressed);

/// <summary>One line of the node's log.</summary>
/// <param name="At">When, RFC 3339.</param>
/// <param name="Level">
/// <c>trace</c>, <c>debug</c>, <c>information</c>, <c>warning</c>, <c>error</c> or <c>critical</c>.
/// </param>
/// <param name="Category">What part of the program wrote it.</param>
/// <param name="Path">The actor that it is about; null when it is about none.</param>
/// <param name="Message">The line.</param>
/// <param name="Exception">Type and message of the exception with it; null without one.</param>
/// <param name="Missed">Lines before it that are not shown because they were not read in time.</param>
public sealed record LogLineDocument(
    string At,
    string Level,
    string Category,
    string? Path,
    string Message,
    string? Exception,
    long Missed);

/// <summary>Dead letters of one kind.</summary>
/// <param name="Path">Path of the receiver that was not there.</param>
/// <param name="Type">Message type.</param>
/// <param name="Count">How many.</param>
public sealed record DeadLetterDocument(string Path, string Type, long Count);

/// <summary>Answer of the health routes.</summary>
/// <param name="Status"><c>ok</c> or <c>unavailable</c>.</param>
/// <param name="Checks">What was looked at.</param>
public sealed record HealthDocument(string Status, IReadOnlyList<HealthCheckDocument> Checks);

/// <summary>One thing looked at by a health route.</summary>
/// <param name="Name">What: <c>journal</c>, <c>ros2</c>, …</param>
/// <param name="Status"><c>ok</c>, <c>degraded</c> or <c>unavailable</c>.</param>
/// <param name="Detail">For people: what is wrong and the way out; null when nothing is.</param>
public sealed record HealthCheckDocument(string Name, string Status, string? Detail);

/// <summary>What this node is.</summary>
/// <param name="Name">Node name.</param>
/// <param name="Version">Program version.</param>
/// <param name="StartedAt">Start, RFC 3339.</param>
/// <param name="Now">The node's clock, RFC 3339.</param>
/// <param name="Robots">Registered robots.</param>
/// <param name="Ros2">State of the ROS 2 side in one line for people.</param>
/// <param name="ProcessId">Operating-system process id.</param>
/// <param name="CpuSeconds">Processor time used so far, user and system [s].</param>
/// <param name="WorkingSetBytes">Resident memory [bytes].</param>
/// <param name="Gen0Collections">Garbage collections of generation 0 so far.</param>
public sealed record NodeDocument(
    string Name,
    string Version,
    string StartedAt,
    string Now,
    int Robots,
    string Ros2,
    int ProcessId,
    double CpuSeconds,
    long WorkingSetBytes,
    int Gen0Collections);
