namespace TwinActors.Recording.Bags;

/// <summary>One topic of a bag, with what the bag really holds of it.</summary>
/// <remarks>
/// Counts, bytes and stamps come from the messages themselves, not from the bag's own statistics, unless the bag was
/// opened by its index. A topic of a bag split over several files is one topic. Topics are equal when name, type and
/// encoding are.
/// </remarks>
public sealed record BagTopic
{
    /// <summary>Topic name as recorded, for example <c>/joint_states</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Type name, for ROS messages <c>pkg/msg/Type</c>; empty when the recording names none.</summary>
    public required string Type { get; init; }

    /// <summary>Encoding of the message bytes: <c>cdr</c> (ROS 2), or another word such as <c>json</c>.</summary>
    public required string Serialization { get; init; }

    /// <summary>QoS profiles that the recorded publishers offered, as recorded (YAML); null when absent.</summary>
    public string? OfferedQos { get; init; }

    /// <summary>Hash of the type description (<c>RIHS01_…</c>); null when absent.</summary>
    public string? TypeHash { get; init; }

    /// <summary>Definition of the type that the bag carries; null when absent.</summary>
    public BagDefinition? Definition { get; init; }

    /// <summary>Number of messages.</summary>
    public long MessageCount { get; init; }

    /// <summary>
    /// Sum of the message sizes, encapsulation headers included [byte]; as stored when each message is compressed; null
    /// when only the index was read.
    /// </summary>
    public long? Bytes { get; init; }

    /// <summary>
    /// Smallest log time [ns since 1970, recorder's clock]; null without messages, or when only the index was read.
    /// </summary>
    public long? FirstLogTimeNs { get; init; }

    /// <summary>
    /// Largest log time [ns since 1970, recorder's clock]; null without messages, or when only the index was read.
    /// </summary>
    public long? LastLogTimeNs { get; init; }

    /// <summary>Whether the messages are CDR, the encoding of ROS 2.</summary>
    public bool IsCdr => Serialization == "cdr";

    /// <summary>
    /// Whether a recorded publisher offered <c>transient_local</c>, so that late readers got its last messages;
    /// recorders spell it <c>durability: 1</c> or <c>durability: transient_local</c>.
    /// </summary>
    public bool IsTransientLocal =>
        OfferedQos is { } text && text.Split('\n').Select(line => line.Trim(' ', '-', '\r'))
            .Any(line => line is "durability: 1" or "durability: transient_local");

    /// <inheritdoc/>
    public bool Equals(BagTopic? other) =>
        other is not null && Name == other.Name && Type == other.Type && Serialization == other.Serialization;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Type, Serialization);

    /// <summary>The same topic with the messages of another file of the bag added.</summary>
    internal BagTopic Plus(BagTopic other) => this with
    {
        OfferedQos = OfferedQos ?? other.OfferedQos,
        TypeHash = TypeHash ?? other.TypeHash,
        Definition = Definition ?? other.Definition,
        MessageCount = MessageCount + other.MessageCount,
        Bytes = Bytes + other.Bytes,
        FirstLogTimeNs = Smaller(FirstLogTimeNs, other.FirstLogTimeNs),
        LastLogTimeNs = Larger(LastLogTimeNs, other.LastLogTimeNs),
    };

    internal static long? Smaller(long? one, long? other) =>
        one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    internal static long? Larger(long? one, long? other) =>
        one is { } a && other is { } b ? Math.Max(a, b) : one ?? other;
}

/// <summary>Text that defines a message type.</summary>
/// <param name="Encoding">
/// How it is written: <c>ros2msg</c> (definitions separated by lines of 80 <c>=</c> and <c>MSG: pkg/Type</c>),
/// <c>ros2idl</c>, or another word such as <c>jsonschema</c>.
/// </param>
/// <param name="Text">The definition.</param>
public sealed record BagDefinition(string Encoding, string Text);
