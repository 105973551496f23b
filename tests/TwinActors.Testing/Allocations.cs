namespace TwinActors.Testing;

/// <summary>Measures what code allocates.</summary>
public static class Allocations
{
    /// <summary>Bytes that an action allocates on this thread: the least of three runs behind a first one, as the
    /// runtime allocates too while it prepares and improves code.</summary>
    /// <param name="action">The action; what it allocates each time shows in every run.</param>
    public static long Of(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        action();
        var least = long.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
