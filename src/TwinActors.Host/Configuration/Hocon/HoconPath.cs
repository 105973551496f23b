using System.Collections.Immutable;
using System.Text;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Paths of names such as <c>a."b.c".d</c>.</summary>
internal static class HoconPath
{
    /// <summary>Reads a path; stops at the character that cannot belong to it.</summary>
    /// <exception cref="HoconException">There is no path, or one of its elements is empty.</exception>
    public static ImmutableArray<string> Read(HoconCursor cursor)
    {
        var start = cursor.Here;
        var elements = ImmutableArray.CreateBuilder<string>();
        var element = new StringBuilder();
        var isQuoted = false;
        var blank = "";
        while (true)
        {
            if (cursor.AtBlank)
            {
                blank = cursor.Blank();
                continue;
            }

            if (cursor.Current == '"')
            {
                Append(blank, cursor.Quoted());
                isQuoted = true;
            }
            else if (cursor.AtUnquoted)
            {
                AppendDotted(cursor, cursor.Unquoted());
            }
            else
            {
                Finish(cursor, isEnd: true);
                return elements.ToImmutable();
            }

            blank = "";
        }

        // White space inside a path belongs to it, white space around it does not.
        void Append(string before, string text)
        {
            if (element.Length > 0 || isQuoted || elements.Count > 0)
            {
                element.Append(before);
            }

            element.Append(text);
        }

        void AppendDotted(HoconCursor at, string text)
        {
            var parts = text.Split('.');
            Append(blank, parts[0]);
            foreach (var part in parts.Skip(1))
            {
                Finish(at, isEnd: false);
                element.Append(part);
            }
        }

        void Finish(HoconCursor at, bool isEnd)
        {
            if (element.Length == 0 && !isQuoted)
            {
                throw elements.Count == 0 && isEnd
                    ? HoconCursor.Fault(
                        start, $"a key is expected, not {at.Describe()}", "put special characters in quotes")
                    : HoconCursor.Fault(
                        start, "the path has an empty element", "write \"\" for an empty name, quotes around a dot");
            }

            if (elements.Count == HoconLimits.Depth)
            {
                throw HoconCursor.Fault(start, $"the path has more than {HoconLimits.Depth} elements");
            }

            elements.Add(element.ToString());
            element.Clear();
            isQuoted = false;
        }
    }

    /// <summary>Writes a path so that it can be read again.</summary>
    public static string Render(params IEnumerable<string> path) => string.Join('.', path.Select(RenderName));

    /// <summary>Writes one name, quoted when it has to be.</summary>
    public static string RenderName(string name)
        => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && name != "include"
            ? name
            : HoconJson.Quote(name);
}
