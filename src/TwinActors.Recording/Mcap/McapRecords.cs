using System.Buffers.Binary;

namespace TwinActors.Recording.Mcap;

/// <summary>Schema record: the definition of a message type.</summary>
internal sealed record McapSchema(ushort Id, string Name, string Encoding, string Text)
{
    public static McapSchema Parse(ref McapFields fields) =>
        new(fields.UInt16(), fields.Text(), fields.Text(), fields.Text());
}

/// <summary>Channel record: one topic as one publisher recorded it; schema 0 is none.</summary>
internal sealed record McapChannel(
    ushort Id, ushort SchemaId, string Topic, string Encoding, string? OfferedQos, string? TypeHash)
{
    public static McapChannel Parse(ref McapFields fields)
    {
        var (id, schema, topic, encoding) = (fields.UInt16(), fields.UInt16(), fields.Text(), fields.Text());
        var metadata = fields.Map();
        return new McapChannel(id, schema, topic, encoding,
            NotEmpty(metadata.GetValueOrDefault("offered_qos_profiles")),
            NotEmpty(metadata.GetValueOrDefault("topic_type_hash")));
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>
/// A stretch of the file that holds messages: the records of one chunk, or neighbouring records outside chunks.
/// </summary>
/// <param name="Offset">Where its bytes begin in the file: the content of a chunk record, or the first record.</param>
/// <param name="Length">How many bytes are stored.</param>
/// <param name="IsChunk">Whether the bytes are the content of a chunk record.</param>
/// <param name="FirstLogTimeNs">Smallest log time of its messages [ns since 1970].</param>
/// <param name="LastLogTimeNs">Largest log time of its messages [ns since 1970].</param>
/// <param name="Channels">Channels that have messages in it.</param>
internal sealed record McapRegion(
    long Offset, int Length, bool IsChunk, long FirstLogTimeNs, long LastLogTimeNs, IReadOnlySet<ushort> Channels);

/// <summary>One message inside a region.</summary>
internal readonly record struct McapMessage(
    ushort Channel, uint Sequence, long LogTimeNs, long PublishTimeNs, ReadOnlyMemory<byte> Data)
{
    /// <summary>Bytes before the payload: channel, sequence, log time and publish time.</summary>
    private const int HeaderLength = 2 + 4 + 8 + 8;

    public static McapMessage Parse(ReadOnlyMemory<byte> content, string file, long offset)
    {
        var fields = new McapFields(content.Span, file, offset);
        return new McapMessage(
            fields.UInt16(), fields.UInt32(), fields.Stamp(), fields.Stamp(), content[HeaderLength..]);
    }
}

/// <summary>Walks the records in a block of bytes: opcode, u64 length, content.</summary>
/// <param name="bytes">The block.</param>
internal struct McapRecordWalk(ReadOnlyMemory<byte> bytes)
{
    /// <summary>Bytes before a record's content.</summary>
    public const int PrefixLength = 1 + 8;

    private int _position;

    /// <summary>Where the current record's content begins in the block.</summary>
    public int ContentOffset { get; private set; }

    /// <summary>Kind of the current record.</summary>
    public McapOpcode Opcode { get; private set; }

    /// <summary>Content of the current record.</summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Bytes at the end that are no whole record, once <see cref="MoveNext"/> has returned false.</summary>
    public readonly int Left => bytes.Length - _position;

    /// <summary>Goes to the next record; false when no whole one is left.</summary>
    public bool MoveNext()
    {
        var rest = bytes.Span[_position..];
        if (rest.Length < PrefixLength)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(rest[1..]);
        if (length > (ulong)(rest.Length - PrefixLength))
        {
            return false;
        }

        Opcode = (McapOpcode)rest[0];
        ContentOffset = _position + PrefixLength;
        Content = bytes.Slice(ContentOffset, (int)length);
        _position = ContentOffset + (int)length;
        return true;
    }
}
