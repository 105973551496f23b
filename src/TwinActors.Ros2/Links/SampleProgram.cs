using System.Collections.Immutable;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>What to do with the next field of a message.</summary>
internal enum SampleAction
{
    Bool,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float32,
    Float64,
    Text,

    /// <summary>Array of bytes, of which only the count is kept.</summary>
    Blob,

    /// <summary>Array of bools or integers, widened.</summary>
    Integers,

    Floats,
    Numbers,
    Texts,

    /// <summary>Array of messages, of which the fields of the elements are kept as columns.</summary>
    Messages,
}

/// <summary>One field of a message, nested ones in place.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Field">Index of the frame's field: a column inside elements of an array; -1 when there is none.</param>
/// <param name="CountField">Index of the field that takes the number of elements: a column inside elements; -1 when
/// there is none.</param>
/// <param name="FixedCount">Elements of a fixed array; -1 when a count stands in the message.</param>
/// <param name="Kind">Kind of each element.</param>
/// <param name="Element">What to do with each element of an array of messages, else empty.</param>
/// <param name="MinimumElementSize">Fewest bytes of one element.</param>
internal readonly record struct SampleStep(
    SampleAction Action,
    int Field,
    int CountField,
    int FixedCount,
    RosKind Kind,
    ImmutableArray<SampleStep> Element,
    long MinimumElementSize);

/// <summary>How messages of one type become flat frames: made once per type, run for every sample.</summary>
/// <remarks>
/// Frame fields are named by ROS field path, as <c>pose.pose.position.x</c>; arrays of messages are columns, see
/// <see cref="SampleLayout"/>. Arrays of bytes keep their length only, unless the type limits them to a few.
/// </remarks>
internal sealed class SampleProgram
{
    /// <summary>Most fields of a frame; the largest standard type has about 60.</summary>
    private const int FieldLimit = 1024;

    /// <summary>Longest byte array, by its type, that is kept as integers: ids, small sets of states.</summary>
    private const int ShortBytes = 64;

    private SampleProgram(
        SampleLayout layout, ImmutableArray<SampleStep> steps, ImmutableArray<int> columns, bool hasStamp)
    {
        Layout = layout;
        Steps = steps;
        Columns = columns;
        HasStamp = hasStamp;
    }

    /// <summary>Shape of the frames.</summary>
    public SampleLayout Layout { get; }

    /// <summary>Steps in message order.</summary>
    public ImmutableArray<SampleStep> Steps { get; }

    /// <summary>Indexes of the fields that hold texts or what elements of arrays of messages have.</summary>
    public ImmutableArray<int> Columns { get; }

    /// <summary>Whether messages begin with a header or a time.</summary>
    public bool HasStamp { get; }

    /// <summary>Makes the program of a type.</summary>
    /// <exception cref="NotSupportedException">The type has <c>wstring</c> or too many fields.</exception>
    public static SampleProgram Compile(RosSchema schema)
    {
        if (schema.HasWideText)
        {
            throw new NotSupportedException($"{schema.Name} has a wstring, which libddsc 0.10 cannot carry.");
        }

        var fields = new List<(string Path, FieldKind Kind)>();
        var columns = new List<int>();
        var compiler = new Compiler(schema, fields, columns);
        var steps = new List<SampleStep>();
        compiler.Add(schema, "", isElement: false, steps);
        var first = schema.Fields[0];
        var hasStamp = first.Shape == RosShape.Single
            && first.Message?.Name is "std_msgs/msg/Header" or "builtin_interfaces/msg/Time";
        return new SampleProgram(new SampleLayout(schema.Name, fields), [.. steps], [.. columns], hasStamp);
    }

    /// <summary>Id of this program's layout in a ring; added when the ring does not have it.</summary>
    /// <param name="ring">Ring of a stream, which outlives programs.</param>
    public int LayoutIn(SampleRing<SampleLayout> ring)
    {
        for (var id = 0; id < ring.Layouts.Length; id++)
        {
            var layout = ring.Layouts[id];
            if (layout.TypeName == Layout.TypeName && layout.Fields.AsSpan().SequenceEqual(Layout.Fields.AsSpan()))
            {
                return id;
            }
        }

        return ring.AddLayout(Layout);
    }

