// Hot path: the recorder reads every joint state of every robot with it. TryRead allocates nothing; JointPackingTests
// hold it.
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TwinActors.Ros2.Cdr;

namespace TwinActors.Recording.Columns;

/// <summary>Reads JointState messages that differ from a known one in stamp and values alone.</summary>
/// <remarks>A robot sends the same names each time: to compare bytes is a tenth of the work of reading them.</remarks>
internal sealed class JointStateShape
{
    private const int StampStart = CdrReader.HeaderSize;
    private const int StampEnd = StampStart + sizeof(int) + sizeof(uint);
    private const uint NanosecondsPerSecond = 1_000_000_000;

    private readonly byte[] _known;
    private readonly ImmutableArray<(int Start, int Length)> _arrays;

    /// <param name="known">A message that <see cref="JointStateMessage.TryRead"/> took.</param>
    public JointStateShape(ReadOnlySpan<byte> known)
    {
        _known = known.ToArray();
        var reader = new CdrReader(known);
        reader.ReadBlock(StampEnd - StampStart, 1);
        reader.ReadText();
        for (var names = reader.ReadCount(sizeof(uint)); names > 0; names--)
        {
            reader.ReadText();
        }

        var arrays = ImmutableArray.CreateBuilder<(int, int)>();
        for (var signal = 0; signal < JointColumns.KnownSignals.Length; signal++)
        {
            var length = reader.ReadBlock(reader.ReadCount(sizeof(double)), sizeof(double)).Length;
            if (length > 0)
            {
                arrays.Add((CdrReader.HeaderSize + reader.Position - length, length));
            }
        }

        _arrays = arrays.ToImmutable();
    }

    /// <summary>Reads a message.</summary>
    /// <param name="payload">CDR with encapsulation header.</param>
    /// <param name="values">Receives one value per column.</param>
    /// <param name="stampNs">Receives the stamp of its header [ns since 1970].</param>
    /// <returns>Whether the message has this shape.</returns>
    public bool TryRead(ReadOnlySpan<byte> payload, Span<double> values, out long stampNs)
    {
        stampNs = 0;
        if (payload.Length != _known.Length || !IsSame(payload, 0, StampStart))
        {
            return false;
        }

        var same = StampEnd;
        foreach (var (start, length) in _arrays)
        {
            if (!IsSame(payload, same, start))
            {
                return false;
            }

            same = start + length;
        }

        var nanoseconds = BinaryPrimitives.ReadUInt32LittleEndian(payload[(StampStart + sizeof(int))..]);
        if (!IsSame(payload, same, payload.Length) || nanoseconds >= NanosecondsPerSecond)
        {
            return false;
        }

        stampNs = BinaryPrimitives.ReadInt32LittleEndian(payload[StampStart..]) * (long)NanosecondsPerSecond
            + nanoseconds;
        var row = MemoryMarshal.AsBytes(values);
        foreach (var (start, length) in _arrays)
        {
            payload.Slice(start, length).CopyTo(row);
            row = row[length..];
        }

        return true;
    }

    private bool IsSame(ReadOnlySpan<byte> payload, int start, int end) =>
        payload[start..end].SequenceEqual(_known.AsSpan(start, end - start));
}
