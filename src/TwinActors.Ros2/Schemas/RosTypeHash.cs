using System.Security.Cryptography;
using System.Text;

namespace TwinActors.Ros2.Schemas;

/// <summary>The type hash RIHS01 of REP-2016: SHA-256 over a JSON description of a type and all that it refers
/// to.</summary>
internal static class RosTypeHash
{
    private const int FixedArray = 48;
    private const int BoundedSequence = 96;
    private const int UnboundedSequence = 144;
    private const int BoundedText = 4;

    public static string Compute(RosSchema schema)
    {
        var referenced = new SortedDictionary<string, RosSchema>(StringComparer.Ordinal);
        Collect(schema, referenced);

        var json = new StringBuilder("{\"type_description\": ");
        Describe(json, schema);
        json.Append(", \"referenced_type_descriptions\": [");
        var separator = "";
        foreach (var other in referenced.Values)
        {
            json.Append(separator);
            Describe(json, other);
            separator = ", ";
        }

        json.Append("]}");
        return "RIHS01_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json.ToString())));
    }

    private static void Collect(RosSchema schema, SortedDictionary<string, RosSchema> referenced)
    {
        foreach (var field in schema.Fields)
        {
            if (field.Message is { } message && referenced.TryAdd(message.Name, message))
            {
                Collect(message, referenced);
            }
        }
    }

    // Names are identifiers, so nothing in this JSON ever needs an escape.
    private static void Describe(StringBuilder json, RosSchema schema)
    {
        json.Append("{\"type_name\": \"").Append(schema.Name).Append("\", \"fields\": [");
        var separator = "";
        foreach (var field in schema.Fields)
        {
            json.Append(separator)
                .Append("{\"name\": \"").Append(field.Name)
                .Append("\", \"type\": {\"type_id\": ").Append(TypeId(field))
                .Append(", \"capacity\": ").Append(field.Count)
                .Append(", \"string_capacity\": ").Append(field.TextLimit)
                .Append(", \"nested_type_name\": \"").Append(field.Message?.Name ?? "").Append("\"}}");
            separator = ", ";
        }

        json.Append("]}");
    }

    private static int TypeId(RosField field)
    {
        var element = field.Kind switch
        {
            RosKind.Message => 1,
            RosKind.Int8 => 2,
            RosKind.UInt8 => 3,
            RosKind.Int16 => 4,
            RosKind.UInt16 => 5,
            RosKind.Int32 => 6,
            RosKind.UInt32 => 7,
            RosKind.Int64 => 8,
            RosKind.UInt64 => 9,
            RosKind.Float32 => 10,
            RosKind.Float64 => 11,
            RosKind.Bool => 15,
            RosKind.Byte => 16,
            RosKind.Text => 17 + (field.TextLimit > 0 ? BoundedText : 0),
            _ => 18 + (field.TextLimit > 0 ? BoundedText : 0),
        };
        return element + field.Shape switch
        {
            RosShape.Fixed => FixedArray,
            RosShape.Bounded => BoundedSequence,
            RosShape.Unbounded => UnboundedSequence,
            _ => 0,
        };
    }
}
