using System.Globalization;
using System.Text;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Rosbag2;

/// <summary>Writes the <c>metadata.yaml</c> that makes a folder with an MCAP file a bag of rosbag2.</summary>
public static class BagFolderWriter
{
    // The version of ROS 2 Humble: read by every later rosbag2, with QoS profiles as one text.
    private const int Version = 5;

    /// <summary>Writes the metadata of one file.</summary>
    /// <param name="folder">The bag's folder.</param>
    /// <param name="file">Name of the MCAP file in it.</param>
    /// <param name="bag">That file, opened.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string folder, string file, BagReader bag)
    {
        ArgumentNullException.ThrowIfNull(bag);
        var start = bag.FirstLogTimeNs ?? 0;
        var duration = (bag.LastLogTimeNs ?? 0) - start;
        var text = new StringBuilder();
        text.Append("rosbag2_bagfile_information:\n");
        Line(text, 1, $"version: {Version}");
        Line(text, 1, $"storage_identifier: mcap");
        WriteSpan(text, 1, start, duration, bag.MessageCount);
        Line(text, 1, $"topics_with_message_count:");
        foreach (var topic in bag.Topics)
        {
            Line(text, 2, $"- topic_metadata:");
            Line(text, 4, $"name: {Quoted(topic.Name)}");
            Line(text, 4, $"type: {Quoted(topic.Type)}");
            Line(text, 4, $"serialization_format: {Quoted(topic.Serialization)}");
            Line(text, 4, $"offered_qos_profiles: {Quoted(topic.OfferedQos ?? "")}");
            Line(text, 3, $"message_count: {topic.MessageCount}");
        }

        Line(text, 1, $"compression_format: \"\"");
        Line(text, 1, $"compression_mode: \"\"");
        Line(text, 1, $"relative_file_paths:");
        Line(text, 2, $"- {Quoted(file)}");
        Line(text, 1, $"files:");
        Line(text, 2, $"- path: {Quoted(file)}");
        WriteSpan(text, 3, start, duration, bag.MessageCount);
        File.WriteAllText(Path.Combine(folder, BagFolder.MetadataName), text.ToString());
    }

    private static void WriteSpan(StringBuilder text, int depth, long startNs, long durationNs, long messages)
    {
        Line(text, depth, $"duration:");
        Line(text, depth + 1, $"nanoseconds: {durationNs}");
        Line(text, depth, $"starting_time:");
        Line(text, depth + 1, $"nanoseconds_since_epoch: {startNs}");
        Line(text, depth, $"message_count: {messages}");
    }

    private static void Line(StringBuilder text, int depth, FormattableString words) =>
        text.Append(' ', 2 * depth).Append(words.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>A double-quoted YAML scalar.</summary>
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
