using System.Runtime.InteropServices;
using System.Text;

namespace TwinActors.Robotics.Rings;

/// <summary>Reads the fields of one sample frame.</summary>
public readonly ref struct SampleReader
{
    private readonly ReadOnlySpan<byte> _frame;

    /// <summary>Reads a frame by its layout.</summary>
    /// <exception cref="ArgumentException">The frame is shorter than the layout's fixed part.</exception>
    public SampleReader(SampleLayout layout, ReadOnlySpan<byte> frame)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (frame.Length < layout.FixedLength)
        {
            throw new ArgumentException(
                $"The frame has {frame.Length} bytes; {layout.TypeName} needs {layout.FixedLength}.");
        }

        Layout = layout;
        _frame = frame;
    }

    /// <summary>The layout read by.</summary>
    public SampleLayout Layout { get; }

    /// <summary>Value of a <see cref="FieldKind.Number"/> field in its ROS unit; NaN when absent.</summary>
    public double Number(int field) => BitConverter.Int64BitsToDouble(Integer(field));

    /// <summary>Value of a <see cref="FieldKind.Integer"/> or <see cref="FieldKind.Flag"/> field.</summary>
    public long Integer(int field) => MemoryMarshal.Read<long>(_frame[Layout.Fields[field].Offset..]);

    /// <summary>Number of elements of an array field, of bytes of a text or blob.</summary>
    public int Count(int field) =>
        (int)MemoryMarshal.Read<uint>(_frame[(Layout.Fields[field].Offset + sizeof(uint))..]);

    /// <summary>UTF-8 bytes of a <see cref="FieldKind.Text"/> field.</summary>
    public ReadOnlySpan<byte> Utf8(int field) => Tail(field, 1);

    /// <summary>Value of a <see cref="FieldKind.Text"/> field; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Text(int field) => Encoding.UTF8.GetString(Utf8(field));

    /// <summary>Elements of a <see cref="FieldKind.Numbers"/> field.</summary>
    public ReadOnlySpan<double> Numbers(int field) => MemoryMarshal.Cast<byte, double>(Tail(field, sizeof(double)));

    /// <summary>Elements of a <see cref="FieldKind.Floats"/> field.</summary>
    public ReadOnlySpan<float> Floats(int field) => MemoryMarshal.Cast<byte, float>(Tail(field, sizeof(float)));

    /// <summary>Elements of a <see cref="FieldKind.Integers"/> field.</summary>
    public ReadOnlySpan<long> Integers(int field) => MemoryMarshal.Cast<byte, long>(Tail(field, sizeof(long)));

    /// <summary>UTF-8 bytes of one element of a <see cref="FieldKind.Texts"/> field.</summary>
    public ReadOnlySpan<byte> Utf8(int field, int element)
    {
        var entry = MemoryMarshal.Cast<byte, uint>(Tail(field, 2 * sizeof(uint)))[(2 * element)..];
        return _frame.Slice((int)entry[0], (int)entry[1]);
    }

    /// <summary>One element of a <see cref="FieldKind.Texts"/> field; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Text(int field, int element) => Encoding.UTF8.GetString(Utf8(field, element));

    private ReadOnlySpan<byte> Tail(int field, int elementSize)
    {
        var offset = (int)MemoryMarshal.Read<uint>(_frame[Layout.Fields[field].Offset..]);
        return _frame.Slice(offset, Count(field) * elementSize);
    }
}

