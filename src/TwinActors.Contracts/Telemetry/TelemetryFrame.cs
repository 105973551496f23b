// Hot path: one frame per telemetry batch and subscription. Writing and reading allocate nothing.
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TwinActors.Contracts.Telemetry;

/// <summary>Head of a binary telemetry frame.</summary>
/// <param name="Subscription">Number of the subscription.</param>
/// <param name="Sequence">Number of the frame in its subscription; a gap tells of lost frames; wraps around.</param>
/// <param name="Samples">Samples in the frame.</param>
/// <param name="Columns">Values per sample.</param>
public readonly record struct TelemetryFrameHeader(ushort Subscription, uint Sequence, ushort Samples, ushort Columns);

/// <summary>The binary frame of the live socket, little endian.</summary>
/// <remarks>
/// 16-byte head: u8 kind = 1, u8 version = 1, u16 subscription, u32 sequence, u16 samples, u16 columns, u32 flags = 0.
/// Then
/// per sample an f64 time [ms since the hello's epoch, node clock] and f32 values, padded with zeros to a multiple of 8
/// bytes,
/// so that every time stamp is aligned. An absent value is NaN.
/// </remarks>
public static class TelemetryFrame
{
    /// <summary>Size of the head [bytes].</summary>
    public const int HeaderLength = 16;

    private const byte SamplesKind = 1;
    private const byte Version = 1;

    /// <summary>Size of one sample [bytes].</summary>
    /// <param name="columns">Values per sample.</param>
    public static int SampleLength(int columns) => (sizeof(double) + columns * sizeof(float) + 7) & ~7;

    /// <summary>Size of a whole frame [bytes].</summary>
    public static int Length(int samples, int columns) => HeaderLength + samples * SampleLength(columns);

    /// <summary>Writes the head.</summary>
    public static void WriteHeader(Span<byte> frame, TelemetryFrameHeader header)
    {
        frame[0] = SamplesKind;
        frame[1] = Version;
        BinaryPrimitives.WriteUInt16LittleEndian(frame[2..], header.Subscription);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], header.Sequence);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[8..], header.Samples);
        BinaryPrimitives.WriteUInt16LittleEndian(frame[10..], header.Columns);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[12..], 0);
    }

    /// <summary>Reads the head.</summary>
    /// <returns><see langword="false"/> when the frame is of another kind or version, or its length does not fit its
    /// head.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> frame, out TelemetryFrameHeader header)
    {
        header = default;
        if (frame.Length < HeaderLength || frame[0] != SamplesKind || frame[1] != Version)
        {
            return false;
        }

        header = new TelemetryFrameHeader(
            BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]),
            BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(frame[10..]));
        return frame.Length == Length(header.Samples, header.Columns);
    }

    /// <summary>Writes one sample's time and gives its value columns for writing.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="sample">Index of the sample.</param>
    /// <param name="columns">Values per sample.</param>
    /// <param name="milliseconds">Time since the hello's epoch on the node's clock [ms].</param>
    /// <returns>The sample's values; shape (columns).</returns>
    public static Span<float> Sample(Span<byte> frame, int sample, int columns, double milliseconds)
    {
        var place = frame.Slice(HeaderLength + sample * SampleLength(columns), SampleLength(columns));
        BinaryPrimitives.WriteDoubleLittleEndian(place, milliseconds);
        var values = MemoryMarshal.Cast<byte, float>(place[sizeof(double)..]);
        values[columns..].Clear();
        return values[..columns];
    }

    /// <summary>Reads one sample.</summary>
    /// <param name="frame">The whole frame.</param>
    /// <param name="sample">Index of the sample.</param>
    /// <param name="columns">Values per sample.</param>
    /// <param name="milliseconds">Time since the hello's epoch on the node's clock [ms].</param>
    /// <returns>The sample's values; shape (columns); NaN where absent.</returns>
    public static ReadOnlySpan<float> Sample(ReadOnlySpan<byte> frame, int sample, int columns, out double milliseconds)
    {
        var place = frame.Slice(HeaderLength + sample * SampleLength(columns), SampleLength(columns));
        milliseconds = BinaryPrimitives.ReadDoubleLittleEndian(place);
        return MemoryMarshal.Cast<byte, float>(place[sizeof(double)..])[..columns];
    }
}
