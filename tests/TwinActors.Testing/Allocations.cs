namespace TwinActors.Testing;

/// <summary>Measures what code allocates.</summary>
public static class Allocations
{
    // Collections of busy neighbours come at any rate; that each of so many runs meets one does not happen.
    private const int MostRuns = 50;

    /// <summary>Bytes that an action allocates on this thread [B]: the least of up to 50 runs behind a first one, ended
    /// by the first run that allocates nothing.</summary>
    /// <param name="action">The action; what it allocates each time shows in every run.</param>
    /// <remarks>The runtime counts too what it allocates while it prepares and improves code, and, when another thread
    /// causes a collection, what is left of this thread's allocation context.</remarks>
    public static long Of(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        action();
        var least = long.MaxValue;
        for (var run = 0; run < MostRuns && least > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
