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

    private readonly SampleRing<SampleLayout> _ring = stream.Samples!;
    private readonly StreamCounters _counters = stream.Counters;
    private readonly int _layoutId = program.LayoutIn(stream.Samples!);
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
        var measure = new CdrReader(payload);
        long length = program.Layout.FixedLength;
        Measure(program.Steps.AsSpan(), ref measure, ref length);
        if (!measure.IsValid)
        {
            return Malformed;
        }

        if (length > FrameLimit)
        {
            return "too_large";
        }

        var reader = new CdrReader(payload);
        var writer = new SampleWriter(program.Layout, _ring.BeginWrite((int)length));
        foreach (ref readonly var step in program.Steps.AsSpan())
        {
            Write(in step, ref reader, ref writer);
        }

        NoteOddValues();
        _ring.EndWrite(StampOf(payload, receivedAtNs), receivedAtNs, _layoutId);
        return null;
    }

    private static void Measure(ReadOnlySpan<SampleStep> steps, ref CdrReader reader, ref long length)
    {
        foreach (ref readonly var step in steps)
        {
            if (!reader.IsValid)
            {
                return;
            }

            switch (step.Action)
            {
                case SampleAction.Bool:
                    reader.ReadBool();
                    break;
                case SampleAction.Text:
                    length += Tail(step, reader.ReadText().Length, 1);
                    break;
                case < SampleAction.Text:
                    reader.ReadBlock(1, RosField.SizeOf(step.Kind));
                    break;
                default:
                    MeasureArray(in step, ref reader, ref length);
                    break;
            }
        }
    }

    private static void MeasureArray(ref readonly SampleStep step, ref CdrReader reader, ref long length)
    {
        var count = step.FixedCount >= 0 ? step.FixedCount : reader.ReadCount(step.MinimumElementSize);
        switch (step.Action)
        {
            case SampleAction.Texts:
                for (var i = 0; i < count && reader.IsValid; i++)
                {
                    reader.ReadText();
                }

                break;
            case SampleAction.Messages:
                for (var i = 0; i < count && reader.IsValid; i++)
                {
                    Measure(step.Element.AsSpan(), ref reader, ref length);
                }

                break;
            default:
                reader.ReadBlock(count, RosField.SizeOf(step.Kind));
                length += step.Action switch
                {
                    SampleAction.Blob => 0,
                    SampleAction.Floats => Tail(step, count, sizeof(float)),
                    _ => Tail(step, count, sizeof(long)),
                };
                break;
        }
    }

    // Elements of arrays of messages are passed over and take no room.
    private static long Tail(in SampleStep step, int count, int elementSize) =>
        step.Field < 0 ? 0 : (((long)count * elementSize) + 7) & ~7L;

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
            case SampleAction.Integers:
                foreach (ref var value in writer.Integers(step.Field, count))
                {
                    value = ReadInteger(step.Kind, ref reader);
                }

                break;
            default:
                writer.Integer(step.Field, count);
                Pass(in step, count, ref reader);
                break;
        }
    }

    private static void Pass(ref readonly SampleStep step, int count, ref CdrReader reader)
    {
        long unused = 0;
        for (var i = 0; i < count; i++)
        {
            if (step.Action == SampleAction.Texts)
            {
                reader.ReadText();
            }
            else
            {
                Measure(step.Element.AsSpan(), ref reader, ref unused);
            }
        }
    }

    private static long ReadInteger(RosKind kind, ref CdrReader reader) => kind switch
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
