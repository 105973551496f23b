// Hot path: runs for every joint state on the receive thread. It allocates nothing once the sender's names are known
// (JointStateDecoderTests hold it), never blocks and never throws.
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Cdr;

namespace TwinActors.Ros2.Links;

/// <summary>Writes <c>sensor_msgs/msg/JointState</c> messages into the joint ring of a stream.</summary>
/// <param name="stream">The stream; its ring gets a layout for every new set of names.</param>
/// <param name="jointOrder">Names for messages without names; empty when none is configured.</param>
/// <param name="pool">Names of the joints of all robots.</param>
internal sealed class JointStateDecoder(RobotStream stream, ImmutableArray<string> jointOrder, JointNamePool pool)
{
    /// <summary>Most joints taken: ten times a humanoid with hands. A sender cannot make the ring grow beyond
    /// it.</summary>
    private const int JointLimit = 1024;

    /// <summary>Most sets of names per stream: a sender that invents new ones all the time is turned away.</summary>
    private const int LayoutLimit = 64;

    private readonly SampleRing<JointLayout> _ring = stream.Joints!;
    private readonly StreamCounters _counters = stream.Counters;
    private readonly List<JointNameTable> _tables = [];
    private JointNameTable? _newest;
    private JointNameTable? _unnamed;
    private StampWatch _stamps;
    private long _absent;
    private long _infinite;

    /// <summary>Decodes one message.</summary>
    /// <param name="payload">CDR with encapsulation header.</param>
    /// <param name="receivedAtNs">When it arrived [ns since the UNIX epoch].</param>
    /// <returns>Null when a frame was written, else the reason why not.</returns>
    public string? Decode(ReadOnlySpan<byte> payload, long receivedAtNs)
    {
        var reader = new CdrReader(payload);
        if (!reader.IsNativeOrder)
        {
            // DDS swaps what comes in; another order here means that the sample did not come through it.
            return "byte_order";
        }

        var stampNs = Stamp.FromRos(reader.ReadInt32(), reader.ReadUInt32()).Nanoseconds;
        reader.ReadText();
        reader.Align(sizeof(uint));
        var table = ReadNames(ref reader, out var problem);
        if (problem is not null)
        {
            return problem;
        }

        var positions = ReadValues(ref reader);
        var velocities = ReadValues(ref reader);
        var efforts = ReadValues(ref reader);
        if (!reader.IsValid)
        {
            return "malformed";
        }

        table ??= Unnamed(positions.Length, velocities.Length, efforts.Length);
        if (table is null)
        {
            return "unnamed";
        }

        var count = table.Count;
        if (!Fits(positions.Length, count) || !Fits(velocities.Length, count) || !Fits(efforts.Length, count))
        {
            return "length";
        }

        var columns = MemoryMarshal.Cast<byte, double>(_ring.BeginWrite(3 * count * sizeof(double)));
        Place(positions, table, columns[..count]);
        Place(velocities, table, columns.Slice(count, count));
        Place(efforts, table, columns.Slice(2 * count, count));
        NoteOddValues();

        // A header of zeros was never filled in.
        if (stampNs == 0)
        {
            stampNs = receivedAtNs;
        }
        else
        {
            _stamps.Observe(stampNs, receivedAtNs, _counters);
        }

        _ring.EndWrite(stampNs, receivedAtNs, table.LayoutId);
        return null;
    }

    private static bool Fits(int length, int joints) => length == 0 || length == joints;

    // Doubles of the payload where they are: aligned in the message, not always in memory.
    private static ReadOnlySpan<double> ReadValues(ref CdrReader reader) =>
        MemoryMarshal.Cast<byte, double>(reader.ReadBlock(reader.ReadCount(sizeof(double)), sizeof(double)));

    private JointNameTable? ReadNames(ref CdrReader reader, out string? problem)
    {
        problem = null;
        if (_newest is not null && _newest.Matches(ref reader))
        {
            return _newest;
        }

        var found = FindNames(ref reader) ?? ReadNewNames(ref reader, out problem);
        _newest = found ?? _newest;
        return found;
    }

    private JointNameTable? FindNames(ref CdrReader reader)
    {
        foreach (var table in _tables)
        {
            if (table.Matches(ref reader))
            {
                return table;
            }
        }

        foreach (var table in _tables)
        {
            var copy = reader;
            if (table.MatchesWithoutPadding(ref copy))
            {
                reader = copy;
                return table;
            }
        }

        return null;
    }

    private JointNameTable? ReadNewNames(ref CdrReader reader, out string? problem)
    {
        var start = reader;
        var count = reader.ReadCount(4);
        if (!reader.IsValid || count == 0)
        {
            problem = reader.IsValid ? null : "malformed";
            return null;
        }

        if (count > JointLimit)
        {
            problem = "too_many";
            return null;
        }

        var names = ImmutableArray.CreateBuilder<byte[]>(count);
        for (var i = 0; i < count; i++)
        {
            names.Add(reader.ReadText().ToArray());
        }

        problem = Problem(names, reader.IsValid);
        if (problem is not null)
        {
            return null;
        }

        var raw = reader.Since(start.Position);
        var table = _tables.Count < LayoutLimit
            ? JointNameTable.Create(names.ToImmutable(), pool.Share(raw), _ring, LayoutLimit)
            : null;
        problem = table is null ? "too_many_layouts" : null;
        if (table is not null)
        {
            _tables.Add(table);
        }

        return table;
    }

    private static string? Problem(ImmutableArray<byte[]>.Builder names, bool isValid)
    {
        if (!isValid)
        {
            return "malformed";
        }

        if (names.Any(name => name.Length == 0))
        {
            return "unnamed";
        }

        // By text: two names that are not UTF-8 may differ in bytes and read the same.
        return names.Select(Encoding.UTF8.GetString).Distinct(StringComparer.Ordinal).Count() == names.Count
            ? null
            : "duplicate";
    }

    private JointNameTable? Unnamed(int positions, int velocities, int efforts)
    {
        var length = Math.Max(positions, Math.Max(velocities, efforts));
        if (length == 0 || length != jointOrder.Length)
        {
            return null;
        }

        return _unnamed ??= JointNameTable.Create(
            [.. jointOrder.Select(Encoding.UTF8.GetBytes)], [], _ring, LayoutLimit);
    }

    private void Place(ReadOnlySpan<double> values, JointNameTable table, Span<double> destination)
    {
        if (table.IsInOrder && values.Length == destination.Length && AreFinite(values))
        {
            values.CopyTo(destination);
            return;
        }

        destination.Fill(double.NaN);
        for (var i = 0; i < values.Length; i++)
        {
            var value = values[i];
            if (double.IsFinite(value))
            {
                destination[table.Columns[i]] = value;
            }
            else if (double.IsNaN(value))
            {
                _absent++;
            }
            else
            {
                _infinite++;
            }
        }
    }

    // Zero times a finite number is zero; times NaN or an infinity it is NaN, and a sum keeps that.
    private static bool AreFinite(ReadOnlySpan<double> values)
    {
        var zeros = Vector<double>.Zero;
        for (; values.Length >= Vector<double>.Count; values = values[Vector<double>.Count..])
        {
            zeros += Vector<double>.Zero * new Vector<double>(values);
        }

        var zero = Vector.Sum(zeros);
        foreach (var value in values)
        {
            zero += 0 * value;
        }

        return zero == 0;
    }

    private void NoteOddValues()
    {
        if (_absent > 0)
        {
            _counters.Note("nan", _absent);
            _absent = 0;
        }

        if (_infinite > 0)
        {
            _counters.Note("infinite", _infinite);
            _infinite = 0;
        }
    }
}