    private static SampleAction ActionOf(RosField field) => (field.Shape, field.Kind) switch
    {
        (RosShape.Single, _) => ActionOf(field.Kind),
        (_, RosKind.Float32) => SampleAction.Floats,
        (_, RosKind.Float64) => SampleAction.Numbers,
        (_, RosKind.Text) => SampleAction.Texts,
        (_, RosKind.Message) => SampleAction.Messages,
        (_, RosKind.Byte or RosKind.UInt8 or RosKind.Int8) when field.Count is 0 or > ShortBytes => SampleAction.Blob,
        _ => SampleAction.Integers,
    };

    private static SampleAction ActionOf(RosKind kind) => kind switch
    {
        RosKind.Bool => SampleAction.Bool,
        RosKind.Int8 => SampleAction.Int8,
        RosKind.Int16 => SampleAction.Int16,
        RosKind.UInt16 => SampleAction.UInt16,
        RosKind.Int32 => SampleAction.Int32,
        RosKind.UInt32 => SampleAction.UInt32,
        RosKind.Int64 => SampleAction.Int64,
        RosKind.UInt64 => SampleAction.UInt64,
        RosKind.Float32 => SampleAction.Float32,
        RosKind.Float64 => SampleAction.Float64,
        RosKind.Text => SampleAction.Text,
        _ => SampleAction.UInt8,
    };

    /// <summary>Gives every field of a type its place in the frame.</summary>
    private sealed class Compiler(RosSchema root, List<(string Path, FieldKind Kind)> fields, List<int> columns)
    {
        public void Add(RosSchema schema, string prefix, bool isElement, List<SampleStep> steps)
        {
            foreach (var field in schema.Fields)
            {
                var path = prefix + field.Name;
                if (field.Shape == RosShape.Single && field.Message is { } nested)
                {
                    Add(nested, path + ".", isElement, steps);
                    continue;
                }

                var action = ActionOf(field);
                var hasCount = action >= SampleAction.Texts || (isElement && action >= SampleAction.Blob);
                var countField = hasCount
                    ? Place(path + "[]", isElement ? FieldKind.Integers : FieldKind.Integer, isElement)
                    : -1;
                var target = TargetOf(action, isElement);
                var place = target is { } kind ? Place(path, kind, isElement || kind == FieldKind.Texts) : -1;
                var element = new List<SampleStep>();
                if (field.Message is { } message)
                {
                    Add(message, path + "[].", isElement: true, element);
                }

                steps.Add(new SampleStep(
                    action, place, countField, field.Shape == RosShape.Fixed ? field.Count : -1, field.Kind,
                    [.. element], field.MinimumElementSize));
            }
        }

        private static FieldKind? TargetOf(SampleAction action, bool isElement) => action switch
        {
            SampleAction.Float32 when isElement => FieldKind.Floats,
            SampleAction.Float64 when isElement => FieldKind.Numbers,
            SampleAction.Text when isElement => FieldKind.Texts,
            SampleAction.Blob when isElement => null,
            < SampleAction.Text when isElement => FieldKind.Integers,
            SampleAction.Bool => FieldKind.Flag,
            SampleAction.Float32 or SampleAction.Float64 => FieldKind.Number,
            SampleAction.Text => FieldKind.Text,
            SampleAction.Blob => FieldKind.Bytes,
            SampleAction.Integers => FieldKind.Integers,
            SampleAction.Floats => FieldKind.Floats,
            SampleAction.Numbers => FieldKind.Numbers,
            SampleAction.Texts => FieldKind.Texts,
            SampleAction.Messages => null,
            _ => FieldKind.Integer,
        };

        private int Place(string path, FieldKind kind, bool isColumn)
        {
            if (fields.Count == FieldLimit)
            {
                throw new NotSupportedException($"{root.Name} has more than {FieldLimit} fields.");
            }

            if (isColumn)
            {
                columns.Add(fields.Count);
            }

            fields.Add((path, kind));
            return fields.Count - 1;
        }
    }
}
