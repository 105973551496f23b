// Hot path: simulated robots and bag players write with it at full rate. It allocates nothing; CdrAllocationTests hold
// it.
using System.Runtime.InteropServices;
using System.Text;

namespace TwinActors.Ros2.Cdr;

/// <summary>Writes plain little-endian CDR (XCDR1) with its encapsulation header into a buffer of the caller.</summary>
/// <remarks>
/// A buffer that is too small is no error: nothing is written behind its end, <see cref="IsComplete"/> is false, and
/// <see cref="Length"/> counts on, so that a first pass over an empty buffer measures a message. Padding is zero.
/// </remarks>
public ref struct CdrWriter
{
    private readonly Span<byte> _buffer;
    private int _position;

    /// <summary>Writes the header <c>00 01 00 00</c>.</summary>
    /// <param name="buffer">Receives the message; may be empty to measure only.</param>
    public CdrWriter(Span<byte> buffer)
    {
        _buffer = buffer;
        ReadOnlySpan<byte> header = [0, 1, 0, 0];
        WriteBlock(header, 1);
    }

    /// <summary>Size of the message so far in bytes, header included.</summary>
    public readonly int Length => _position;

    /// <summary>Whether everything written fits the buffer.</summary>
    public readonly bool IsComplete => _position <= _buffer.Length;

    /// <summary>The message so far, header included; only when <see cref="IsComplete"/>.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._position];

    /// <summary>Writes a bool.</summary>
    public void WriteBool(bool value) => WriteUInt8(value ? (byte)1 : (byte)0);

    /// <summary>Writes one byte.</summary>
    public void WriteUInt8(byte value)
    {
        var place = Claim(1, 1);
        if (!place.IsEmpty)
        {
            place[0] = value;
        }
    }

    /// <summary>Writes a signed byte.</summary>
    public void WriteInt8(sbyte value) => WriteUInt8((byte)value);

    /// <summary>Writes an unsigned 16-bit integer.</summary>
    public void WriteUInt16(ushort value) => Write(value, sizeof(ushort));

    /// <summary>Writes a signed 16-bit integer.</summary>
    public void WriteInt16(short value) => Write(value, sizeof(short));

    /// <summary>Writes an unsigned 32-bit integer.</summary>
    public void WriteUInt32(uint value) => Write(value, sizeof(uint));

    /// <summary>Writes a signed 32-bit integer.</summary>
    public void WriteInt32(int value) => Write(value, sizeof(int));

    /// <summary>Writes an unsigned 64-bit integer.</summary>
    public void WriteUInt64(ulong value) => Write(value, sizeof(ulong));

    /// <summary>Writes a signed 64-bit integer.</summary>
    public void WriteInt64(long value) => Write(value, sizeof(long));

    /// <summary>Writes a single.</summary>
    public void WriteFloat32(float value) => Write(value, sizeof(float));

    /// <summary>Writes a double.</summary>
    public void WriteFloat64(double value) => Write(value, sizeof(double));

    /// <summary>Writes a string.</summary>
    /// <param name="value">Text; encoded as UTF-8.</param>
    public void WriteText(scoped ReadOnlySpan<char> value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteUInt32((uint)length + 1);
        var place = Claim(length + 1, 1);
        if (!place.IsEmpty)
        {
            Encoding.UTF8.GetBytes(value, place);
            place[^1] = 0;
        }
    }

    /// <summary>Writes a string.</summary>
    /// <param name="utf8">Text in UTF-8, without a terminator.</param>
    public void WriteText(scoped ReadOnlySpan<byte> utf8)
    {
        WriteUInt32((uint)utf8.Length + 1);
        var place = Claim(utf8.Length + 1, 1);
        if (!place.IsEmpty)
        {
            utf8.CopyTo(place);
            place[^1] = 0;
        }
    }

    /// <summary>Writes the count in front of a sequence; the elements follow by the other methods.</summary>
    /// <param name="count">Number of elements, not negative.</param>
    public void WriteCount(int count) => WriteUInt32((uint)count);

    /// <summary>Writes a sequence of doubles: count and elements.</summary>
    public void WriteFloat64Sequence(scoped ReadOnlySpan<double> values)
    {
        WriteCount(values.Length);
        WriteFloat64Array(values);
    }

    /// <summary>Writes a sequence of singles: count and elements.</summary>
    public void WriteFloat32Sequence(scoped ReadOnlySpan<float> values)
    {
        WriteCount(values.Length);
        WriteBlock(MemoryMarshal.AsBytes(values), sizeof(float));
    }

    /// <summary>Writes a fixed array of doubles: elements only.</summary>
    public void WriteFloat64Array(scoped ReadOnlySpan<double> values) =>
        WriteBlock(MemoryMarshal.AsBytes(values), sizeof(double));

    /// <summary>Writes a sequence of bytes: count and bytes.</summary>
    public void WriteByteSequence(scoped ReadOnlySpan<byte> values)
    {
        WriteCount(values.Length);
        WriteBlock(values, 1);
    }

    /// <summary>Writes a ROS time or duration: whole seconds and nanoseconds.</summary>
    /// <param name="nanoseconds">Instant since the UNIX epoch, or a duration [ns].</param>
    /// <remarks>Seconds travel as int32: instants from 2038-01-19 on do not fit and wrap, as in ROS itself.</remarks>
    public void WriteTime(long nanoseconds)
    {
        const long PerSecond = 1_000_000_000;
        var seconds = Math.DivRem(nanoseconds, PerSecond, out var rest);
        WriteInt32((int)(rest < 0 ? seconds - 1 : seconds));
        WriteUInt32((uint)(rest < 0 ? rest + PerSecond : rest));
    }

    /// <summary>Writes elements that are little-endian bytes already.</summary>
    /// <param name="bytes">Elements; nothing is written, and nothing aligned, when empty.</param>
    /// <param name="elementSize">1, 2, 4 or 8 bytes.</param>
    internal void WriteBlock(scoped ReadOnlySpan<byte> bytes, int elementSize)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        var place = Claim(bytes.Length, elementSize);
        if (!place.IsEmpty)
        {
            bytes.CopyTo(place);
        }
    }

    private void Write<T>(T value, int size)
        where T : unmanaged
    {
        var place = Claim(size, size);
        if (!place.IsEmpty)
        {
            MemoryMarshal.Write(place, value);
        }
    }

    private Span<byte> Claim(int size, int alignment)
    {
        // The header is 4 bytes, so alignment to 8 counts from byte 4.
        var body = _position - CdrReader.HeaderSize;
        var padding = body < 0 ? 0 : ((body + alignment - 1) & -alignment) - body;
        var start = _position;
        _position = checked(_position + padding + size);
        if (_position > _buffer.Length)
        {
            return default;
        }

        _buffer.Slice(start, padding).Clear();
        return _buffer.Slice(start + padding, size);
    }
}
