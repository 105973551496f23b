using System.Buffers;
using System.Globalization;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Durations and sizes with units, by HOCON's tables of unit names.</summary>
internal static class HoconUnits
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;

    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Reads <c>10 ms</c>, <c>2s</c>, <c>1.5 hours</c>.</summary>
    /// <returns>
    /// The duration, rounded to 100 ns, or <see langword="null"/> when the text has no number, no unit or an unknown
    /// unit, or the duration does not fit (about 29,000 years).
    /// </returns>
    public static TimeSpan? Duration(string text)
    {
        if (Split(text) is not var (number, unit) || TicksPer(unit) is not { } ticks)
        {
            return null;
        }

        var total = Math.Round(number * ticks);
        return Math.Abs(total) < TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)total) : null;
    }

    /// <summary>Reads <c>64 KiB</c>, <c>10MB</c>, <c>512 bytes</c>; K, M, G alone are powers of 1024.</summary>
    /// <returns>
    /// Bytes, or <see langword="null"/> when the text has no unit, an unknown unit, or does not fit in 64 bits.
    /// </returns>
    public static long? Size(string text)
    {
        if (Split(text) is not var (number, unit) || number < 0 || BytesPer(unit) is not { } bytes)
        {
            return null;
        }

        var total = Math.Round(number * bytes);
        return total < long.MaxValue ? (long)total : null;
    }

    /// <summary>Writes a duration in the largest unit that keeps it whole.</summary>
    public static string Render(TimeSpan duration) => duration.Ticks switch
    {
        0 => "0 s",
        var t when t % TimeSpan.TicksPerDay == 0 => Invariant($"{t / TimeSpan.TicksPerDay} d"),
        var t when t % TimeSpan.TicksPerHour == 0 => Invariant($"{t / TimeSpan.TicksPerHour} h"),
        var t when t % TimeSpan.TicksPerMinute == 0 => Invariant($"{t / TimeSpan.TicksPerMinute} min"),
        var t when t % TimeSpan.TicksPerSecond == 0 => Invariant($"{t / TimeSpan.TicksPerSecond} s"),
        var t when t % TimeSpan.TicksPerMillisecond == 0 => Invariant($"{t / TimeSpan.TicksPerMillisecond} ms"),
        var t => Invariant($"{t / 10m} us"),
    };

    /// <summary>Writes a size in the largest binary unit that keeps it whole.</summary>
    public static string Render(long bytes) => bytes switch
    {
        0 => "0 B",
        _ when bytes % (1L << 30) == 0 => Invariant($"{bytes >> 30} GiB"),
        _ when bytes % (1L << 20) == 0 => Invariant($"{bytes >> 20} MiB"),
        _ when bytes % (1L << 10) == 0 => Invariant($"{bytes >> 10} KiB"),
        _ => Invariant($"{bytes} B"),
    };

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private static (decimal Number, string Unit)? Split(string text)
    {
        text = text.Trim();
        var end = text.AsSpan().LastIndexOfAny(NumberCharacters) + 1;
        var unit = text[end..].Trim();
        return decimal.TryParse(text.AsSpan(0, end), Style, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 1e15m
            ? (number, unit)
            : null;
    }

    private static decimal? TicksPer(string unit) => unit switch
    {
        "ns" or "nano" or "nanos" or "nanosecond" or "nanoseconds" => 0.01m,
        "us" or "micro" or "micros" or "microsecond" or "microseconds" => 10m,
        "ms" or "milli" or "millis" or "millisecond" or "milliseconds" => TimeSpan.TicksPerMillisecond,
        "s" or "second" or "seconds" => TimeSpan.TicksPerSecond,
        "m" or "min" or "minute" or "minutes" => TimeSpan.TicksPerMinute,
        "h" or "hour" or "hours" => TimeSpan.TicksPerHour,
        "d" or "day" or "days" => TimeSpan.TicksPerDay,
        _ => null,
    };

    private static decimal? BytesPer(string unit) => unit switch
    {
        "B" or "b" or "byte" or "bytes" => 1,
        "kB" or "kilobyte" or "kilobytes" => 1_000,
        "MB" or "megabyte" or "megabytes" => 1_000_000,
        "GB" or "gigabyte" or "gigabytes" => 1_000_000_000,
        "TB" or "terabyte" or "terabytes" => 1_000_000_000_000,
        "K" or "k" or "Ki" or "KiB" or "kibibyte" or "kibibytes" => 1L << 10,
        "M" or "m" or "Mi" or "MiB" or "mebibyte" or "mebibytes" => 1L << 20,
        "G" or "g" or "Gi" or "GiB" or "gibibyte" or "gibibytes" => 1L << 30,
        "T" or "t" or "Ti" or "TiB" or "tebibyte" or "tebibytes" => 1L << 40,
        _ => null,
    };
}
