namespace TwinActors.Contracts.Recordings;

/// <summary>What is recorded of a robot now, and what has been.</summary>
/// <param name="Recording">Whether the robot is being recorded.</param>
/// <param name="Since">When that was decided, RFC 3339; null when nobody decided.</param>
/// <param name="Problem">Why nothing can be written now, for people; null when all is well.</param>
/// <param name="File">Name of the file that is being written; null when none is.</param>
/// <param name="Bytes">Its size [byte]; 0 without one.</param>
/// <param name="Messages">Messages in it, each joint state by itself; 0 without one.</param>
/// <param name="Lost">Messages that were not recorded, though the robot was, since the recorder was started.</param>
/// <param name="Files">Finished recordings, the oldest first.</param>
public sealed record RecordingsDocument(
    bool Recording,
    string? Since,
    string? Problem,
    string? File,
    long Bytes,
    long Messages,
    long Lost,
    IReadOnlyList<RecordingDocument> Files);

/// <summary>A finished recording.</summary>
/// <param name="Name">Name of its MCAP file.</param>
/// <param name="From">Log time of its first record, RFC 3339; null when the file cannot be read.</param>
/// <param name="To">Log time of its last record, RFC 3339; null when the file cannot be read.</param>
/// <param name="Messages">Messages in it, a block of joint states counts once; null when the file cannot be
/// read.</param>
/// <param name="Bytes">Its size [byte].</param>
/// <param name="Problem">What is wrong with the file; null when nothing is.</param>
public sealed record RecordingDocument(
    string Name, string? From, string? To, long? Messages, long Bytes, string? Problem);

/// <summary>Where a recording has a message.</summary>
/// <param name="File">Name of the recording; one that is being written ends with <c>.part</c>.</param>
/// <param name="Topic">Topic of the message.</param>
/// <param name="Type">ROS type of the message.</param>
/// <param name="Encoding">Encoding of its bytes, <c>cdr</c>.</param>
/// <param name="ReceivedAt">When it was received, RFC 3339: its log time in the file.</param>
/// <param name="Bytes">Its size [byte].</param>
public sealed record RecordedMessageDocument(
    string File, string Topic, string Type, string Encoding, string ReceivedAt, int Bytes);
