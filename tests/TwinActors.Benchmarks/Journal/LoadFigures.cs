using System.Diagnostics;

namespace TwinActors.Benchmarks.Journal;

/// <summary>What a load brought.</summary>
/// <param name="EventsPerSecond">Durable and answered.</param>
/// <param name="P50">Half of the answers took no longer [ms].</param>
/// <param name="P99">99 of 100 answers took no longer [ms].</param>
/// <param name="EventsPerCommit">Mean size of a commit.</param>
/// <param name="CpuPerEvent">Processor time of this process, with all that makes the load [µs].</param>
/// <param name="ServerCpuPerEvent">Processor time of the store's own processes [µs].</param>
internal sealed record LoadFigures(
    double EventsPerSecond, double P50, double P99, double EventsPerCommit, double CpuPerEvent,
    double ServerCpuPerEvent);

/// <summary>Counts answers of a load once it is warm, and works the figures out.</summary>
internal sealed class LoadMeter(MeasuredStore store, Func<long> commits)
{
    private readonly Latencies _latencies = new();
    private volatile bool _isMeasuring;
    private volatile bool _isOver;

    /// <summary>Whether the load is to end.</summary>
    public bool IsOver => _isOver;

    /// <summary>Notes an answer.</summary>
    /// <param name="since">When the question was put (<see cref="Stopwatch.GetTimestamp"/>).</param>
    public void Answered(long since)
    {
        if (_isMeasuring)
        {
            _latencies.Add(Stopwatch.GetTimestamp() - since);
        }
    }

    /// <summary>Lets the load get warm, measures it, and ends it.</summary>
    public async Task<LoadFigures> MeasureAsync(TimeSpan warmUp, TimeSpan time)
    {
        await Task.Delay(warmUp);
        using var process = Process.GetCurrentProcess();
        var (cpu, server, first) = (process.TotalProcessorTime, store.ServerCpuSeconds, commits());
        var clock = Stopwatch.StartNew();
        _isMeasuring = true;
        await Task.Delay(time);
        _isMeasuring = false;
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        double count = _latencies.Count;
        var figures = new LoadFigures(
            count / seconds,
            _latencies.Quantile(0.5),
            _latencies.Quantile(0.99),
            count / Math.Max(1, commits() - first),
            (process.TotalProcessorTime - cpu).TotalMicroseconds / count,
            (store.ServerCpuSeconds - server) * 1e6 / count);
        _isOver = true;
        return figures;
    }
}
