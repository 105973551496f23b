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

    /// <summary>Array of bools or integers of 16 to 64 bits, widened.</summary>
    Integers,

    Floats,
    Numbers,

    /// <summary>Array of texts, of which only the count is kept.</summary>
    Texts,

    /// <summary>Array of messages, of which only the count is kept.</summary>
    Messages,
}

/// <summary>One field of a message, nested ones in place.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Field">Index of the frame's field; -1 inside elements of an array, which are passed over.</param>
/// <param name="FixedCount">Elements of a fixed array; -1 when a count stands in the message.</param>
/// <param name="Kind">Kind of each element.</param>
/// <param name="Element">What to do with each element of an array of messages, else empty.</param>
/// <param name="MinimumElementSize">Fewest bytes of one element.</param>
internal readonly record struct SampleStep(
    SampleAction Action,
    int Field,
    int FixedCount,
    RosKind Kind,
    ImmutableArray<SampleStep> Element,
    long MinimumElementSize);

/// <summary>How messages of one type become flat frames: made once per type, run for every sample.</summary>
/// <remarks>
/// Frame fields are named by ROS field path, as <c>pose.pose.position.x</c>. Arrays of bytes keep their length only;
/// arrays of texts and of messages are the one integer field <c>path[]</c>, their number of elements.
/// </remarks>
internal sealed class SampleProgram
{
    /// <summary>Most fields of a frame; the largest standard type has about 60.</summary>
    private const int FieldLimit = 1024;

    private SampleProgram(SampleLayout layout, ImmutableArray<SampleStep> steps, bool hasStamp)
    {
        Layout = layout;
        Steps = steps;
        HasStamp = hasStamp;
    }

    /// <summary>Shape of the frames.</summary>
    public SampleLayout Layout { get; }

    /// <summary>Steps in message order.</summary>
    public ImmutableArray<SampleStep> Steps { get; }

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
        var steps = new List<SampleStep>();
        Add(schema, "", fields, steps);
        var first = schema.Fields[0];
        var hasStamp = first.Shape == RosShape.Single
            && first.Message?.Name is "std_msgs/msg/Header" or "builtin_interfaces/msg/Time";
        return new SampleProgram(new SampleLayout(schema.Name, fields), [.. steps], hasStamp);
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

    private static void Add(
        RosSchema schema, string prefix, List<(string Path, FieldKind Kind)>? fields, List<SampleStep> steps)
    {
        foreach (var field in schema.Fields)
        {
            var path = prefix + field.Name;
            if (field.Shape == RosShape.Single && field.Message is { } nested)
            {
                Add(nested, path + ".", fields, steps);
                continue;
            }

            var step = field.Shape == RosShape.Single ? Scalar(field) : Array(field);
            if (fields is null)
            {
                steps.Add(step);
                continue;
            }

            steps.Add(step with { Field = fields.Count });
            fields.Add(Target(step.Action, path));
            if (fields.Count > FieldLimit)
            {
                throw new NotSupportedException($"{schema.Name} has more than {FieldLimit} fields.");
            }
        }
    }

    private static SampleStep Scalar(RosField field) =>
        new(ActionOf(field.Kind), -1, -1, field.Kind, [], field.MinimumElementSize);

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

    private static SampleStep Array(RosField field)
    {
        var action = field.Kind switch
        {
            RosKind.Byte or RosKind.UInt8 or RosKind.Int8 => SampleAction.Blob,
            RosKind.Float32 => SampleAction.Floats,
            RosKind.Float64 => SampleAction.Numbers,
            RosKind.Text => SampleAction.Texts,
            RosKind.Message => SampleAction.Messages,
            _ => SampleAction.Integers,
        };
        var element = new List<SampleStep>();
        if (field.Message is { } message)
        {
            Add(message, "", null, element);
        }

        var count = field.Shape == RosShape.Fixed ? field.Count : -1;
        return new SampleStep(action, -1, count, field.Kind, [.. element], field.MinimumElementSize);
    }

    private static (string Path, FieldKind Kind) Target(SampleAction action, string path) => action switch
    {
        SampleAction.Bool => (path, FieldKind.Flag),
        SampleAction.Float32 or SampleAction.Float64 => (path, FieldKind.Number),
        SampleAction.Text => (path, FieldKind.Text),
        SampleAction.Blob => (path, FieldKind.Bytes),
        SampleAction.Integers => (path, FieldKind.Integers),
        SampleAction.Floats => (path, FieldKind.Floats),
        SampleAction.Numbers => (path, FieldKind.Numbers),
        SampleAction.Texts or SampleAction.Messages => (path + "[]", FieldKind.Integer),
        _ => (path, FieldKind.Integer),
    };
}
