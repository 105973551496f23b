using System.Collections.Immutable;

namespace TwinActors.Ros2.Schemas;

/// <summary>Layout of one ROS 2 message type: the one table behind CDR codecs, DDS topic types and type
/// hashes.</summary>
/// <remarks>Immutable and shared between threads; two schemas are the same only when they are the same
/// object.</remarks>
public sealed class RosSchema
{
    /// <summary>Name of the one byte that an empty message carries, since DDS has no empty structures.</summary>
    public const string PlaceholderField = "structure_needs_at_least_one_member";

    private readonly Lazy<string> _typeHash;
    private readonly Lazy<DdsProgram> _program;

    internal RosSchema(string name, ImmutableArray<RosField> fields, ImmutableArray<RosConstant> constants)
    {
        Name = name;
        Fields = fields.IsEmpty
            ? [new RosField(PlaceholderField, RosKind.UInt8, RosShape.Single, 0, 0, null)]
            : fields;
        Constants = constants;
        DdsTypeName = RosNames.ToDdsType(name);
        MinimumSize = Fields.Sum(MinimumFieldSize);
        HasWideText = Fields.Any(field => field.Kind == RosKind.WideText || field.Message is { HasWideText: true });
        Depth = 1 + Fields.Max(field => field.Message?.Depth ?? 0);
        _typeHash = new Lazy<string>(() => RosTypeHash.Compute(this));
        _program = new Lazy<DdsProgram>(() => DdsProgram.Build(this));
    }

    /// <summary>ROS name, <c>sensor_msgs/msg/JointState</c> or <c>std_srvs/srv/Trigger_Request</c>.</summary>
    public string Name { get; }

    /// <summary>Fields in wire order; an empty message has the one field <see cref="PlaceholderField"/>.</summary>
    public ImmutableArray<RosField> Fields { get; }

    /// <summary>Constants in the order of the definition.</summary>
    public ImmutableArray<RosConstant> Constants { get; }

    /// <summary>Type name on DDS, <c>sensor_msgs::msg::dds_::JointState_</c>.</summary>
    public string DdsTypeName { get; }

    /// <summary>Type hash of REP-2016, <c>RIHS01_</c> and 64 hexadecimal digits.</summary>
    public string TypeHash => _typeHash.Value;

    /// <summary>Whether some text is <c>wstring</c>, which our DDS binding cannot carry.</summary>
    public bool HasWideText { get; }

    /// <summary>Fewest bytes a message takes on the wire, without header and alignment; at least 1.</summary>
    internal long MinimumSize { get; }

    /// <summary>Levels of nesting, 1 for a message of plain fields.</summary>
    internal int Depth { get; }

    /// <summary>The program that tells Cyclone DDS how to check and byte-swap this message.</summary>
    /// <exception cref="NotSupportedException">The message has <c>wstring</c> or is too large for one
    /// program.</exception>
    internal DdsProgram Program => _program.Value;

    /// <summary>The field of that name, or null.</summary>
    /// <param name="name">Field name, compared by case.</param>
    public RosField? Find(string name) => Fields.FirstOrDefault(field => field.Name == name);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static long MinimumFieldSize(RosField field) => field.Shape switch
    {
        RosShape.Single => field.MinimumElementSize,
        // Saturates: nested fixed arrays multiply, and a size nobody can send must not wrap around to a small one.
        RosShape.Fixed => Math.Min(field.Count * Math.Min(field.MinimumElementSize, int.MaxValue), int.MaxValue),
        _ => 4,
    };
}
