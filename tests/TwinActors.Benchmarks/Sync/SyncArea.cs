using System.Collections.Immutable;
using TwinActors.Benchmarks.Kernel;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Benchmarks.Sync;

/// <summary>What it costs to keep virtual robots in step.</summary>
internal static class SyncArea
{
    private const int Robots = 1000;
    private const int Joints = 28;
    private const long PeriodNs = 10_000_000;
    private const long DelayNs = 25_000_000;

    public static async Task RunAsync(BenchmarkRun run)
    {
        BenchmarkRun.Say(
            $"sync: {Robots} robots of {Joints} joints, one tick each in turn, every tick with a sample of "
            + $"{DelayNs / 1_000_000} ms ago; generated motion, one thread.");
        ImmutableArray<JointProfile> joints =
            [.. Enumerable.Range(0, Joints).Select(i => JointProfile.Unknown($"joint{i}"))];
        var fleet = Enumerable.Range(0, Robots).Select(_ => new Synchronizer(joints, new SyncOptions())).ToArray();
        var (positions, velocities) = (new double[Joints], new double[Joints]);
        var tick = DelayNs / PeriodNs + 1;
        var rounds = run.IsQuick ? 20 : 200;
        var cost = await Cost.OfAsync((long)rounds * Robots, () =>
        {
            for (var round = 0; round < rounds; round++, tick++)
            {
                var stamp = (tick * PeriodNs) - DelayNs;
                Array.Fill(positions, Math.Sin(stamp * 1e-9));
                Array.Fill(velocities, Math.Cos(stamp * 1e-9));
                foreach (var synchronizer in fleet)
                {
                    synchronizer.Tick(tick * PeriodNs, new JointSample(stamp, positions, velocities));
                }
            }

            return Task.CompletedTask;
        });
        run.Add("sync", "synchronizer tick without dynamics", "µs", cost.Nanoseconds / 1000, atMost: 1);
        run.Add("sync", "allocated per tick", "bytes", cost.Bytes, atMost: 1);
        PerfectTwin(run);
        await PaceAsync(run);
        await FleetAsync(run);
    }

    // A robot that does just what its model does, seen late.
    private static void PerfectTwin(BenchmarkRun run)
    {
        foreach (var (speed, delayNs) in (ReadOnlySpan<(double, long)>)[(1, 50_000_000), (3, 20_000_000)])
        {
            var synchronizer = new Synchronizer([JointProfile.Unknown("joint")], new SyncOptions());
            var (largest, legacy) = (0.0, 0.0);
            for (var now = 10 * PeriodNs; now < 1_000 * PeriodNs; now += PeriodNs)
            {
                var stamp = now - delayNs;
                var result = synchronizer.Tick(now, new JointSample(stamp, [speed * stamp * 1e-9], [speed]));
                largest = Math.Max(largest, double.IsNaN(result.PositionError) ? 0 : result.PositionError);
                legacy = result.LegacyRms;
            }

            run.Add(
                "sync", $"largest error of a perfect twin, {speed} rad/s, {delayNs / 1_000_000} ms late", "rad",
                largest, atMost: 0.002, peer: ("compared now with then", legacy));
        }
    }

    private static async Task PaceAsync(BenchmarkRun run)
    {
        BenchmarkRun.Say("sync: ten robots, the worst counts; figures of an idle machine are meant.");
        foreach (var hz in (double[])[100, 120, 200])
        {
            var figures = await TickedFleet.MeasureAsync(10, hz, isTicked: true, run.Seconds ?? (run.IsQuick ? 3 : 10));
            run.Add("sync", $"achieved of {hz} Hz", "%", 100 * figures.Achieved, atLeast: 99.5);
            run.Add("sync", $"jitter at {hz} Hz, p99", "ms", figures.JitterP99Ms, atMost: 1);
        }
    }

    private static async Task FleetAsync(BenchmarkRun run)
    {
        var seconds = run.Seconds ?? (run.IsQuick ? 3 : 10);
        var written = await TickedFleet.MeasureAsync(Robots, 100, isTicked: false, seconds);
        var ticked = await TickedFleet.MeasureAsync(Robots, 100, isTicked: true, seconds);
        run.Add(
            "sync", $"{Robots} robots × 28 joints × 100 Hz: achieved", "%", 100 * ticked.Achieved, atLeast: 99.5);
        run.Add(
            "sync", "  processor time per robot and tick, whole process", "µs", ticked.MicrosecondsPerTick, atMost: 9,
            peer: ("samples only written", written.MicrosecondsPerTick));
        run.Add("sync", "  jitter, p99 of the worst robot", "ms", ticked.JitterP99Ms, atMost: 1);
    }
}
