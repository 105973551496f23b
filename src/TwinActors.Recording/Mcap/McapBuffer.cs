using System.Buffers.Binary;
using System.Text;

namespace TwinActors.Recording.Mcap;

/// <summary>Builds records of an MCAP file: opcode, u64 length, little-endian fields.</summary>
/// <remarks>Keeps its memory from one use to the next, so that a steady load allocates nothing.</remarks>
internal sealed class McapBuffer
{
    private byte[] _bytes = new byte[4096];

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written; valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Forgets everything and leaves room for fields that are filled in later.</summary>
    public void Clear(int reserved = 0)
    {
        Length = 0;
        Claim(reserved).Clear();
    }

    /// <summary>Begins a record; <see cref="End"/> fills its length in.</summary>
    /// <returns>Where the record begins.</returns>
    public int Begin(McapOpcode opcode)
    {
        var start = Length;
        Claim(1)[0] = (byte)opcode;
        UInt64(0);
        return start;
    }

    /// <summary>Ends the record that began at a place.</summary>
    public void End(int start) =>
        Patch(start + 1, (ulong)(Length - start - McapRecordWalk.PrefixLength));

    public void Byte(byte value) => Claim(sizeof(byte))[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Claim(sizeof(ushort)), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Claim(sizeof(uint)), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Claim(sizeof(ulong)), value);

    public void Text(string text)
    {
        UInt32((uint)Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, Claim(Encoding.UTF8.GetByteCount(text)));
    }

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Claim(bytes.Length));

    /// <summary>A map: u32 length in bytes, then key and value pairs.</summary>
    public void Map(IEnumerable<KeyValuePair<string, string>> entries)
    {
        var start = Length;
        UInt32(0);
        foreach (var (key, value) in entries)
        {
            Text(key);
            Text(value);
        }

        Patch(start, (uint)(Length - start - sizeof(uint)));
    }

    /// <summary>Overwrites four bytes that were written before.</summary>
    public void Patch(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(at), value);

    /// <summary>Overwrites eight bytes that were written before.</summary>
    public void Patch(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(at), value);

    /// <summary>Overwrites bytes that were written before.</summary>
    public void Overwrite(int at, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes.AsSpan(at, Length - at));

    private Span<byte> Claim(int count)
    {
        var needed = checked(Length + count);
        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
        }

        var place = _bytes.AsSpan(Length, count);
        Length = needed;
        return place;
    }
}
