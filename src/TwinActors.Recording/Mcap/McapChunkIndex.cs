namespace TwinActors.Recording.Mcap;

/// <summary>Chunk index record: where a chunk lies, which times and channels it holds.</summary>
/// <param name="FirstLogTimeNs">Smallest log time of its messages [ns since 1970]; 0 without messages.</param>
/// <param name="LastLogTimeNs">Largest log time of its messages [ns since 1970]; 0 without messages.</param>
/// <param name="Offset">Where its record begins in the file.</param>
/// <param name="RecordLength">Length of its record, prefix included [byte].</param>
/// <param name="Length">Unpacked length of the records in it [byte].</param>
internal sealed record McapChunkIndex(
    long FirstLogTimeNs, long LastLogTimeNs, long Offset, long RecordLength, long Length)
{
    /// <summary>Channels with messages in it, and where their index records begin in the file.</summary>
    public List<(ushort Channel, long Offset)> MessageIndexes { get; } = [];

    /// <summary>Length of all its message index records [byte].</summary>
    public long MessageIndexLength { get; set; }

    public static McapChunkIndex Parse(ref McapFields fields)
    {
        var (first, last) = (fields.Stamp(), fields.Stamp());
        var (offset, recordLength) = (fields.Offset(), fields.Offset());
        var entries = fields.Nested();
        var channels = new List<(ushort, long)>();
        while (!entries.Rest.IsEmpty)
        {
            channels.Add((entries.UInt16(), entries.Offset()));
        }

        var indexLength = fields.Offset();
        _ = fields.Text();
        _ = fields.Offset();
        var index = new McapChunkIndex(first, last, offset, recordLength, fields.Offset())
        {
            MessageIndexLength = indexLength,
        };
        index.MessageIndexes.AddRange(channels);
        return index;
    }

    /// <summary>Writes the record.</summary>
    public void WriteTo(McapBuffer record)
    {
        var start = record.Begin(McapOpcode.ChunkIndex);
        record.UInt64((ulong)FirstLogTimeNs);
        record.UInt64((ulong)LastLogTimeNs);
        record.UInt64((ulong)Offset);
        record.UInt64((ulong)RecordLength);
        record.UInt32((uint)(MessageIndexes.Count * (sizeof(ushort) + sizeof(ulong))));
        foreach (var (channel, offset) in MessageIndexes)
        {
            record.UInt16(channel);
            record.UInt64((ulong)offset);
        }

        record.UInt64((ulong)MessageIndexLength);
        record.Text("");
        record.UInt64((ulong)Length);
        record.UInt64((ulong)Length);
        record.End(start);
    }
}
