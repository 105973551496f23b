namespace TwinActors.Recording.Mcap;

/// <summary>How an MCAP file is written.</summary>
public sealed record McapWriterOptions
{
    /// <summary>Profile in the file's header: <c>ros2</c>, or empty for none.</summary>
    public string Profile { get; init; } = "ros2";

    /// <summary>Unpacked size at which a chunk is closed [byte]; 1 MiB, from 1 byte to 64 MiB.</summary>
    /// <remarks>A reader unpacks a chunk as a whole, and a crash loses the open one.</remarks>
    public int ChunkLength { get; init; } = 1024 * 1024;

    /// <summary>When the file is forced to the disk.</summary>
    public McapSync Sync { get; init; }
}

/// <summary>When an MCAP file is forced to the disk, so that it outlives a loss of power.</summary>
public enum McapSync
{
    /// <summary>When the system likes.</summary>
    Never,

    /// <summary>When it is complete, with its name; before that when <see cref="McapWriter.Sync"/> is called.</summary>
    AtEnd,

    /// <summary>The same, and each closed chunk before the writer goes on.</summary>
    EachChunk,
}
