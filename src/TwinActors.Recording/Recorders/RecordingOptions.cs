using TwinActors.Recording.Bags;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Recorders;

/// <summary>How robots are recorded; from the node's configuration.</summary>
public sealed record RecordingOptions
{
    /// <summary>Folder with one folder of recordings per robot.</summary>
    public required string Root { get; init; }

    /// <summary>Whether a robot is recorded as long as nobody decided about it.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>How joint states are held: <see cref="JointForm.Columns"/> or
    /// <see cref="JointForm.Messages"/>.</summary>
    public JointForm Joints { get; init; } = JointForm.Columns;

    /// <summary>Size at which a file is finished and the next one begun [byte].</summary>
    public long FileLength { get; init; } = 64 << 20;

    /// <summary>Time after which a file is finished and the next one begun.</summary>
    public TimeSpan FileSpan { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Age at which a file is deleted.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Most that all recordings of the node may take on the disk [byte]; beyond it the oldest go.</summary>
    public long DiskBudget { get; init; } = 10L << 30;

    /// <summary>What a crash of this process may lose.</summary>
    public TimeSpan FlushEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What a loss of power may lose.</summary>
    public TimeSpan SyncEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most of a robot's messages that wait in memory for the disk [byte]; more are counted as lost.</summary>
    public int BufferLength { get; init; } = 32 << 20;

    /// <summary>Definitions of the types that files carry.</summary>
    public RosSchemaSet Schemas { get; init; } = RosSchemaSet.Standard;
}

/// <summary>A finished recording.</summary>
/// <param name="Name">Name of its file: the receive time of its first message; names sort by time.</param>
/// <param name="FromNs">
/// Log time of its first record [ns since 1970]; a joint block has that of its last row, up to two seconds later.
/// </param>
/// <param name="ToNs">Log time of its last record [ns since 1970].</param>
/// <param name="Messages">Messages in it; a joint block counts once.</param>
/// <param name="Bytes">Its size [byte].</param>
public sealed record RecordedFile(string Name, long FromNs, long ToNs, long Messages, long Bytes);
