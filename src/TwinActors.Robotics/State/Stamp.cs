using System.Globalization;

namespace TwinActors.Robotics.State;

/// <summary>Instant at which a quantity was measured, on the clock of whoever measured it.</summary>
/// <param name="Nanoseconds">Nanoseconds since 1970-01-01T00:00:00Z without leap seconds [ns]; simulated clocks start
/// near 0.</param>
public readonly record struct Stamp(long Nanoseconds) : IComparable<Stamp>
{
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const long NanosecondsPerTick = 100;

    /// <summary>From a ROS <c>builtin_interfaces/Time</c>.</summary>
    /// <param name="seconds">Whole seconds since the UNIX epoch; negative before it [s].</param>
    /// <param name="nanoseconds">Nanoseconds within the second, 0..999,999,999 [ns]; a larger value carries
    /// over.</param>
    public static Stamp FromRos(int seconds, uint nanoseconds) => new(seconds * NanosecondsPerSecond + nanoseconds);

    /// <summary>From a .NET instant; its resolution is 100 ns.</summary>
    public static Stamp From(DateTimeOffset instant) =>
        new((instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick);

    /// <summary>The instant rounded down to 100 ns.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        var ticks = Math.DivRem(Nanoseconds, NanosecondsPerTick, out var rest);
        return new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + ticks - (rest < 0 ? 1 : 0), TimeSpan.Zero);
    }

    /// <summary>Time from <paramref name="earlier"/> to this stamp [ns precision, 100 ns resolution].</summary>
    public TimeSpan Since(Stamp earlier) =>
        TimeSpan.FromTicks((Nanoseconds - earlier.Nanoseconds) / NanosecondsPerTick);

    /// <inheritdoc/>
    public int CompareTo(Stamp other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Reads RFC 3339 with up to nine decimals, without losing one; a text without offset is UTC.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stamp">Receives the instant.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryParse(string text, out Stamp stamp)
    {
        ArgumentNullException.ThrowIfNull(text);
        stamp = default;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? 0 : text.AsSpan(point + 1).IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? text.Length - point - 1 : digits;
        var whole = point < 0 ? text : text.Remove(point, digits + 1);
        if (digits > 9 || (point >= 0 && digits == 0) || !DateTimeOffset.TryParse(
            whole, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            return false;
        }

        var fraction = digits == 0
            ? 0
            : long.Parse(text.AsSpan(point + 1, digits), NumberStyles.None, CultureInfo.InvariantCulture)
                * (long)Math.Pow(10, 9 - digits);
        stamp = new Stamp(From(instant).Nanoseconds + fraction);
        return true;
    }

    /// <summary>RFC 3339 in UTC with nine decimals, as <c>2026-03-01T12:00:00.000000001Z</c>.</summary>
    public override string ToString()
    {
        var seconds = Math.DivRem(Nanoseconds, NanosecondsPerSecond, out var fraction);
        if (fraction < 0)
        {
            seconds--;
            fraction += NanosecondsPerSecond;
        }

        var whole = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return string.Create(CultureInfo.InvariantCulture, $"{whole:yyyy-MM-ddTHH:mm:ss}.{fraction:D9}Z");
    }

    /// <summary>Whether one stamp is earlier than another.</summary>
    public static bool operator <(Stamp left, Stamp right) => left.Nanoseconds < right.Nanoseconds;

    /// <summary>Whether one stamp is later than another.</summary>
    public static bool operator >(Stamp left, Stamp right) => left.Nanoseconds > right.Nanoseconds;

    /// <summary>Whether one stamp is not later than another.</summary>
    public static bool operator <=(Stamp left, Stamp right) => left.Nanoseconds <= right.Nanoseconds;

    /// <summary>Whether one stamp is not earlier than another.</summary>
    public static bool operator >=(Stamp left, Stamp right) => left.Nanoseconds >= right.Nanoseconds;
}
