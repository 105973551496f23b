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
    }
}
