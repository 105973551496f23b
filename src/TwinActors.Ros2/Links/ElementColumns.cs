// Hot path: runs for every sample that has arrays of messages or texts. It allocates nothing (SampleDecoderTests hold
// it).
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>Takes the elements of arrays of messages and texts apart into the columns of a frame.</summary>
/// <remarks>Each message is gone through twice: measured, so that every column has its room, then written.</remarks>
/// <param name="program">How messages become frames.</param>
internal sealed class ElementColumns(SampleProgram program)
{
    // By index of the frame's field: entries of a column so far, bytes of its texts, elements kept behind a count.
    private readonly int[] _entries = new int[program.Layout.Fields.Length];
    private readonly int[] _bytes = new int[program.Layout.Fields.Length];
    private readonly int[] _kept = new int[program.Layout.Fields.Length];
    private int _limit;

    /// <summary>Elements of the message that are not kept.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Room that the measured columns take [bytes].</summary>
    public long Length
    {
        get
        {
            long length = 0;
            foreach (var column in program.Columns)
            {
                var size = program.Layout.Fields[column].Kind == FieldKind.Floats ? sizeof(float) : sizeof(long);
                length += ((((long)_entries[column] * size) + 7) & ~7L) + ((_bytes[column] + 7L) & ~7L);
            }

            return length;
        }
    }

    /// <summary>Begins to measure a message.</summary>
    /// <param name="limit">Most elements kept of each path.</param>
    public void Begin(int limit)
    {
        _limit = limit;
        LeftOut = 0;
        foreach (var field in program.Columns)
        {
            _entries[field] = _bytes[field] = _kept[field] = 0;
        }
    }

    /// <summary>Claims the room of the measured columns, and begins to write.</summary>
    public void Claim(ref SampleWriter writer)
    {
        foreach (var field in program.Columns)
        {
            switch (program.Layout.Fields[field].Kind)
            {
                case FieldKind.Texts:
                    writer.Texts(field, _entries[field], _bytes[field]);
                    break;
                case FieldKind.Floats:
                    writer.Floats(field, _entries[field]);
                    break;
                case FieldKind.Numbers:
                    writer.Numbers(field, _entries[field]);
                    break;
                default:
                    writer.Integers(field, _entries[field]);
                    break;
            }

            _entries[field] = _kept[field] = 0;
        }
    }

    /// <summary>Measures an array of messages or texts.</summary>
    public void Measure(ref readonly SampleStep step, ref CdrReader reader)
    {
        var count = CountOf(in step, ref reader);
        var kept = Math.Min(count, _limit);
        LeftOut += count - kept;
        MeasureElements(in step, count, kept, ref reader);
    }

    /// <summary>Writes an array of messages or texts.</summary>
    public void Write(ref readonly SampleStep step, ref CdrReader reader, ref SampleWriter writer)
    {
        var count = CountOf(in step, ref reader);
        writer.Integer(step.CountField, count);
        WriteElements(in step, count, Math.Min(count, _limit), ref reader, ref writer);
    }

    private static int CountOf(ref readonly SampleStep step, ref CdrReader reader) =>
        step.FixedCount >= 0 ? step.FixedCount : reader.ReadCount(step.MinimumElementSize);

    private void MeasureElements(ref readonly SampleStep step, int count, int kept, ref CdrReader reader)
    {
        for (var i = 0; i < count && reader.IsValid; i++)
        {
            if (step.Action == SampleAction.Messages)
            {
                MeasureElement(step.Element.AsSpan(), i < kept, ref reader);
            }
            else
            {
                MeasureText(step.Field, i < kept, ref reader);
            }
        }
    }

    private void MeasureText(int field, bool isKept, ref CdrReader reader)
    {
        var length = reader.ReadText().Length;
        if (isKept)
        {
            _entries[field]++;
            _bytes[field] += length;
        }
    }

