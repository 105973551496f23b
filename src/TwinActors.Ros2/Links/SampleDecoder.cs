// Hot path: runs for every sensor sample on the receive thread. It allocates nothing (SampleDecoderTests hold it),
// never blocks and never throws.
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>Writes messages of one type as flat frames into the sample ring of a stream.</summary>
/// <param name="stream">The stream; its ring gets the program's layout.</param>
/// <param name="program">How messages become frames.</param>
internal sealed class SampleDecoder(RobotStream stream, SampleProgram program)
{
    /// <summary>Largest frame taken [bytes]: a laser scan of 100,000 rays. Slots keep the size of their largest
    /// frame.</summary>
    private const int FrameLimit = 1024 * 1024;

    /// <summary>Reason of a message that does not fit the program.</summary>
    public const string Malformed = "malformed";

    /// <summary>Most elements kept of an array of messages or texts, all those of one path together. The frame tells
    /// how many there were.</summary>
    private const int ElementLimit = 1024;

    private readonly SampleRing<SampleLayout> _ring = stream.Samples!;
    private readonly StreamCounters _counters = stream.Counters;
    private readonly int _layoutId = program.LayoutIn(stream.Samples!);
    private readonly ElementColumns _columns = new(program);
    private StampWatch _stamps;
    private long _absent;
    private long _infinite;

    /// <summary>Decodes one message.</summary>
    /// <param name="payload">CDR with encapsulation header.</param>
    /// <param name="receivedAtNs">When it arrived [ns since the UNIX epoch].</param>
    /// <returns>Null when a frame was written, else the reason why not.</returns>
    public string? Decode(ReadOnlySpan<byte> payload, long receivedAtNs)
    {
        // Measured before the slot is opened: a message that turns out to be broken must not cost an old frame.
        if (!TryMeasure(payload, ElementLimit, out var length))
        {
            return Malformed;
        }

        // Elements are told by their number alone where they are too large to keep.
        if (length > FrameLimit && (!TryMeasure(payload, 0, out length) || length > FrameLimit))
        {
            return "too_large";
        }

        var reader = new CdrReader(payload);
        var writer = new SampleWriter(program.Layout, _ring.BeginWrite((int)length));
        _columns.Claim(ref writer);
        foreach (ref readonly var step in program.Steps.AsSpan())
        {
            Write(in step, ref reader, ref writer);
        }

        NoteOddValues();
        _ring.EndWrite(StampOf(payload, receivedAtNs), receivedAtNs, _layoutId);
        return null;
    }

    private bool TryMeasure(ReadOnlySpan<byte> payload, int elementLimit, out long length)
    {
        var reader = new CdrReader(payload);
        _columns.Begin(elementLimit);
        length = program.Layout.FixedLength;
        foreach (ref readonly var step in program.Steps.AsSpan())
        {
            if (!reader.IsValid)
            {
                return false;
            }

            switch (step.Action)
            {
                case SampleAction.Bool:
                    reader.ReadBool();
                    break;
                case SampleAction.Text:
                    length += Tail(reader.ReadText().Length, 1);
                    break;
                case < SampleAction.Text:
                    reader.ReadBlock(1, RosField.SizeOf(step.Kind));
                    break;
                case >= SampleAction.Texts:
                    _columns.Measure(in step, ref reader);
                    break;
                default:
                    var count = step.FixedCount >= 0 ? step.FixedCount : reader.ReadCount(step.MinimumElementSize);
                    reader.ReadBlock(count, RosField.SizeOf(step.Kind));
                    length += step.Action switch
                    {
                        SampleAction.Blob => 0,
                        SampleAction.Floats => Tail(count, sizeof(float)),
                        _ => Tail(count, sizeof(long)),
                    };
                    break;
            }
        }

        length += _columns.Length;
        return reader.IsValid;
    }

    private static long Tail(int count, int elementSize) => (((long)count * elementSize) + 7) & ~7L;

    private void Write(ref readonly SampleStep step, ref CdrReader reader, ref SampleWriter writer)
    {
        switch (step.Action)
        {
            case SampleAction.Text:
                writer.Utf8(step.Field, reader.ReadText());
                break;
            case SampleAction.Float32:
                writer.Number(step.Field, Finite(reader.ReadFloat32()));
                break;
            case SampleAction.Float64:
                writer.Number(step.Field, Finite(reader.ReadFloat64()));
                break;
            case < SampleAction.Text:
                writer.Integer(step.Field, ReadInteger(step.Kind, ref reader));
                break;
            case >= SampleAction.Texts:
                _columns.Write(in step, ref reader, ref writer);
                break;
            default:
                WriteArray(in step, ref reader, ref writer);
                break;
        }
    }

    private static void WriteArray(ref readonly SampleStep step, ref CdrReader reader, ref SampleWriter writer)
    {
        var count = step.FixedCount >= 0 ? step.FixedCount : reader.ReadCount(step.MinimumElementSize);
        switch (step.Action)
        {
            case SampleAction.Blob:
                reader.ReadBlock(count, 1);
                writer.Bytes(step.Field, count);
                break;
            case SampleAction.Floats:
                reader.ReadFloat32s(writer.Floats(step.Field, count));
                break;
            case SampleAction.Numbers:
                reader.ReadFloat64s(writer.Numbers(step.Field, count));
                break;
            default:
                foreach (ref var value in writer.Integers(step.Field, count))
                {
                    value = ReadInteger(step.Kind, ref reader);
                }

                break;
        }
    }

    /// <summary>Reads one bool or integer.</summary>
    internal static long ReadInteger(RosKind kind, ref CdrReader reader) => kind switch
    {
        RosKind.Int8 => reader.ReadInt8(),
        RosKind.Int16 => reader.ReadInt16(),
        RosKind.UInt16 => reader.ReadUInt16(),
        RosKind.Int32 => reader.ReadInt32(),
        RosKind.UInt32 => reader.ReadUInt32(),
        RosKind.Int64 or RosKind.UInt64 => reader.ReadInt64(),
        _ => reader.ReadUInt8(),
    };

    // Single values that are not finite are absent. Arrays keep theirs: in a laser scan they mean something.
    private double Finite(double value)
    {
        if (double.IsFinite(value))
        {
            return value;
        }

        if (double.IsNaN(value))
        {
            _absent++;
        }
        else
        {
            _infinite++;
        }

        return double.NaN;
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

        if (_columns.LeftOut > 0)
        {
            _counters.Note("elements_left_out", _columns.LeftOut);
        }
    }

    private long StampOf(ReadOnlySpan<byte> payload, long receivedAtNs)
    {
        if (!program.HasStamp)
        {
            return receivedAtNs;
        }

        var reader = new CdrReader(payload);
        var stampNs = Stamp.FromRos(reader.ReadInt32(), reader.ReadUInt32()).Nanoseconds;
        // A header of zeros was never filled in.
        if (stampNs == 0)
        {
            return receivedAtNs;
        }

        _stamps.Observe(stampNs, receivedAtNs, _counters);
        return stampNs;
    }
}
