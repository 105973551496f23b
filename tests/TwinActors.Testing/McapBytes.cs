using System.Buffers.Binary;
using System.Text;

namespace TwinActors.Testing;

/// <summary>Writes small MCAP files record by record, so that tests choose every byte, wrong ones too.</summary>
public sealed class McapBytes
{
    private readonly List<byte> _bytes = [];

    /// <summary>The signature at both ends of a file.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A];

    /// <summary>How many bytes have been written.</summary>
    public int Length => _bytes.Count;

    /// <summary>A file's beginning: signature and header.</summary>
    public static McapBytes Begin(string profile = "ros2")
    {
        var file = new McapBytes();
        file._bytes.AddRange(Magic);
        return file.Record(0x01, [.. Text(profile), .. Text("test")]);
    }

    /// <summary>A record: opcode, length, content.</summary>
    public McapBytes Record(byte opcode, ReadOnlySpan<byte> content)
    {
        _bytes.Add(opcode);
        _bytes.AddRange(UInt64((ulong)content.Length));
        _bytes.AddRange(content);
        return this;
    }

    /// <summary>Schema record.</summary>
    public McapBytes Schema(ushort id, string name, string encoding = "ros2msg", string text = "float64 data") =>
        Record(0x03, [.. UInt16(id), .. Text(name), .. Text(encoding), .. Text(text)]);

    /// <summary>Channel record.</summary>
    public McapBytes Channel(ushort id, ushort schema, string topic, string encoding = "cdr", string qos = "")
    {
        byte[] map = [.. Text("offered_qos_profiles"), .. Text(qos)];
        return Record(0x04, [.. UInt16(id), .. UInt16(schema), .. Text(topic), .. Text(encoding),
            .. UInt32((uint)map.Length), .. map]);
    }

    /// <summary>Message record; its publish time is 5 ns after its log time, to tell the two apart.</summary>
    public McapBytes Message(ushort channel, long logTimeNs, ReadOnlySpan<byte> data) =>
        Record(0x05, [.. UInt16(channel), .. UInt32(0), .. UInt64((ulong)logTimeNs),
            .. UInt64((ulong)(logTimeNs + 5)), .. data]);

    /// <summary>Chunk record around the records of another writer.</summary>
    /// <param name="records">What the chunk holds.</param>
    /// <param name="crc">Checksum to declare; 0 for none.</param>
    /// <param name="compression">Compression to declare.</param>
    /// <param name="stored">The stored bytes; null for the records themselves.</param>
    /// <param name="length">Unpacked length to declare; null for the true one.</param>
    public McapBytes Chunk(
        McapBytes records, uint crc = 0, string compression = "", byte[]? stored = null, ulong? length = null)
    {
        var plain = records.ToArray();
        stored ??= plain;
        return Record(0x06, [.. UInt64(0), .. UInt64(0), .. UInt64(length ?? (ulong)plain.Length), .. UInt32(crc),
            .. Text(compression), .. UInt64((ulong)stored.Length), .. stored]);
    }

    /// <summary>A file's end without a summary: DataEnd, footer and signature.</summary>
    /// <param name="dataCrc">Checksum of the data section to declare; 0 for none.</param>
    public McapBytes End(uint dataCrc = 0)
    {
        Record(0x0F, UInt32(dataCrc));
        Record(0x02, new byte[8 + 8 + 4]);
        _bytes.AddRange(Magic);
        return this;
    }

    /// <summary>All bytes.</summary>
    public byte[] ToArray() => [.. _bytes];

    /// <summary>A string field.</summary>
    public static byte[] Text(string text) =>
        [.. UInt32((uint)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    /// <summary>Two bytes, little endian.</summary>
    public static byte[] UInt16(ushort value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>Four bytes, little endian.</summary>
    public static byte[] UInt32(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>Eight bytes, little endian.</summary>
    public static byte[] UInt64(ulong value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
