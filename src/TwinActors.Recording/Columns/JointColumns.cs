using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;

namespace TwinActors.Recording.Columns;

/// <summary>Which columns the joint blocks of a channel have.</summary>
/// <param name="Joints">Joint names, in the order of the robot's messages.</param>
/// <param name="Signals">Groups of columns, of one column per joint: some of position, velocity, effort, in this
/// order.</param>
/// <param name="Frame">The <c>frame_id</c> of the messages; mostly empty.</param>
/// <remarks>A row is all joints of the first signal, then all of the second, and so on.</remarks>
public sealed record JointColumns(ImmutableArray<string> Joints, ImmutableArray<string> Signals, string Frame)
{
    /// <summary>Message encoding of a channel of joint blocks.</summary>
    public const string MessageEncoding = "x-twin-joints";

    // Behind it the checksum of the definition: topics of one name with other columns must stay apart.
    private const string TypePrefix = "twin/JointBlock_";

    /// <summary>Signals that a JointState message has, in its order.</summary>
    public static ImmutableArray<string> KnownSignals { get; } = ["position", "velocity", "effort"];

    // One more joint than any twin takes is no robot.
    private const int JointLimit = 4096;

    /// <summary>Values of one row.</summary>
    public int Count => Joints.Length * Signals.Length;

    /// <summary>A channel that records blocks of these columns.</summary>
    /// <param name="topic">Name of the topic that carried the joint states.</param>
    public BagTopic Topic(string topic)
    {
        var definition = Definition();
        return new BagTopic
        {
            Name = topic,
            Type = $"{TypePrefix}{Crc32.Append(0, Encoding.UTF8.GetBytes(definition.Text)):x8}",
            Serialization = MessageEncoding,
            Definition = definition,
        };
    }

    /// <summary>Reads the columns of a recorded channel.</summary>
    /// <param name="topic">A topic of a recording.</param>
    /// <param name="columns">Receives its columns; null when it records no joint blocks, or unreadable ones.</param>
    public static bool TryRead(BagTopic topic, [NotNullWhen(true)] out JointColumns? columns)
    {
        ArgumentNullException.ThrowIfNull(topic);
        columns = null;
        if (topic is not { Serialization: MessageEncoding, Definition: { Encoding: MessageEncoding } definition })
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(definition.Text);
            var root = document.RootElement;
            columns = new JointColumns(
                Texts(root.GetProperty("joints")),
                Texts(root.GetProperty("signals")),
                root.GetProperty("frame").GetString() ?? "");
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }

        var isKnown = columns.Joints.Length is > 0 and <= JointLimit && columns.Signals.Length > 0
            && columns.Signals.SequenceEqual(KnownSignals.Where(columns.Signals.Contains));
        columns = isKnown ? columns : null;
        return isKnown;
    }

    /// <inheritdoc/>
    public bool Equals(JointColumns? other) => other is not null && Frame == other.Frame
        && Joints.SequenceEqual(other.Joints) && Signals.SequenceEqual(other.Signals);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Frame, Joints.Length, Joints.FirstOrDefault());

    private BagDefinition Definition()
    {
        var text = new JsonObject
        {
            ["joints"] = new JsonArray([.. Joints.Select(joint => (JsonNode)joint)]),
            ["signals"] = new JsonArray([.. Signals.Select(signal => (JsonNode)signal)]),
            ["frame"] = Frame,
        };
        return new BagDefinition(MessageEncoding, text.ToJsonString());
    }

    private static ImmutableArray<string> Texts(JsonElement array) =>
        [.. array.EnumerateArray().Select(item => item.GetString() ?? "")];
}
