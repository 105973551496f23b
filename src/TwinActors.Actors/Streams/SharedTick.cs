namespace TwinActors.Actors.Streams;

/// <summary>
/// Lets the periodic looks of all robots fall on the same instants, so that they share a wake of the timers.
/// </summary>
internal static class SharedTick
{
    /// <summary>Time until the next instant that is a whole multiple of the interval; above 0, at most the
    /// interval.</summary>
    /// <param name="clock">The twin's clock.</param>
    /// <param name="interval">Time from one look to the next.</param>
    public static TimeSpan Wait(TimeProvider clock, TimeSpan interval) =>
        interval - TimeSpan.FromTicks(clock.GetUtcNow().UtcTicks % interval.Ticks);
}
