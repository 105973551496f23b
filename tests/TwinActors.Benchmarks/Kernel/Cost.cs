using System.Diagnostics;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>What one operation costs, garbage collection and all threads included.</summary>
/// <param name="Nanoseconds">Processor time, user and system [ns].</param>
/// <param name="Bytes">Allocated memory [bytes].</param>
internal readonly record struct Cost(double Nanoseconds, double Bytes)
{
    private const int Runs = 5;

    /// <summary>The best of some runs: the machine has other work, the runtime improves its code meanwhile.</summary>
    /// <param name="operations">Operations of one run.</param>
    /// <param name="run">One run.</param>
    /// <param name="clear">Follows each run and is not measured.</param>
    public static async Task<Cost> OfAsync(long operations, Func<Task> run, Func<ValueTask>? clear = null)
    {
        clear ??= static () => default;
        await run();
        await clear();
        var best = new Cost(double.PositiveInfinity, double.PositiveInfinity);
        for (var i = 0; i < Runs; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            using var process = Process.GetCurrentProcess();
            var (cpu, bytes) = (process.TotalProcessorTime, GC.GetTotalAllocatedBytes(precise: true));
            await run();
            process.Refresh();
            best = new Cost(
                Math.Min(best.Nanoseconds, (process.TotalProcessorTime - cpu).TotalNanoseconds / operations),
                Math.Min(best.Bytes, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / operations));
            await clear();
        }

        return best;
    }
}
