namespace TwinActors.Recording.Mcap;

/// <summary>How an MCAP file is written.</summary>
public sealed record McapWriterOptions
{
    /// <summary>Profile in the file's header: <c>ros2</c>, or empty for none.</summary>
    public string Profile { get; init; } = "ros2";

    /// <summary>Unpacked size at which a chunk is closed [byte]; 1 MiB, from 1 byte to 64 MiB.</summary>
    /// <remarks>A reader unpacks a chunk as a whole, and a crash loses the open one.</remarks>
    public int ChunkLength { get; init; } = 1024 * 1024;

    /// <summary>
    /// Whether each closed chunk is forced to the disk before the writer goes on, and the finished file with its name.
    /// </summary>
    public bool IsDurable { get; init; }
}
