using System.Globalization;
using TwinActors.Robotics.State;

namespace TwinActors.Cli.Bags;

/// <summary>An instant of a recording as a person writes it: absolute, or counted from its first message.</summary>
/// <param name="Nanoseconds">Since 1970, or since the first message [ns].</param>
/// <param name="IsRelative">Whether it counts from the first message.</param>
internal readonly record struct BagTime(long Nanoseconds, bool IsRelative)
{
    private const long PerSecond = 1_000_000_000;

    // The longest recording that a sum of nanoseconds holds with room to spare.
    private const double LongestSeconds = 1e9;

    /// <summary>How it is written.</summary>
    public const string Form = "an instant like 2026-03-01T12:00:00.5Z, or +30s, +2m or +1h from the first message";

    /// <summary>Reads an instant.</summary>
    public static bool TryParse(string? text, out BagTime time)
    {
        time = default;
        return text switch
        {
            null or "" => false,
            ['+', .. var span] => TryParseSpan(span, out time),
            _ => TryParseInstant(text, out time),
        };
    }

    /// <summary>The instant in a recording.</summary>
    /// <param name="firstNs">Log time of its first message [ns since 1970].</param>
    public long In(long firstNs) => IsRelative ? firstNs + Nanoseconds : Nanoseconds;

    private static bool TryParseSpan(string text, out BagTime time)
    {
        var unit = text.Length > 0 ? text[^1] : ' ';
        var factor = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        var isNumber = double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 1)),
            NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var seconds = number * factor;
        time = new BagTime(seconds < LongestSeconds ? (long)(seconds * PerSecond) : 0, IsRelative: true);
        return isNumber && factor > 0 && seconds < LongestSeconds;
    }

    private static bool TryParseInstant(string text, out BagTime time)
    {
        // .NET keeps seven decimals; ROS has nine.
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? "" : string.Concat(text[(point + 1)..].TakeWhile(char.IsAsciiDigit));
        var whole = point < 0 ? text : text.Remove(point, 1 + digits.Length);
        var isInstant = DateTimeOffset.TryParse(
            whole, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            && whole.Contains('T', StringComparison.Ordinal)
            && instant.Year is > 1969 and < 2262
            && digits.Length <= 9;
        var fraction = isInstant ? int.Parse(digits.PadRight(9, '0'), CultureInfo.InvariantCulture) : 0;
        time = isInstant ? new BagTime(Stamp.From(instant).Nanoseconds + fraction, IsRelative: false) : default;
        return isInstant;
    }
}
