using TwinActors.Testing;

namespace TwinActors.Benchmarks.Journal;

/// <summary>The journal on each store, beside what the disk and the store give without our code.</summary>
internal static class JournalArea
{
    private const int Writers = 1_000;
    private const int Fleet = 50_000;

    public static async Task RunAsync(BenchmarkRun run)
    {
        var folder = Directory.CreateTempSubdirectory("twin-journal-").FullName;
        try
        {
            var (perSecond, p50) = DiskSync.Measure(folder, TimeSpan.FromSeconds(run.IsQuick ? 1 : 3));
            run.Add("journal", "disk: 4 KiB written and synced", "1/s", perSecond);
            run.Add("journal", "disk: 4 KiB written and synced, p50", "ms", p50);
            await using (var sqlite = new SqliteStore(folder))
            {
                await MeasureAsync(run, sqlite, p50);
            }

            await MeasurePostgresAsync(run, p50);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasurePostgresAsync(BenchmarkRun run, double syncP50)
    {
        if (!PostgresCluster.IsInstalled)
        {
            BenchmarkRun.Say($"postgres: {PostgresCluster.Missing}");
            return;
        }

        await using var postgres = await PostgresStore.StartAsync();
        await MeasureAsync(run, postgres, syncP50);
    }

    private static async Task MeasureAsync(BenchmarkRun run, MeasuredStore store, double syncP50)
    {
        var warmUp = TimeSpan.FromSeconds(run.IsQuick ? 1 : 3);
        var time = TimeSpan.FromSeconds(run.Seconds ?? (run.IsQuick ? 3 : 10));
        var rawTime = time / 4;

        var load = await WriterLoad.RunAsync(store, Writers, warmUp, time);
        await MeasureReplayAsync(run, store, time / 2);
        await store.ClearAsync();
        // Before and after, because the machine has other things to do as well.
        var serverCpu = store.ServerCpuSeconds;
        var raw = await store.RawRateAsync((int)load.EventsPerCommit, rawTime);
        serverCpu = (store.ServerCpuSeconds - serverCpu) * 1e6 / (raw * rawTime.TotalSeconds);
        await store.ClearAsync();
        var actors = await ActorLoad.RunAsync(store, Writers, warmUp, time);
        await store.ClearAsync();
        raw = (raw + await store.RawRateAsync((int)load.EventsPerCommit, rawTime)) / 2;
        await store.ClearAsync();
        var single = await WriterLoad.RunAsync(store, 1, warmUp / 2, time / 4);
        await store.ClearAsync();

        var (name, of) = (store.Name, $"{Writers:N0} writers, 100 B");
        run.Add("journal", $"{name}: {of}", "events/s", load.EventsPerSecond, atLeast: 100_000,
            peer: ("the store alone", raw), ratioAtLeast: 0.7);
        if (serverCpu > 0)
        {
            run.Add("journal", $"{name}: the store alone: processor time of the server", "µs/event", serverCpu);
        }

        run.Add("journal", $"{name}: {of}: answer p50", "ms", load.P50);
        run.Add("journal", $"{name}: {of}: answer p99", "ms", load.P99, atMost: 100);
        run.Add("journal", $"{name}: {of}: events of a commit", "events", load.EventsPerCommit);
        AddCpu(run, $"{name}: {of}", load);
        run.Add("journal", $"{name}: {Writers:N0} event-sourced actors", "events/s", actors.EventsPerSecond,
            atLeast: store.ActorsPerSecond);
        run.Add("journal", $"{name}: {Writers:N0} event-sourced actors: answer p99", "ms", actors.P99);
        AddCpu(run, $"{name}: {Writers:N0} event-sourced actors", actors);
        run.Add("journal", $"{name}: one writer: answer p50", "ms", single.P50, peer: ("the disk", syncP50),
            ratioAtMost: 1.5);
        AddCpu(run, $"{name}: one writer", single);
        if (store.Packs)
        {
            await MeasurePackedAsync(run, store, warmUp, time);
        }

        await MeasureRecoveryAsync(run, store);
    }

    private static async Task MeasurePackedAsync(BenchmarkRun run, MeasuredStore store, TimeSpan warmUp, TimeSpan time)
    {
        var name = $"{store.Name}: {Writers:N0} packed writers, 100 B, no command ids";
        var load = await WriterLoad.RunAsync(store, Writers, warmUp, time, packed: true);
        run.Add("journal", name, "events/s", load.EventsPerSecond, atLeast: 100_000);
        run.Add("journal", $"{name}: answer p99", "ms", load.P99, atMost: 100);
        AddCpu(run, name, load);
        await using (var journal = store.Open(Persistence.Journal.JournalOptions.For("bench", TimeProvider.System)))
        {
            run.Add("journal", $"{store.Name}: packed, replay by page, one reader", "events/s",
                await ReplayLoad.PagesAsync(journal, time / 2), atLeast: 500_000);
        }

        await store.ClearAsync();
    }

    private static async Task MeasureRecoveryAsync(BenchmarkRun run, MeasuredStore store)
    {
        await RecoveryLoad.WriteAsync(store, Fleet);
        var figures = await RecoveryLoad.RunAsync(store, Fleet);
        await store.ClearAsync();
        var name = $"{store.Name}: {Fleet:N0} twins recover after a restart";
        run.Add("journal", name, "s", figures.Time.TotalSeconds, atMost: 60);
        run.Add("journal", $"{name}: processor time", "µs/twin", figures.Cpu.TotalMicroseconds / Fleet);
        if (figures.ServerCpu > TimeSpan.Zero)
        {
            run.Add(
                "journal", $"{name}: processor time of the server", "µs/twin",
                figures.ServerCpu.TotalMicroseconds / Fleet);
        }

        run.Add("journal", $"{name}: memory", "B/twin", figures.BytesPerEntity);
    }

    private static async Task MeasureReplayAsync(BenchmarkRun run, MeasuredStore store, TimeSpan time)
    {
        await using var journal = store.Open(Persistence.Journal.JournalOptions.For("bench", TimeProvider.System));
        run.Add("journal", $"{store.Name}: replay by stream, one reader", "events/s",
            await ReplayLoad.StreamsAsync(journal, Writers, time), atLeast: 150_000);
        run.Add("journal", $"{store.Name}: replay by page, one reader", "events/s",
            await ReplayLoad.PagesAsync(journal, time), atLeast: 150_000);
    }

    private static void AddCpu(BenchmarkRun run, string name, LoadFigures figures)
    {
        run.Add("journal", $"{name}: processor time", "µs/event", figures.CpuPerEvent);
        if (figures.ServerCpuPerEvent > 0)
        {
            run.Add("journal", $"{name}: processor time of the server", "µs/event", figures.ServerCpuPerEvent);
        }
    }
}
