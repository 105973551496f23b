using TwinActors.Robotics.Links;

namespace TwinActors.Twins.Links;

/// <summary>How far a value may be trusted.</summary>
public enum Quality
{
    /// <summary>Never received.</summary>
    Missing,

    /// <summary>Received, but too old for its stream.</summary>
    Stale,

    /// <summary>Received and fresh.</summary>
    Measured,

    /// <summary>Computed for now from past samples.</summary>
    Extrapolated,
}

/// <summary>When a stream's newest sample stops being fresh.</summary>
public static class Freshness
{
    // Three periods: one late sample is jitter, three are a gap. A floor, because a scheduler may hold a process up for
    // tens of milliseconds, which at 200 Hz is already several periods.
    private const double Periods = 3;
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(250);

    /// <summary>Age from which a sample of a stream is stale.</summary>
    /// <param name="expectedHz">Expected rate [Hz], or <see langword="null"/> when none is expected.</param>
    /// <param name="otherwise">Age used without an expected rate.</param>
    public static TimeSpan Limit(double? expectedHz, TimeSpan otherwise)
    {
        if (expectedHz is not > 0)
        {
            return otherwise;
        }

        var periods = TimeSpan.FromSeconds(Periods / expectedHz.Value);
        return periods > Floor ? periods : Floor;
    }

    /// <summary>Age from which the newest kept sample of a stream is stale.</summary>
    /// <param name="stream">The stream; a rate cap makes its samples rarer than they come.</param>
    /// <param name="otherwise">Age used without an expected rate.</param>
    public static TimeSpan Limit(StreamOptions stream, TimeSpan otherwise)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var expected = Limit(stream.ExpectedHz, otherwise);
        var kept = Limit(stream.MaximumHz, TimeSpan.Zero);
        return kept > expected ? kept : expected;
    }

    /// <summary>Quality of a sample of the given age.</summary>
    /// <param name="age">Age of the newest sample; <see langword="null"/> when none came.</param>
    /// <param name="limit">Age from which it is stale.</param>
    /// <remarks>An age far below 0 tells of a clock that was set back: how old the sample is nobody knows.</remarks>
    public static Quality Judge(TimeSpan? age, TimeSpan limit) => age switch
    {
        null => Quality.Missing,
        { } known => known < limit && known > -limit ? Quality.Measured : Quality.Stale,
    };
}
