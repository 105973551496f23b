namespace TwinActors.Recording.Bags;

/// <summary>A recording cannot be read: damaged, of another format, or its compression cannot be undone.</summary>
/// <remarks>The message names the file and, where one is known, the byte offset at which reading stopped.</remarks>
public sealed class BagFormatException : IOException
{
    internal BagFormatException(string file, long? offset, string problem, Exception? cause = null)
        : base(offset is { } at ? $"{file}, offset {at}: {problem}" : $"{file}: {problem}", cause)
    {
        File = file;
        Offset = offset;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>Byte offset of the problem in the file; null when the storage engine does not tell one.</summary>
    public long? Offset { get; }
}
