using System.Text;
using System.Text.Json;

namespace TwinActors.Testing;

/// <summary>Reads the field lists that real ROS 2 type support reported, as message definition text.</summary>
public static class GoldenSchemas
{
    /// <summary>Definitions of every type of one reference folder, each behind its <c>MSG:</c> line.</summary>
    /// <param name="folder">Folder below ros2_golden, as <c>humble_rmw_cyclonedds_cpp</c>.</param>
    public static string Read(string folder)
    {
        var text = new StringBuilder();
        foreach (var line in File.ReadLines(TestData.Path($"ros2_golden/{folder}/schema.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            text.Append($"================\nMSG: {document.RootElement.GetProperty("type").GetString()}\n");
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

        return text.ToString();
    }
}
