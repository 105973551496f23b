namespace TwinActors.Ros2.Schemas;

/// <summary>What a field, or each element of an array field, holds.</summary>
public enum RosKind
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>One uninterpreted byte; on the wire the same as <see cref="UInt8"/>.</summary>
    Byte,

    /// <summary>Signed 8-bit integer.</summary>
    Int8,

    /// <summary>Unsigned 8-bit integer; the ROS type <c>char</c> is this too.</summary>
    UInt8,

    /// <summary>Signed 16-bit integer.</summary>
    Int16,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16,

    /// <summary>Signed 32-bit integer.</summary>
    Int32,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32,

    /// <summary>Signed 64-bit integer.</summary>
    Int64,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64,

    /// <summary>IEEE 754 single.</summary>
    Float32,

    /// <summary>IEEE 754 double.</summary>
    Float64,

    /// <summary>UTF-8 text, the ROS type <c>string</c>.</summary>
    Text,

    /// <summary>Text of 32-bit units, the ROS type <c>wstring</c>. The DDS binding cannot carry it; the CDR codec
    /// can.</summary>
    WideText,

    /// <summary>Another message, see <see cref="RosField.Message"/>.</summary>
    Message,
}

/// <summary>How often a field repeats.</summary>
public enum RosShape
{
    /// <summary>One value.</summary>
    Single,

    /// <summary>Exactly <see cref="RosField.Count"/> values, no count on the wire.</summary>
    Fixed,

    /// <summary>At most <see cref="RosField.Count"/> values behind a count.</summary>
    Bounded,

    /// <summary>Any number of values behind a count.</summary>
    Unbounded,
}

/// <summary>One field of a message, in wire order.</summary>
/// <param name="Name">Field name as in the message definition.</param>
/// <param name="Kind">What the field, or each of its elements, holds.</param>
/// <param name="Shape">How often it repeats.</param>
/// <param name="Count">Length of a fixed array, bound of a bounded one, else 0.</param>
/// <param name="TextLimit">Longest text in bytes without the terminator; 0 when unbounded or no text.</param>
/// <param name="Message">The nested message when <paramref name="Kind"/> is <see cref="RosKind.Message"/>, else
/// null.</param>
public sealed record RosField(
    string Name, RosKind Kind, RosShape Shape, int Count, int TextLimit, RosSchema? Message)
{
    /// <summary>Size of one element on the wire in bytes when it is a number, bool or byte; 0 for text and
    /// messages.</summary>
    public int ElementSize => SizeOf(Kind);

    /// <summary>Fewest bytes one element can take on the wire, without alignment.</summary>
    internal long MinimumElementSize => Kind switch
    {
        RosKind.Message => Message!.MinimumSize,
        RosKind.Text or RosKind.WideText => 4,
        _ => SizeOf(Kind),
    };

    /// <summary>Size of one value of a kind on the wire in bytes; 0 for text and messages.</summary>
    internal static int SizeOf(RosKind kind) => kind switch
    {
        RosKind.Bool or RosKind.Byte or RosKind.Int8 or RosKind.UInt8 => 1,
        RosKind.Int16 or RosKind.UInt16 => 2,
        RosKind.Int32 or RosKind.UInt32 or RosKind.Float32 => 4,
        RosKind.Int64 or RosKind.UInt64 or RosKind.Float64 => 8,
        _ => 0,
    };
}

/// <summary>A named constant of a message definition; it never travels on the wire.</summary>
/// <param name="Name">Name as in the definition, usually upper case.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Value">Its value as written, without quotes.</param>
public sealed record RosConstant(string Name, RosKind Kind, string Value);
