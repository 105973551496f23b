using System.Globalization;
using System.Text;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Writes a resolved configuration as JSON.</summary>
internal static class HoconJson
{
    /// <summary>JSON without line breaks; numbers keep the digits they were written with.</summary>
    public static string Render(HoconValue value)
    {
        var json = new StringBuilder();
        Write(json, value);
        return json.ToString();
    }

    /// <summary>Text in quotes with JSON's escapes.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2);
        Quote(quoted, text);
        return quoted.ToString();
    }

    private static void Write(StringBuilder json, HoconValue value)
    {
        switch (value)
        {
            case HoconText text:
                Quote(json, text.Value);
                break;
            case HoconArray array:
                WriteAll(json, '[', array.Items, static (target, item) => Write(target, item), ']');
                break;
            case HoconObject fields:
                WriteAll(json, '{', fields.Fields, static (target, field) => WriteField(target, field), '}');
                break;
            default:
                json.Append(value.ScalarText);
                break;
        }
    }

    private static void WriteField(StringBuilder json, KeyValuePair<string, HoconValue> field)
    {
        Quote(json, field.Key);
        json.Append(':');
        Write(json, field.Value);
    }

    private static void WriteAll<T>(
        StringBuilder json, char open, IEnumerable<T> items, Action<StringBuilder, T> write, char close)
    {
        json.Append(open);
        var isFirst = true;
        foreach (var item in items)
        {
            if (!isFirst)
            {
                json.Append(',');
            }

            isFirst = false;
            write(json, item);
        }

        json.Append(close);
    }

    private static void Quote(StringBuilder json, string text)
    {
        json.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    json.Append('\\').Append(c);
                    break;
                case '\n':
                    json.Append("\\n");
                    break;
                case '\r':
                    json.Append("\\r");
                    break;
                case '\t':
                    json.Append("\\t");
                    break;
                case < ' ' or '\u2028' or '\u2029' or (>= '\ud800' and <= '\udfff'):
                    json.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    json.Append(c);
                    break;
            }
        }

        json.Append('"');
    }
}
