using System.Text;

namespace TwinActors.Ros2.Schemas;

/// <summary>Writes a message type as the text that recordings carry (<c>ros2msg</c>).</summary>
public static class RosDefinitionText
{
    // The line between definitions in recordings.
    private const int SeparatorLength = 80;

    /// <summary>The definition of a type, then of each type that it uses, behind a line <c>MSG: pkg/Type</c>.</summary>
    /// <remarks>Read back, it gives the same type hash. Comments and default values are not kept.</remarks>
    public static string Of(RosSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var text = new StringBuilder();
        WriteFields(text, schema);
        foreach (var used in UsedBy(schema))
        {
            text.Append('=', SeparatorLength).Append('\n');
            text.Append("MSG: ").Append(ShortName(used.Name)).Append('\n');
            WriteFields(text, used);
        }

        return text.ToString();
    }

    private static List<RosSchema> UsedBy(RosSchema schema)
    {
        var used = new List<RosSchema>();
        Visit(schema);
        return used;

        void Visit(RosSchema user)
        {
            foreach (var message in user.Fields.Select(field => field.Message).OfType<RosSchema>())
            {
                if (!used.Contains(message))
                {
                    used.Add(message);
                    Visit(message);
                }
            }
        }
    }

    private static void WriteFields(StringBuilder text, RosSchema schema)
    {
        foreach (var constant in schema.Constants)
        {
            var quote = constant.Kind is RosKind.Text or RosKind.WideText ? "\"" : "";
            text.Append(NameOf(constant.Kind)).Append(' ').Append(constant.Name).Append('=')
                .Append(quote).Append(constant.Value).Append(quote).Append('\n');
        }

        // An empty message is written as one: the placeholder is DDS's.
        foreach (var field in schema.Fields.Where(field => field.Name != RosSchema.PlaceholderField))
        {
            text.Append(field.Message is { } message ? ShortName(message.Name) : NameOf(field.Kind));
            text.Append(field.TextLimit > 0 ? $"<={field.TextLimit}" : "");
            text.Append(field.Shape switch
            {
                RosShape.Fixed => $"[{field.Count}]",
                RosShape.Bounded => $"[<={field.Count}]",
                RosShape.Unbounded => "[]",
                _ => "",
            });
            text.Append(' ').Append(field.Name).Append('\n');
        }
    }

    private static string ShortName(string type) => type.Replace("/msg/", "/", StringComparison.Ordinal);

    private static string NameOf(RosKind kind) => kind switch
    {
        RosKind.Text => "string",
        RosKind.WideText => "wstring",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
