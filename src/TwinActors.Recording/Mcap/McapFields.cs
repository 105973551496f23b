using System.Buffers.Binary;
using System.Text;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>Walks the fields of one MCAP record; every length is checked against the record first.</summary>
/// <param name="content">The record's content.</param>
/// <param name="file">Path, for messages.</param>
/// <param name="offset">Where the content begins in the file, or the chunk that holds it does.</param>
internal ref struct McapFields(ReadOnlySpan<byte> content, string file, long offset)
{
    private readonly ReadOnlySpan<byte> _content = content;
    private int _position;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _content[_position..];

    /// <summary>How many bytes have been read.</summary>
    public readonly int Position => _position;

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>A stamp [ns since 1970]; the format allows 2^64, dates after the year 2262 are refused.</summary>
    public long Stamp()
    {
        var value = UInt64();
        return value <= long.MaxValue ? (long)value : throw Broken($"the stamp {value} ns lies after the year 2262");
    }

    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>A field of u32 length and that many bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(UInt32());

    /// <summary>A place or length in a file [byte].</summary>
    public long Offset()
    {
        var value = UInt64();
        return value <= long.MaxValue ? (long)value : throw Broken($"{value} is no place in a file");
    }

    /// <summary>The fields of a map or an array: u32 length in bytes, then its items.</summary>
    public McapFields Nested()
    {
        var bytes = Bytes();
        return new McapFields(bytes, file, offset + _position - bytes.Length);
    }

    /// <summary>Key and value pairs; of a key that comes twice the last one counts.</summary>
    public Dictionary<string, string> Map()
    {
        var entries = Nested();
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!entries.Rest.IsEmpty)
        {
            var key = entries.Text();
            map[key] = entries.Text();
        }

        return map;
    }

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > _content.Length - _position)
        {
            throw Broken($"a field of {count} bytes runs past its record ({_content.Length - _position} left)");
        }

        var taken = _content.Slice(_position, (int)count);
        _position += (int)count;
        return taken;
    }

    private readonly BagFormatException Broken(string problem) => new(file, offset + _position, $"{problem}.");
}
