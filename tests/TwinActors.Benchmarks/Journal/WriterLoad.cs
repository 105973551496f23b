using System.Collections.Frozen;
using System.Diagnostics;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Benchmarks.Journal;

/// <summary>
/// Closed loop: each writer has its own entity and sends its next command when the last one is durable. Each command
/// has an id, one event of 100 B, and the epoch that fences it.
/// </summary>
internal static class WriterLoad
{
    public const int BodyBytes = 100;
    public static readonly EventName Measured = new("bench.measured", 1);

    private static readonly FrozenSet<string> PackedTypes = ["bench"];

    /// <summary>Entity of a writer.</summary>
    public static EntityKey EntityOf(int writer) => new(0, "bench", $"writer-{writer:D4}");

    /// <summary>Runs the load and measures it.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="writers">Number of writers.</param>
    /// <param name="warmUp">Load before the measured one.</param>
    /// <param name="time">Length of the measured load.</param>
    /// <param name="packed">The writers have a high rate: no command ids, many events to a row.</param>
    public static async Task<LoadFigures> RunAsync(
        MeasuredStore store, int writers, TimeSpan warmUp, TimeSpan time, bool packed = false)
    {
        var commits = 0L;
        await using var journal = store.Open(JournalOptions.For("bench", TimeProvider.System) with
        {
            PackedTypes = packed ? PackedTypes : FrozenSet<string>.Empty,
            CommitStep = commit =>
            {
                commit();
                Interlocked.Increment(ref commits);
            },
        });
        var meter = new LoadMeter(store, () => Interlocked.Read(ref commits));
        var load = Enumerable.Range(0, writers)
            .Select(n => Task.Run(() => WriteAsync(journal, n, meter, packed))).ToArray();
        var figures = await meter.MeasureAsync(warmUp, time);
        await Task.WhenAll(load);
        return figures;
    }

    private static async Task WriteAsync(IJournal journal, int writer, LoadMeter meter, bool packed)
    {
        var random = new Random(writer);
        var body = new byte[BodyBytes];
        random.NextBytes(body);
        NewEvent[] events = [new(Measured, body)];
        var head = await journal.ReadHeadAsync(EntityOf(writer), CancellationToken.None);
        var sequence = head.Sequence;
        while (!meter.IsOver)
        {
            var since = Stopwatch.GetTimestamp();
            var outcome = await journal.AppendAsync(
                new AppendRequest
                {
                    Entity = EntityOf(writer),
                    Epoch = head.Epoch,
                    ExpectedSequence = sequence,
                    Events = events,
                    AtNs = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
                    Command = packed ? null : CommandIds.Next(),
                },
                CancellationToken.None);
            if (outcome is not AppendOutcome.Appended appended)
            {
                throw new InvalidOperationException($"The journal answered {outcome}.");
            }

            meter.Answered(since);
            sequence = appended.LastSequence;
        }
    }
}
