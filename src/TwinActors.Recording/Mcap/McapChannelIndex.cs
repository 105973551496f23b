namespace TwinActors.Recording.Mcap;

/// <summary>Where the messages of one channel lie in the open chunk, and how many there were before.</summary>
internal sealed class McapChannelIndex(ushort id)
{
    private (long LogTimeNs, long Offset)[] _entries = new (long, long)[16];
    private int _count;

    /// <summary>The channel.</summary>
    public ushort Id { get; } = id;

    /// <summary>Its messages in the whole file.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Notes a message.</summary>
    /// <param name="logTimeNs">Its log time [ns since 1970].</param>
    /// <param name="offset">Where its record begins among the chunk's records.</param>
    public void Add(long logTimeNs, long offset)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, 2 * _count);
        }

        _entries[_count++] = (logTimeNs, offset);
        MessageCount++;
    }

    /// <summary>Writes the index record behind the chunk, and forgets its entries.</summary>
    public void WriteTo(McapBuffer chunk, McapChunkIndex index)
    {
        if (_count == 0)
        {
            return;
        }

        index.MessageIndexes.Add((Id, index.Offset + chunk.Length));
        var start = chunk.Begin(McapOpcode.MessageIndex);
        chunk.UInt16(Id);
        chunk.UInt32((uint)(_count * (sizeof(ulong) + sizeof(ulong))));
        foreach (var (logTimeNs, offset) in _entries.AsSpan(0, _count))
        {
            chunk.UInt64((ulong)logTimeNs);
            chunk.UInt64((ulong)offset);
        }

        chunk.End(start);
        _count = 0;
    }
}
