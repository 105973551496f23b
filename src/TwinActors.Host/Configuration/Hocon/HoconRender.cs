using System.Text;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Writes a resolved configuration as HOCON for people.</summary>
internal static class HoconRender
{
    private const int Indent = 2;

    /// <summary>One line for each scalar; objects and arrays of objects are opened over several lines.</summary>
    /// <param name="root">What to write, without outer braces.</param>
    /// <param name="origins">Whether each value is followed by a comment with its place.</param>
    public static string Render(HoconObject root, bool origins)
    {
        var text = new StringBuilder();
        WriteFields(text, root, origins, 0);
        return text.ToString();
    }

    private static void WriteFields(StringBuilder text, HoconObject fields, bool origins, int level)
    {
        foreach (var (name, value) in fields.Fields)
        {
            text.Append(' ', Indent * level).Append(HoconPath.RenderName(name));
            text.Append(value is HoconObject ? " " : " = ");
            WriteValue(text, value, origins, level);
        }
    }

    private static void WriteValue(StringBuilder text, HoconValue value, bool origins, int level)
    {
        switch (value)
        {
            case HoconObject { Count: > 0 } fields:
                text.Append("{\n");
                WriteFields(text, fields, origins, level + 1);
                text.Append(' ', Indent * level).Append("}\n");
                break;
            case HoconArray array when array.Items.Any(item => item is HoconArray or HoconObject):
                text.Append("[\n");
                foreach (var item in array.Items)
                {
                    text.Append(' ', Indent * (level + 1));
                    WriteValue(text, item, origins, level + 1);
                }

                text.Append(' ', Indent * level).Append("]\n");
                break;
            case HoconArray array:
                text.Append('[').AppendJoin(", ", array.Items.Select(HoconJson.Render)).Append(']');
                EndLine(text, value, origins);
                break;
            default:
                text.Append(HoconJson.Render(value));
                EndLine(text, value, origins);
                break;
        }
    }

    private static void EndLine(StringBuilder text, HoconValue value, bool origins)
        => text.Append(origins ? $"  # {OneLine(value.Origin)}" : "").Append('\n');

    // A file name may hold anything; a comment ends at its line.
    private static string OneLine(HoconOrigin origin) => origin.ToString().ReplaceLineEndings(" ");
}
