using System.Diagnostics;

namespace TwinActors.Benchmarks.Journal;

/// <summary>Counts of waiting times, from any thread; 64 classes per octave, so a quantile is true to 1 %.</summary>
internal sealed class Latencies
{
    private const int ClassesPerOctave = 64;
    private readonly long[] _counts = new long[40 * ClassesPerOctave];
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Adds a waiting time [ticks of <see cref="Stopwatch"/>].</summary>
    public void Add(long ticks)
    {
        var place = (int)(Math.Log2(Math.Max(1, ticks)) * ClassesPerOctave);
        Interlocked.Increment(ref _counts[Math.Min(place, _counts.Length - 1)]);
        Interlocked.Increment(ref _count);
    }

    /// <summary>The time that a share of all did not exceed [ms]; NaN when there are none.</summary>
    public double Quantile(double share)
    {
        var left = (long)Math.Ceiling(share * Count);
        for (var place = 0; place < _counts.Length && left > 0; place++)
        {
            left -= _counts[place];
            if (left <= 0)
            {
                return Math.Pow(2, (place + 0.5) / ClassesPerOctave) * 1e3 / Stopwatch.Frequency;
            }
        }

        return double.NaN;
    }
}
