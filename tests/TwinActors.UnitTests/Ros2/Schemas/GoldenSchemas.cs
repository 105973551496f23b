using System.Text;
using System.Text.Json;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Ros2.Schemas;

/// <summary>Reads the field lists that real ROS 2 type support reported, as message definition text.</summary>
internal static class GoldenSchemas
{
    public static RosSchemaSet Read(string folder)
    {
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(TestData.Path($"ros2_golden/{folder}/schema.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            text.Append("================\nMSG: ").Append(document.RootElement.GetProperty("type").GetString()).Append('\n');
            foreach (var field in document.RootElement.GetProperty("fields").EnumerateArray())
            {
                text.Append(field.GetProperty("type").GetString());
                text.Append(field.TryGetProperty("string_bound", out var limit) ? $"<={limit}" : "");
                text.Append(field.TryGetProperty("array", out var array) ? $"[{array}]" : "");
                text.Append(field.TryGetProperty("seq_bound", out var bound) ? $"[<={bound}]" : "");
                text.Append(field.TryGetProperty("seq", out _) ? "[]" : "");
                text.Append(' ').Append(field.GetProperty("name").GetString()).Append('\n');
            }
        }

        return RosSchemaSet.Empty.Add(null, text.ToString());
    }
}
