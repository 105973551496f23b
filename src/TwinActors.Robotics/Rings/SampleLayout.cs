using System.Collections.Immutable;

namespace TwinActors.Robotics.Rings;

/// <summary>What a field of a sample frame holds.</summary>
public enum FieldKind
{
    /// <summary>One float64; NaN when the sender left it absent.</summary>
    Number,

    /// <summary>One int64 (every ROS integer type widens into it; uint64 keeps its bits).</summary>
    Integer,

    /// <summary>One boolean, stored as an int64 of 0 or 1.</summary>
    Flag,

    /// <summary>UTF-8 text in the tail.</summary>
    Text,

    /// <summary>float64 array in the tail.</summary>
    Numbers,

    /// <summary>float32 array in the tail.</summary>
    Floats,

    /// <summary>int64 array in the tail.</summary>
    Integers,

    /// <summary>Only the length of a byte array; its content stays out of the frame (images, blobs).</summary>
    Bytes,

    /// <summary>Array of UTF-8 texts in the tail.</summary>
    Texts,
}

/// <summary>One field of a sample frame.</summary>
/// <param name="Path">ROS field path, as <c>linear_acceleration.x</c>, <c>ranges</c> or <c>status[].name</c>.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Offset">Where its 8 bytes lie in the fixed part [bytes].</param>
public readonly record struct SampleField(string Path, FieldKind Kind, int Offset);

/// <summary>Shape of a sample frame: a flat record of the message's fields.</summary>
/// <remarks>
/// The fixed part has 8 bytes per field in the order of the fields. Scalars lie there; text and arrays have
/// {uint32 offset from the frame's start, uint32 count} there and their elements, 8-byte aligned, in the tail behind
/// it.
/// For <see cref="FieldKind.Text"/> the count is in bytes. For <see cref="FieldKind.Bytes"/> the offset is 0. The tail
/// of <see cref="FieldKind.Texts"/> begins with {uint32 offset from the frame's start, uint32 bytes} for each text. All
/// values are in the machine's byte order.
/// <para>An array of messages is a set of columns, one for each field of its elements: <c>status[].name</c> holds the
/// names of all elements. <c>status[]</c> is the number of elements in the message, which may be more than are kept. An
/// array inside elements has a column of its counts, <c>status[].values[]</c>, and its own elements stand one behind
/// the other in <c>status[].values[].key</c>. Arrays of texts have the count <c>path[]</c> too.</para>
/// </remarks>
public sealed class SampleLayout
{
    private readonly Dictionary<string, int> _byPath = new(StringComparer.Ordinal);

    /// <summary>Lays fields out one after another.</summary>
    /// <param name="typeName">ROS type, as <c>sensor_msgs/msg/Imu</c>.</param>
    /// <param name="fields">Path and kind of each field; paths are unique.</param>
    public SampleLayout(string typeName, IEnumerable<(string Path, FieldKind Kind)> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        TypeName = typeName;
        Fields = [.. fields.Select((field, i) => new SampleField(field.Path, field.Kind, i * sizeof(long)))];
        for (var i = 0; i < Fields.Length; i++)
        {
            _byPath.Add(Fields[i].Path, i);
        }
    }

    /// <summary>ROS type, as <c>sensor_msgs/msg/Imu</c>.</summary>
    public string TypeName { get; }

    /// <summary>The fields in frame order.</summary>
    public ImmutableArray<SampleField> Fields { get; }

    /// <summary>Size of the fixed part [bytes]; the tail begins there.</summary>
    public int FixedLength => Fields.Length * sizeof(long);

    /// <summary>Index of a field, or -1 when the layout has none of that path.</summary>
    public int IndexOf(string path) => _byPath.GetValueOrDefault(path, -1);
}
