namespace TwinActors.Recording.Mcap;

/// <summary>The fields of a statistics record that reading uses.</summary>
internal sealed record McapStatistics(
    long MessageCount, uint ChunkCount, IReadOnlyDictionary<ushort, long> MessagesByChannel)
{
    public static McapStatistics Parse(ref McapFields fields)
    {
        var messages = fields.Offset();
        _ = fields.UInt16();
        _ = fields.UInt32();
        _ = fields.UInt32();
        _ = fields.UInt32();
        var chunks = fields.UInt32();
        _ = fields.UInt64();
        _ = fields.UInt64();
        var entries = fields.Nested();
        var counts = new Dictionary<ushort, long>();
        while (!entries.Rest.IsEmpty)
        {
            counts[entries.UInt16()] = entries.Offset();
        }

        return new McapStatistics(messages, chunks, counts);
    }
}
