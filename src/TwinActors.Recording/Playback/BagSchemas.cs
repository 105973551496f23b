using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Playback;

/// <summary>Finds the layout that the messages of a bag's topic have.</summary>
/// <remarks>
/// Bags of Humble and earlier carry no definitions, definitions in bags are not always right, and a few types have
/// changed between distributions (sensor_msgs/Range, for one). So where more than one layout is known, a recorded
/// message decides: the one that it fills to the end.
/// </remarks>
public static class BagSchemas
{
    /// <summary>Bytes behind the last field that are still padding: senders may round up to 4 bytes.</summary>
    private const int PaddingLimit = 3;

    /// <summary>Finds a topic's layout.</summary>
    /// <param name="bag">The bag; read only when more than one layout is known.</param>
    /// <param name="topic">One of its topics.</param>
    /// <param name="problem">Receives why there is none; null otherwise.</param>
    /// <returns>The layout, or null.</returns>
    public static RosSchema? Find(BagReader bag, BagTopic topic, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(bag);
        ArgumentNullException.ThrowIfNull(topic);
        problem = null;
        if (!topic.IsCdr)
        {
            problem = $"its messages are {topic.Serialization}, not CDR";
            return null;
        }

        var fromBag = FromBag(topic, out var wrong);
        var known = Known(topic.Type, fromBag);
        if (known.IsEmpty)
        {
            problem = wrong ?? $"no definition of {topic.Type} is known and the bag carries none";
            return null;
        }

        if (known.Length == 1 || topic.MessageCount == 0)
        {
            return known[0];
        }

        var sample = bag.Read(other => other == topic).First().Data;
        return known.FirstOrDefault(schema => Fits(schema, sample.Span)) ?? known[0];
    }

    /// <summary>Whether a message fills a layout to its end.</summary>
    internal static bool Fits(RosSchema schema, ReadOnlySpan<byte> payload)
    {
        var reader = new CdrReader(payload);
        Skip(schema, ref reader);
        return reader.IsValid && reader.Remaining <= PaddingLimit;
    }

    private static RosSchema? FromBag(BagTopic topic, out string? wrong)
    {
        wrong = null;
        if (topic.Definition is not { Encoding: "ros2msg" } definition)
        {
            return null;
        }

        if (RosSchemaSet.Standard.TryAdd(topic.Type, definition.Text, out var set, out var problems))
        {
            return set.Find(topic.Type);
        }

        wrong = $"the bag's definition of {topic.Type} cannot be read: {problems[0]}";
        return null;
    }

    /// <summary>Different layouts, the likeliest first; two definitions with one hash are one layout.</summary>
    private static ImmutableArray<RosSchema> Known(string type, RosSchema? fromBag) =>
        [.. new[] { RosSchemaSet.Standard.Find(type), fromBag, RosSchemaSet.Humble.Find(type) }
            .OfType<RosSchema>()
            .DistinctBy(schema => schema.TypeHash)];

    private static void Skip(RosSchema schema, ref CdrReader reader)
    {
        foreach (var field in schema.Fields)
        {
            Skip(field, ref reader);
        }
    }

    private static void Skip(RosField field, ref CdrReader reader)
    {
        var count = field.Shape switch
        {
            RosShape.Single => 1,
            RosShape.Fixed => field.Count,
            _ => reader.ReadCount(Math.Max(1, field.ElementSize)),
        };
        if (field.ElementSize > 0)
        {
            reader.ReadBlock(count, field.ElementSize);
            return;
        }

        for (var i = 0; i < count && reader.IsValid; i++)
        {
            switch (field.Kind)
            {
                case RosKind.Message:
                    Skip(field.Message!, ref reader);
                    break;
                case RosKind.WideText:
                    reader.ReadBlock(reader.ReadCount(sizeof(uint)), sizeof(uint));
                    break;
                default:
                    reader.ReadText();
                    break;
            }
        }
    }
}
