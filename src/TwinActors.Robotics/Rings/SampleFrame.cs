using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Robotics.Rings;

/// <summary>A reader's own copy of one frame; reused from frame to frame.</summary>
/// <typeparam name="TLayout">Describes the bytes.</typeparam>
public sealed class SampleFrame<TLayout>
    where TLayout : class
{
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Sequence, stamps and layout id of the frame.</summary>
    public FrameHeader Header { get; private set; }

    /// <summary>Describes the bytes; <see langword="null"/> before the first frame.</summary>
    public TLayout? Layout { get; private set; }

    /// <summary>Whether a frame has been read.</summary>
    [MemberNotNullWhen(true, nameof(Layout))]
    public bool HasValue => Layout is not null;

    /// <summary>The frame's bytes; valid until the next frame is read into this object.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    internal Span<byte> Reserve(int length)
    {
        if (_bytes.Length < length)
        {
            _bytes = new byte[Math.Max(length, 2 * _bytes.Length)];
        }

        _length = length;
        return _bytes.AsSpan(0, length);
    }

    internal void Accept(FrameHeader header, TLayout layout)
    {
        Header = header;
        Layout = layout;
    }
}
