using System.Text.Json.Nodes;
using TwinActors.Robotics.Rings;

namespace TwinActors.Host.Api;

/// <summary>A sample record as nested JSON with the ROS field names.</summary>
/// <remarks>NaN and infinity become null: JSON has neither. A byte array becomes its length and a reference to the
/// message that holds it. Of an array with more elements than are kept, the number stands beside it as
/// <c>name[]</c>.</remarks>
internal sealed class SampleJson
{
    private const string Repeated = "[]";

    private readonly string _reference;

    // Next entry of each column: elements are rendered in the order of their message.
    private readonly int[] _next;

    private SampleJson(SampleLayout layout, string reference)
    {
        _reference = reference;
        _next = new int[layout.Fields.Length];
    }

    /// <summary>Renders a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="reference">Names the message: its topic, <c>@</c>, and its stamp [ns since the UNIX epoch], by
    /// which a recording of the topic has it.</param>
    public static JsonObject Of(SampleReader sample, string reference)
    {
        var root = new Node("");
        for (var i = 0; i < sample.Layout.Fields.Length; i++)
        {
            Place(root, sample.Layout.Fields[i].Path, i);
        }

        return new SampleJson(sample.Layout, reference).Members(root, sample, isElement: false);
    }

    private sealed class Node(string name)
    {
        public string Name { get; } = name;

        public List<Node> Members { get; } = [];

        public int Field { get; set; } = -1;

        public int CountField { get; set; } = -1;
    }

    private static void Place(Node root, string path, int field)
    {
        var node = root;
        foreach (var part in path.Split('.'))
        {
            var name = part.EndsWith(Repeated, StringComparison.Ordinal) ? part[..^Repeated.Length] : part;
            var member = node.Members.Find(known => known.Name == name);
            if (member is null)
            {
                node.Members.Add(member = new Node(name));
            }

            node = member;
        }

        if (path.EndsWith(Repeated, StringComparison.Ordinal))
        {
            node.CountField = field;
        }
        else
        {
            node.Field = field;
        }
    }

    private JsonObject Members(Node node, SampleReader sample, bool isElement)
    {
        var json = new JsonObject();
        foreach (var member in node.Members)
        {
            json[member.Name] = isElement ? Element(member, sample) : Whole(member, sample);
            if (!isElement && member.CountField >= 0)
            {
                TellLeftOut(json, member, sample);
            }
        }

        return json;
    }

    private static void TellLeftOut(JsonObject json, Node array, SampleReader sample)
    {
        var count = sample.Integer(array.CountField);
        if (json[array.Name] is not JsonArray kept || kept.Count < count)
        {
            json[array.Name + Repeated] = count;
        }
    }

    private JsonNode? Whole(Node node, SampleReader sample)
    {
        if (node.Field >= 0)
        {
            return Value(sample, node.Field);
        }

        if (node.CountField < 0)
        {
            return Members(node, sample, isElement: false);
        }

        return node.Members.Count == 0 ? null : Elements(node, sample, sample.Count(ColumnOf(node)));
    }

    // Each element has one entry in each column of its own fields, and one in the column of counts of an array in it.
    private static int ColumnOf(Node array)
    {
        var member = array.Members[0];
        while (member is { CountField: < 0, Field: < 0 })
        {
            member = member.Members[0];
        }

        return member.CountField >= 0 ? member.CountField : member.Field;
    }

    private JsonArray Elements(Node array, SampleReader sample, long count)
    {
        var elements = new JsonArray();
        for (long i = 0; i < count; i++)
        {
            elements.Add((JsonNode)Members(array, sample, isElement: true));
        }

        return elements;
    }

    private JsonNode? Element(Node node, SampleReader sample)
    {
        if (node.CountField < 0)
        {
            return node.Field < 0 ? Members(node, sample, isElement: true) : Entry(sample, node.Field);
        }

        var count = sample.Integers(node.CountField)[_next[node.CountField]++];
        if (node.Members.Count > 0)
        {
            return Elements(node, sample, count);
        }

        return node.Field < 0 ? Bytes(count) : Entries(sample, node.Field, count);
    }

    private JsonArray Entries(SampleReader sample, int column, long count)
    {
        var entries = new JsonArray();
        for (long i = 0; i < count; i++)
        {
            entries.Add((JsonNode?)Entry(sample, column));
        }

        return entries;
    }

    private JsonValue? Entry(SampleReader sample, int column) =>
        Entry(sample, column, _next[column]++);

    private static JsonValue? Entry(SampleReader sample, int field, int entry) =>
        sample.Layout.Fields[field].Kind switch
        {
            FieldKind.Numbers => Number(sample.Numbers(field)[entry]),
            FieldKind.Floats => Number(sample.Floats(field)[entry]),
            FieldKind.Integers => JsonValue.Create(sample.Integers(field)[entry]),
            FieldKind.Texts => JsonValue.Create(sample.Text(field, entry)),
            var kind => throw new InvalidOperationException($"A field of kind {kind} has no entries."),
        };

    private JsonNode? Value(SampleReader sample, int field) => sample.Layout.Fields[field].Kind switch
    {
        FieldKind.Number => Number(sample.Number(field)),
        FieldKind.Integer => JsonValue.Create(sample.Integer(field)),
        FieldKind.Flag => JsonValue.Create(sample.Integer(field) != 0),
        FieldKind.Text => JsonValue.Create(sample.Text(field)),
        FieldKind.Bytes => Bytes(sample.Count(field)),
        _ => Array(sample, field),
    };

    private static JsonArray Array(SampleReader sample, int field)
    {
        var array = new JsonArray();
        for (var i = 0; i < sample.Count(field); i++)
        {
            array.Add((JsonNode?)Entry(sample, field, i));
        }

        return array;
    }

    private JsonObject Bytes(long length) => new() { ["length"] = length, ["reference"] = _reference };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    // A float32 prints as its own shortest text, not as that of the double it would widen to.
    private static JsonValue? Number(float value) => float.IsFinite(value) ? JsonValue.Create(value) : null;
}
