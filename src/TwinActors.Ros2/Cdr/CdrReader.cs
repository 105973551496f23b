// Hot path: runs for every sample on the receive thread. It allocates nothing and never throws; CdrAllocationTests
// hold it.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TwinActors.Ros2.Cdr;

/// <summary>Reads plain CDR (XCDR1) of either byte order from a serialized payload, field by field.</summary>
/// <remarks>
/// Nothing throws: the first read that does not fit clears <see cref="IsValid"/>, and it and all later reads give zero
/// or empty. Check once, after the last field. Alignment counts from the byte behind the 4-byte encapsulation header;
/// padding bytes hold garbage on real networks and are skipped unseen. Bytes behind the last field are ignored.
/// </remarks>
public ref struct CdrReader
{
    /// <summary>Size of the encapsulation header in bytes.</summary>
    public const int HeaderSize = 4;

    private readonly ReadOnlySpan<byte> _body;
    private readonly bool _isSwapped;
    private int _position;

    /// <summary>Starts behind the encapsulation header.</summary>
    /// <param name="payload">Serialized payload with its header: <c>00 01</c> little endian, <c>00 00</c> big
    /// endian.</param>
    public CdrReader(ReadOnlySpan<byte> payload)
    {
        IsValid = payload.Length >= HeaderSize && payload[0] == 0 && payload[1] <= 1;
        if (IsValid)
        {
            _body = payload[HeaderSize..];
            _isSwapped = payload[1] == 1 != BitConverter.IsLittleEndian;
        }
    }

    /// <summary>Whether the header is known and everything read so far was there.</summary>
    public bool IsValid { get; private set; }

    /// <summary>Bytes of the body consumed so far, counted behind the header.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left in the body.</summary>
    public readonly int Remaining => IsValid ? Math.Max(0, _body.Length - _position) : 0;

    /// <summary>Whether numbers are in the order of this machine, so that raw blocks can be used as they are.</summary>
    public readonly bool IsNativeOrder => !_isSwapped;

    /// <summary>Reads a bool; any byte but 0 and 1 is an error.</summary>
    public bool ReadBool()
    {
        var value = ReadUInt8();
        if (value > 1)
        {
            Fail();
        }

        return value == 1;
    }

    /// <summary>Reads one byte.</summary>
    public byte ReadUInt8() => Take(1) is { IsEmpty: false } bytes ? bytes[0] : (byte)0;

    /// <summary>Reads a signed byte.</summary>
    public sbyte ReadInt8() => (sbyte)ReadUInt8();

    /// <summary>Reads an unsigned 16-bit integer.</summary>
    public ushort ReadUInt16()
    {
        var bytes = Take(sizeof(ushort));
        var value = bytes.IsEmpty ? (ushort)0 : MemoryMarshal.Read<ushort>(bytes);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    /// <summary>Reads a signed 16-bit integer.</summary>
    public short ReadInt16() => (short)ReadUInt16();

    /// <summary>Reads an unsigned 32-bit integer.</summary>
    public uint ReadUInt32()
    {
        var bytes = Take(sizeof(uint));
        var value = bytes.IsEmpty ? 0 : MemoryMarshal.Read<uint>(bytes);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    /// <summary>Reads a signed 32-bit integer.</summary>
    public int ReadInt32() => (int)ReadUInt32();

    /// <summary>Reads an unsigned 64-bit integer.</summary>
    public ulong ReadUInt64()
    {
        var bytes = Take(sizeof(ulong));
        var value = bytes.IsEmpty ? 0 : MemoryMarshal.Read<ulong>(bytes);
        return _isSwapped ? BinaryPrimitives.ReverseEndianness(value) : value;
    }

    /// <summary>Reads a signed 64-bit integer.</summary>
    public long ReadInt64() => (long)ReadUInt64();

    /// <summary>Reads a single; NaN and infinities come through unchanged.</summary>
    public float ReadFloat32() => BitConverter.UInt32BitsToSingle(ReadUInt32());

    /// <summary>Reads a double; NaN and infinities come through unchanged.</summary>
    public double ReadFloat64() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    /// <summary>Reads a string.</summary>
    /// <returns>Its UTF-8 bytes without the terminator, inside the payload; empty on failure. Not checked to be valid
    /// UTF-8.</returns>
    public ReadOnlySpan<byte> ReadText()
    {
        var length = ReadCount(1);
        if (length == 0)
        {
            // The length counts the terminator and so starts at 1; some old senders write 0 for an empty string.
            return default;
        }

        var bytes = TakeBlock(length);
        if (bytes.IsEmpty || bytes[^1] != 0)
        {
            Fail();
            return default;
        }

        return bytes[..^1];
    }

    /// <summary>Reads the count in front of a sequence and checks that so many elements can follow.</summary>
    /// <param name="minimumElementSize">Fewest bytes one element takes; at least 1.</param>
    /// <returns>The count; 0 when the rest of the payload is too short for it, which is an error.</returns>
    public int ReadCount(long minimumElementSize)
    {
        var count = ReadUInt32();
        if (count * (ulong)minimumElementSize > (ulong)Remaining)
        {
            Fail();
            return 0;
        }

        return (int)count;
    }

    /// <summary>Reads numbers of one size as they are on the wire; see <see cref="IsNativeOrder"/>.</summary>
    /// <param name="count">Number of elements, not negative.</param>
    /// <param name="elementSize">1, 2, 4 or 8 bytes.</param>
    /// <returns>The bytes, inside the payload; empty on failure.</returns>
    public ReadOnlySpan<byte> ReadBlock(int count, int elementSize)
    {
        // Padding in front of the elements is only there when elements are.
        if (count == 0)
        {
            return default;
        }

        Align(elementSize);
        return TakeBlock((long)count * elementSize);
    }

    /// <summary>Reads doubles.</summary>
    /// <param name="destination">Receives as many as it is long; unchanged on failure.</param>
    public void ReadFloat64s(Span<double> destination)
    {
        var block = ReadBlock(destination.Length, sizeof(double));
        var target = MemoryMarshal.AsBytes(destination);
        if (block.Length == target.Length)
        {
            block.CopyTo(target);
            if (_isSwapped)
            {
                var words = MemoryMarshal.Cast<double, ulong>(destination);
                BinaryPrimitives.ReverseEndianness(words, words);
            }
        }
    }

    /// <summary>Reads singles.</summary>
    /// <param name="destination">Receives as many as it is long; unchanged on failure.</param>
    public void ReadFloat32s(Span<float> destination)
    {
        var block = ReadBlock(destination.Length, sizeof(float));
        var target = MemoryMarshal.AsBytes(destination);
        if (block.Length == target.Length)
        {
            block.CopyTo(target);
            if (_isSwapped)
            {
                var words = MemoryMarshal.Cast<float, uint>(destination);
                BinaryPrimitives.ReverseEndianness(words, words);
            }
        }
    }

    /// <summary>The body's bytes from a position on, without moving.</summary>
    /// <param name="position">Position behind the header, at most <see cref="Position"/>.</param>
    internal readonly ReadOnlySpan<byte> Since(int position) => _body[position.._position];

    /// <summary>Moves over padding.</summary>
    /// <param name="size">1, 2, 4 or 8 bytes. What is read next checks that the payload is that long.</param>
    internal void Align(int size) => _position = (_position + size - 1) & -size;

    /// <summary>Moves over bytes whose content is known already.</summary>
    /// <param name="expected">What must stand here; otherwise nothing moves.</param>
    internal bool TrySkip(ReadOnlySpan<byte> expected)
    {
        if (!IsValid || _position > _body.Length || !_body[_position..].StartsWith(expected))
        {
            return false;
        }

        _position += expected.Length;
        return true;
    }

    /// <summary>Notes that the payload is not what it should be.</summary>
    internal void Fail()
    {
        IsValid = false;
        _position = _body.Length;
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        Align(size);
        return TakeBlock(size);
    }

    private ReadOnlySpan<byte> TakeBlock(long length)
    {
        if (!IsValid || length > _body.Length - _position)
        {
            Fail();
            return default;
        }

        var bytes = _body.Slice(_position, (int)length);
        _position += (int)length;
        return bytes;
    }
}
