using System.Collections.Immutable;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Recorders;

/// <summary>Writes frames of one layout as the CDR messages that they stand for.</summary>
/// <remarks>
/// For links that bring frames and no messages. What a frame does not hold is empty or zero in the message: the bytes
/// of a byte array, the elements of arrays of texts and messages, and fields that the layout lacks.
/// </remarks>
public sealed class FrameMessage
{
    private readonly ImmutableArray<Step> _steps;
    private byte[] _buffer = [];

    /// <param name="layout">Layout of the frames.</param>
    /// <param name="schema">Type of the messages.</param>
    public FrameMessage(SampleLayout layout, RosSchema schema)
    {
        Layout = layout;
        var steps = ImmutableArray.CreateBuilder<Step>();
        Add(schema, "", steps);
        _steps = steps.ToImmutable();
    }

    /// <summary>Layout of the frames.</summary>
    public SampleLayout Layout { get; }

    /// <summary>Whether frames hold everything that messages of a type have.</summary>
    public static bool HoldsAll(RosSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return !schema.HasWideText && schema.Fields.All(field => field.Shape == RosShape.Single
            ? field.Message is not { } nested || HoldsAll(nested)
            : field.Kind is not (RosKind.Message or RosKind.Text or RosKind.Byte or RosKind.Int8 or RosKind.UInt8));
    }

    /// <summary>Writes a frame.</summary>
    /// <returns>CDR with encapsulation header, valid until the next call.</returns>
    public ReadOnlySpan<byte> Write(ReadOnlySpan<byte> frame)
    {
        var sample = new SampleReader(Layout, frame);
        var writer = new CdrWriter(_buffer);
        Write(sample, ref writer);
        if (!writer.IsComplete)
        {
            _buffer = new byte[2 * writer.Length];
            writer = new CdrWriter(_buffer);
            Write(sample, ref writer);
        }

        return _buffer.AsSpan(0, writer.Length);
    }

    private void Add(RosSchema schema, string prefix, ImmutableArray<Step>.Builder steps)
    {
        foreach (var field in schema.Fields)
        {
            var path = prefix + field.Name;
            if (field.Message is { } nested && field.Shape is RosShape.Single or RosShape.Fixed)
            {
                // Elements of an array of messages have no place in a frame: their paths are found nowhere.
                var count = field.Shape == RosShape.Single ? 1 : field.Count;
                for (var i = 0; i < count; i++)
                {
                    Add(nested, field.Shape == RosShape.Single ? path + "." : $"{path}[{i}].", steps);
                }

                continue;
            }

            var index = Layout.IndexOf(path);
            steps.Add(new Step(field, index, index < 0 ? null : Layout.Fields[index].Kind));
        }
    }

    private void Write(SampleReader sample, ref CdrWriter writer)
    {
        foreach (var step in _steps)
        {
            if (step.Field.Shape == RosShape.Single)
            {
                WriteSingle(step, sample, ref writer);
            }
            else
            {
                WriteArray(step, sample, ref writer);
            }
        }
    }

    private static void WriteSingle(in Step step, SampleReader sample, ref CdrWriter writer)
    {
        if (step.Field.Kind is RosKind.Text or RosKind.WideText)
        {
            writer.WriteText(step.Holds == FieldKind.Text ? sample.Utf8(step.Index) : default);
            return;
        }

        var number = step.Holds == FieldKind.Number ? sample.Number(step.Index) : 0;
        var integer = step.Holds is FieldKind.Integer or FieldKind.Flag ? sample.Integer(step.Index) : 0;
        WriteNumber(step.Field.Kind, number, integer, ref writer);
    }

    private static void WriteArray(in Step step, SampleReader sample, ref CdrWriter writer)
    {
        var held = step.Holds is FieldKind.Numbers or FieldKind.Floats or FieldKind.Integers
            ? sample.Count(step.Index)
            : 0;
        var count = step.Field.Shape == RosShape.Fixed ? step.Field.Count : held;
        if (step.Field.Shape != RosShape.Fixed)
        {
            writer.WriteCount(count);
        }

        for (var i = 0; i < count; i++)
        {
            if (step.Field.Kind is RosKind.Text or RosKind.WideText)
            {
                writer.WriteText(default(ReadOnlySpan<byte>));
                continue;
            }

            var number = (i < held, step.Holds) switch
            {
                (true, FieldKind.Numbers) => sample.Numbers(step.Index)[i],
                (true, FieldKind.Floats) => sample.Floats(step.Index)[i],
                _ => 0,
            };
            var integer = i < held && step.Holds == FieldKind.Integers ? sample.Integers(step.Index)[i] : 0;
            WriteNumber(step.Field.Kind, number, integer, ref writer);
        }
    }

    private static void WriteNumber(RosKind kind, double number, long integer, ref CdrWriter writer)
    {
        switch (kind)
        {
            case RosKind.Float32:
                writer.WriteFloat32((float)number);
                break;
            case RosKind.Float64:
                writer.WriteFloat64(number);
                break;
            case RosKind.Int16 or RosKind.UInt16:
                writer.WriteUInt16((ushort)integer);
                break;
            case RosKind.Int32 or RosKind.UInt32:
                writer.WriteUInt32((uint)integer);
                break;
            case RosKind.Int64 or RosKind.UInt64:
                writer.WriteInt64(integer);
                break;
            default:
                writer.WriteUInt8((byte)integer);
                break;
        }
    }

    private readonly record struct Step(RosField Field, int Index, FieldKind? Holds);
}
