using System.Globalization;
using System.Text;

namespace TwinActors.Cli.Output;

/// <summary>Makes text from robots and nodes safe to print: no control character reaches the terminal.</summary>
/// <remarks>
/// A joint name is what some machine on the network says it is; an escape sequence in it could rewrite the screen.
/// </remarks>
internal static class PrintableText
{
    /// <summary>The text with every control and direction-changing character written as <c>\uXXXX</c>.</summary>
    public static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        if (!text.Any(IsUnsafe))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsUnsafe(c))
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                safe.Append(c);
            }
        }

        return safe.ToString();
    }

    /// <summary>The same, line feeds kept: for words of several lines.</summary>
    public static string Lines(string? text) =>
        string.Join('\n', (text ?? "").ReplaceLineEndings("\n").Split('\n').Select(Of));

    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}