/// <summary>Writes the fields of one sample frame into a buffer of sufficient size.</summary>
/// <remarks>Scalars may be written in any order; text and arrays take tail space in the order of their calls.</remarks>
public ref struct SampleWriter
{
    private readonly SampleLayout _layout;
    private readonly Span<byte> _frame;
    private int _tail;

    /// <summary>Starts a frame: the fixed part is cleared.</summary>
    /// <exception cref="ArgumentException">The buffer is shorter than the layout's fixed part.</exception>
    public SampleWriter(SampleLayout layout, Span<byte> frame)
    {
        ArgumentNullException.ThrowIfNull(layout);
        if (frame.Length < layout.FixedLength)
        {
            throw new ArgumentException(
                $"The buffer has {frame.Length} bytes; {layout.TypeName} needs {layout.FixedLength}.");
        }

        _layout = layout;
        _frame = frame;
        _tail = layout.FixedLength;
        frame[..layout.FixedLength].Clear();
    }

    /// <summary>Bytes used so far: the length of the frame when all is written.</summary>
    public readonly int Length => _tail;

    /// <summary>Tail space that <paramref name="count"/> elements of <paramref name="elementSize"/> bytes take
    /// [bytes].</summary>
    public static int TailLength(int count, int elementSize) => (count * elementSize + 7) & ~7;

    /// <summary>Writes a <see cref="FieldKind.Number"/> field.</summary>
    public readonly void Number(int field, double value) => MemoryMarshal.Write(Fixed(field), value);

    /// <summary>Writes a <see cref="FieldKind.Integer"/> or <see cref="FieldKind.Flag"/> field.</summary>
    public readonly void Integer(int field, long value) => MemoryMarshal.Write(Fixed(field), value);

    /// <summary>Writes a <see cref="FieldKind.Text"/> field from UTF-8 bytes.</summary>
    public void Utf8(int field, ReadOnlySpan<byte> value) => value.CopyTo(Claim(field, value.Length, 1));

    /// <summary>Claims room for a <see cref="FieldKind.Numbers"/> field, to be filled by the caller.</summary>
    public Span<double> Numbers(int field, int count) =>
        MemoryMarshal.Cast<byte, double>(Claim(field, count, sizeof(double)));

    /// <summary>Claims room for a <see cref="FieldKind.Floats"/> field, to be filled by the caller.</summary>
    public Span<float> Floats(int field, int count) =>
        MemoryMarshal.Cast<byte, float>(Claim(field, count, sizeof(float)));

    /// <summary>Claims room for a <see cref="FieldKind.Integers"/> field, to be filled by the caller.</summary>
    public Span<long> Integers(int field, int count) =>
        MemoryMarshal.Cast<byte, long>(Claim(field, count, sizeof(long)));

    /// <summary>Notes the length of a <see cref="FieldKind.Bytes"/> field.</summary>
    public readonly void Bytes(int field, int count) => MemoryMarshal.Write(Fixed(field)[sizeof(uint)..], (uint)count);

    /// <summary>Claims room for a <see cref="FieldKind.Texts"/> field; its texts follow in order by
    /// <see cref="Utf8(int, int, ReadOnlySpan{byte})"/>.</summary>
    /// <param name="field">The field.</param>
    /// <param name="count">Number of texts.</param>
    /// <param name="bytes">Bytes of all texts together.</param>
    public void Texts(int field, int count, int bytes)
    {
        Claim(field, count, 2 * sizeof(uint));
        _tail += TailLength(bytes, 1);
    }

    /// <summary>Writes one text of a <see cref="FieldKind.Texts"/> field; those before it are written
    /// already.</summary>
    public readonly void Utf8(int field, int element, ReadOnlySpan<byte> value)
    {
        var entry = ElementOf(field, element, 2 * sizeof(uint));
        var start = element == 0
            ? TailOf(field) + (uint)(CountOf(field) * 2 * sizeof(uint))
            : EndOfText(ElementOf(field, element - 1, 2 * sizeof(uint)));
        MemoryMarshal.Write(entry, start);
        MemoryMarshal.Write(entry[sizeof(uint)..], (uint)value.Length);
        value.CopyTo(_frame[(int)start..]);
    }

    /// <summary>Writes one element of a <see cref="FieldKind.Numbers"/> field that is claimed already.</summary>
    public readonly void Number(int field, int element, double value) =>
        MemoryMarshal.Write(ElementOf(field, element, sizeof(double)), value);

    /// <summary>Writes one element of a <see cref="FieldKind.Floats"/> field that is claimed already.</summary>
    public readonly void Float(int field, int element, float value) =>
        MemoryMarshal.Write(ElementOf(field, element, sizeof(float)), value);

    /// <summary>Writes one element of a <see cref="FieldKind.Integers"/> field that is claimed already.</summary>
    public readonly void Integer(int field, int element, long value) =>
        MemoryMarshal.Write(ElementOf(field, element, sizeof(long)), value);

    private static uint EndOfText(ReadOnlySpan<byte> entry) =>
        MemoryMarshal.Read<uint>(entry) + MemoryMarshal.Read<uint>(entry[sizeof(uint)..]);

    private readonly uint TailOf(int field) => MemoryMarshal.Read<uint>(Fixed(field));

    private readonly int CountOf(int field) => (int)MemoryMarshal.Read<uint>(Fixed(field)[sizeof(uint)..]);

    private readonly Span<byte> ElementOf(int field, int element, int elementSize) =>
        _frame.Slice((int)TailOf(field) + (element * elementSize), elementSize);

    private readonly Span<byte> Fixed(int field) => _frame.Slice(_layout.Fields[field].Offset, sizeof(long));

    private Span<byte> Claim(int field, int count, int elementSize)
    {
        var length = count * elementSize;
        var place = _frame.Slice(_tail, length);
        var entry = Fixed(field);
        MemoryMarshal.Write(entry, (uint)_tail);
        MemoryMarshal.Write(entry[sizeof(uint)..], (uint)count);
        _tail += TailLength(count, elementSize);
        return place;
    }
}
