namespace TwinActors.Host.Configuration.Hocon;

/// <summary>What a word without quotes means.</summary>
internal static class HoconScalar
{
    /// <summary>The null, flag, number or text that the word stands for.</summary>
    public static HoconValue Read(string word, HoconOrigin origin) => word switch
    {
        "null" => new HoconNull(origin),
        "true" => new HoconFlag(true, origin),
        "false" => new HoconFlag(false, origin),
        _ => IsNumber(word) ? new HoconNumber(word, origin) : new HoconText(word, origin),
    };

    /// <summary>
    /// Whether the word is a number in JSON's grammar: no leading zeros, no bare point, no sign but minus.
    /// </summary>
    public static bool IsNumber(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("-"))
        {
            word = word[1..];
        }

        var whole = Digits(word);
        if (whole == 0 || (whole > 1 && word[0] == '0'))
        {
            return false;
        }

        word = word[whole..];
        if (word.StartsWith("."))
        {
            var fraction = Digits(word[1..]);
            if (fraction == 0)
            {
                return false;
            }

            word = word[(1 + fraction)..];
        }

        if (word.IsEmpty)
        {
            return true;
        }

        if (word[0] is not ('e' or 'E'))
        {
            return false;
        }

        word = word[1..];
        word = word.StartsWith("-") || word.StartsWith("+") ? word[1..] : word;
        return word.Length > 0 && Digits(word) == word.Length;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var other = text.IndexOfAnyExceptInRange('0', '9');
        return other < 0 ? text.Length : other;
    }
}
