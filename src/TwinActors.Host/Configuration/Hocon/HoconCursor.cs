using System.Globalization;
using System.Text;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Walks over HOCON text and knows the line and column; reads white space, comments and strings.</summary>
internal sealed class HoconCursor(HoconSource source)
{
    private const string Reserved = "$\"{}[]:=,+#`^?!@*&\\";
    private const string TripleQuote = "\"\"\"";

    private readonly string _text = source.Text;
    private int _position;
    private int _line = 1;
    private int _column = 1;

    /// <summary>The place of the next character.</summary>
    public HoconOrigin Here => source.HasLines ? new(source.Source, _line, _column) : HoconOrigin.Whole(source.Source);

    /// <summary>Whether the whole text is read.</summary>
    public bool AtEnd => _position >= _text.Length;

    /// <summary>The next character; NUL at the end.</summary>
    public char Current => AtEnd ? '\0' : _text[_position];

    /// <summary>Whether a comment begins here.</summary>
    public bool AtComment => Current == '#' || At("//");

    /// <summary>Whether a string without quotes can begin or continue here.</summary>
    public bool AtUnquoted
        => !AtEnd && !IsBlank(Current) && Current != '\n' && !AtComment && !Reserved.Contains(Current);

    /// <summary>Whether white space other than a line break comes next.</summary>
    public bool AtBlank => !AtEnd && IsBlank(Current);

    /// <summary>Whether exactly this text comes next.</summary>
    public bool At(string expected) => string.CompareOrdinal(_text, _position, expected, 0, expected.Length) == 0;

    /// <summary>Moves over a number of characters.</summary>
    public void Advance(int count = 1)
    {
        for (; count > 0 && !AtEnd; count--)
        {
            if (_text[_position++] == '\n')
            {
                _line++;
                _column = 1;
            }
            else
            {
                _column++;
            }
        }
    }

    /// <summary>Reads white space up to the next character, line break or end.</summary>
    public string Blank()
    {
        var start = _position;
        while (AtBlank)
        {
            Advance();
        }

        return _text[start.._position];
    }

    /// <summary>Moves over white space, line breaks and comments.</summary>
    /// <returns>Whether there was a line break.</returns>
    public bool SkipLines()
    {
        var line = _line;
        while (true)
        {
            Blank();
            if (AtComment)
            {
                while (!AtEnd && Current != '\n')
                {
                    Advance();
                }
            }

            if (Current != '\n' || AtEnd)
            {
                return _line != line;
            }

            Advance();
        }
    }

    /// <summary>Whether the word comes next and ends there.</summary>
    public bool AtWord(string word)
    {
        if (!At(word))
        {
            return false;
        }

        var next = _position + word.Length;
        return next >= _text.Length || _text[next] == '\n' || IsBlank(_text[next]) || Reserved.Contains(_text[next]);
    }

    /// <summary>Reads characters that need no quotes; at least one must be there.</summary>
    public string Unquoted()
    {
        var start = _position;
        while (AtUnquoted || AtExponentSign(start))
        {
            Advance();
        }

        return _text[start.._position];
    }

    /// <summary>Reads a string in one or three pairs of quotes.</summary>
    public string Quoted() => At(TripleQuote) ? TripleQuoted() : SingleQuoted();

    /// <summary>The next character in words for a message.</summary>
    public string Describe() => AtEnd ? "the end of the text" : Current == '\n' ? "a line break" : $"'{Current}'";

    /// <summary>A fault at the next character.</summary>
    public HoconException Fault(string message, string? hint = null) => Fault(Here, message, hint);

    /// <summary>A fault at a place.</summary>
    public static HoconException Fault(HoconOrigin origin, string message, string? hint = null)
        => new(new HoconProblem(origin, message, hint));

    private static bool IsBlank(char c) => c switch
    {
        '\n' => false,
        '\t' or '\v' or '\f' or '\r' or ' ' or '\u00a0' or '\ufeff' => true,
        >= '\u001c' and <= '\u001f' => true,
        < '\u0080' => false,
        _ => char.GetUnicodeCategory(c) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator,
    };

    // '+' is reserved except in the exponent of a number: 1e+6.
    private bool AtExponentSign(int start)
        => Current == '+'
            && _position - start >= 2
            && _text[_position - 1] is 'e' or 'E'
            && (char.IsAsciiDigit(_text[start]) || _text[start] == '-')
            && _position + 1 < _text.Length
            && char.IsAsciiDigit(_text[_position + 1]);

    private string SingleQuoted()
    {
        var opened = Here;
        Advance();
        var result = new StringBuilder();
        while (Current != '"' || AtEnd)
        {
            if (AtEnd || Current == '\n')
            {
                throw Fault(
                    opened, "the string is not closed on its line", "end it with \" or use \"\"\" for several lines");
            }

            if (Current < ' ')
            {
                throw Fault(
                    $"the control character U+{(int)Current:X4} stands in a string", $"write \\u{(int)Current:x4}");
            }

            if (Current == '\\')
            {
                result.Append(Escape());
                continue;
            }

            result.Append(Current);
            Advance();
        }

        Advance();
        return result.ToString();
    }

    private char Escape()
    {
        var escape = Here;
        Advance();
        var kind = Current;
        Advance();
        return kind switch
        {
            '"' or '\\' or '/' => kind,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => Unicode(escape),
            _ => throw Fault(
                escape,
                "the escape is none of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u",
                "write \\\\ for a backslash"),
        };
    }

    private char Unicode(HoconOrigin escape)
    {
        if (_position + 4 > _text.Length
            || !ushort.TryParse(
                _text.AsSpan(_position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            throw Fault(escape, "\\u needs four hexadecimal digits");
        }

        Advance(4);
        return (char)code;
    }

    private string TripleQuoted()
    {
        var opened = Here;
        Advance(TripleQuote.Length);
        var end = _text.IndexOf(TripleQuote, _position, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Fault(opened, "the string that begins with \"\"\" is not closed", "end it with \"\"\"");
        }

        // Quotes beyond the last three belong to the string.
        while (end + TripleQuote.Length < _text.Length && _text[end + TripleQuote.Length] == '"')
        {
            end++;
        }

        var value = _text[_position..end];
        Advance(end + TripleQuote.Length - _position);
        return value;
    }
}