    private void MeasureElement(ReadOnlySpan<SampleStep> steps, bool isKept, ref CdrReader reader)
    {
        foreach (ref readonly var step in steps)
        {
            if (!reader.IsValid)
            {
                return;
            }

            switch (step.Action)
            {
                case SampleAction.Text:
                    MeasureText(step.Field, isKept, ref reader);
                    break;
                case < SampleAction.Text:
                    Skip(in step, ref reader);
                    _entries[step.Field] += isKept ? 1 : 0;
                    break;
                default:
                    MeasureArray(in step, isKept, ref reader);
                    break;
            }
        }
    }

    private static void Skip(ref readonly SampleStep step, ref CdrReader reader)
    {
        if (step.Action == SampleAction.Bool)
        {
            reader.ReadBool();
        }
        else
        {
            reader.ReadBlock(1, RosField.SizeOf(step.Kind));
        }
    }

    private void MeasureArray(ref readonly SampleStep step, bool isKept, ref CdrReader reader)
    {
        var count = CountOf(in step, ref reader);
        var kept = isKept ? KeptOf(in step, count) : 0;
        if (isKept)
        {
            _entries[step.CountField]++;
            LeftOut += count - kept;
        }

        if (step.Action >= SampleAction.Texts)
        {
            MeasureElements(in step, count, kept, ref reader);
            return;
        }

        reader.ReadBlock(count, RosField.SizeOf(step.Kind));
        if (step.Field >= 0)
        {
            _entries[step.Field] += kept;
        }
    }

    // Numbers are kept as long as the frame has room for them; a byte array is its length.
    private int KeptOf(ref readonly SampleStep step, int count)
    {
        if (step.Action < SampleAction.Texts)
        {
            return count;
        }

        var kept = Math.Min(count, _limit - _kept[step.CountField]);
        _kept[step.CountField] += kept;
        return kept;
    }

    private void WriteElements(
        ref readonly SampleStep step, int count, int kept, ref CdrReader reader, ref SampleWriter writer)
    {
        for (var i = 0; i < kept; i++)
        {
            if (step.Action == SampleAction.Messages)
            {
                WriteElement(step.Element.AsSpan(), ref reader, ref writer);
            }
            else
            {
                writer.Utf8(step.Field, _entries[step.Field]++, reader.ReadText());
            }
        }

        for (var i = kept; i < count; i++)
        {
            if (step.Action == SampleAction.Messages)
            {
                MeasureElement(step.Element.AsSpan(), isKept: false, ref reader);
            }
            else
            {
                reader.ReadText();
            }
        }
    }

    private void WriteElement(ReadOnlySpan<SampleStep> steps, ref CdrReader reader, ref SampleWriter writer)
    {
        foreach (ref readonly var step in steps)
        {
            if (step.Action >= SampleAction.Blob)
            {
                WriteArray(in step, ref reader, ref writer);
            }
            else
            {
                WriteValue(in step, ref reader, ref writer);
            }
        }
    }

    private void WriteArray(ref readonly SampleStep step, ref CdrReader reader, ref SampleWriter writer)
    {
        var count = CountOf(in step, ref reader);
        var kept = KeptOf(in step, count);
        writer.Integer(step.CountField, _entries[step.CountField]++, kept);
        switch (step.Action)
        {
            case SampleAction.Blob:
                reader.ReadBlock(count, 1);
                break;
            case >= SampleAction.Texts:
                WriteElements(in step, count, kept, ref reader, ref writer);
                break;
            default:
                for (var i = 0; i < count; i++)
                {
                    WriteValue(in step, ref reader, ref writer);
                }

                break;
        }
    }

    private void WriteValue(ref readonly SampleStep step, ref CdrReader reader, ref SampleWriter writer)
    {
        var entry = _entries[step.Field]++;
        switch (step.Kind)
        {
            case RosKind.Text:
                writer.Utf8(step.Field, entry, reader.ReadText());
                break;
            case RosKind.Float32:
                writer.Float(step.Field, entry, reader.ReadFloat32());
                break;
            case RosKind.Float64:
                writer.Number(step.Field, entry, reader.ReadFloat64());
                break;
            default:
                writer.Integer(step.Field, entry, SampleDecoder.ReadInteger(step.Kind, ref reader));
                break;
        }
    }
}
