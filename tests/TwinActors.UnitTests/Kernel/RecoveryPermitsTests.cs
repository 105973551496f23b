using System.Runtime.CompilerServices;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Kernel;

[Trait("Rule", "K-22")]
public sealed class RecoveryPermitsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fifty_thousand_entities_come_back_few_at_a_time_and_none_is_timed_out_in_the_queue()
    {
        const int Entities = 50_000;
        await using var simulation = new ActorSimulation();
        var failures = 0;
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(_ => failures++);
        var log = new SlowLog(answersAtOnce: 64);
        var options = new EventSourcingOptions { Permits = new RecoveryPermits(64), IsBackground = true };

        var counters = Enumerable.Range(0, Entities)
            .Select(n => new Counter(simulation, log, options: options, key: $"c{n}"))
            .ToArray();
        simulation.Run();
        Assert.Equal(64, log.Reading);
        Assert.Equal(Entities - 64, options.Permits.Waiting);
        while (log.Reading > 0)
        {
            // Many times the deadline of a read passes while the last ones wait.
            simulation.Advance(TimeSpan.FromSeconds(1));
            log.Answer();
            simulation.Run();
        }

        Assert.Equal((Entities, 64), (log.Reads, log.MostReading));
        Assert.Equal((0, 0), (failures, options.Permits.Waiting));
        Assert.Equal((3, 1L), counters[^1].Read());
    }

    [Fact]
    public async Task Those_somebody_waits_for_go_first_and_in_their_order()
    {
        var permits = new RecoveryPermits(1);
        var order = new List<string>();
        var first = await permits.EnterAsync(Counter.KeyOf("first"), isBackground: true, stayInThread: true, Stop);

        Task[] waiting =
        [
            EnterAsync("fleet 1", isBackground: true),
            EnterAsync("fleet 2", isBackground: true),
            EnterAsync("asked 1", isBackground: false),
            EnterAsync("asked 2", isBackground: false),
            EnterAsync("fleet 3", isBackground: true),
        ];
        permits.Hurry(Counter.KeyOf("fleet 2"));
        permits.Hurry(Counter.KeyOf("asked 1"));
        permits.Hurry(Counter.KeyOf("nobody"));
        first.Dispose();
        first.Dispose();

        await Task.WhenAll(waiting);
        Assert.Equal(["asked 1", "asked 2", "fleet 2", "fleet 1", "fleet 3"], order);

        async Task EnterAsync(string key, bool isBackground)
        {
            using var permit = await permits.EnterAsync(Counter.KeyOf(key), isBackground, stayInThread: true, Stop);
            order.Add(key);
        }
    }

    [Fact]
    public async Task An_entity_that_is_stopped_while_it_waits_leaves_the_queue()
    {
        var permits = new RecoveryPermits(1);
        using var stop = new CancellationTokenSource();
        var first = await permits.EnterAsync(Counter.KeyOf("a"), isBackground: false, stayInThread: true, Stop);
        var stopped = permits.EnterAsync(
            Counter.KeyOf("b"), isBackground: false, stayInThread: true, stop.Token).AsTask();
        var last = permits.EnterAsync(Counter.KeyOf("c"), isBackground: false, stayInThread: true, Stop).AsTask();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await permits.EnterAsync(Counter.KeyOf("d"), isBackground: false, stayInThread: true, stop.Token));
        Assert.Equal(1, permits.Waiting);
        first.Dispose();

        (await last).Dispose();
        Assert.Equal(0, permits.Waiting);
    }

    [Fact]
    public async Task A_recovery_that_fails_gives_its_permit_back_and_its_deadline_starts_with_it()
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var log = new FaultyEventLog<int> { HangingReads = 2 };
        var options = new EventSourcingOptions { Permits = new RecoveryPermits(1) };

        var first = new Counter(simulation, log, options: options, key: "first");
        simulation.Run();
        var second = new Counter(simulation, log, options: options, key: "second");
        var third = new Counter(simulation, log, options: options, key: "third");
        simulation.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(failures);
        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(failures);
        simulation.Advance(TimeSpan.FromSeconds(9));
        Assert.Single(failures);
        simulation.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, failures.Count);
        Assert.All([first, second, third], counter => Assert.Equal((0, 0L), counter.Read()));
    }

    [Fact]
    public async Task No_permit_is_lost_or_given_twice_by_many_threads()
    {
        var permits = new RecoveryPermits(3);
        var (inside, most, entered) = (0, 0, 0);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(
            async () =>
            {
                for (var n = 0; n < 500; n++)
                {
                    var key = Counter.KeyOf($"{thread}.{n}");
                    using var stop = new CancellationTokenSource();
                    var entering = permits.EnterAsync(
                        key, isBackground: n % 2 == 0, stayInThread: false, stop.Token).AsTask();
                    if (n % 7 == 0)
                    {
                        await stop.CancelAsync();
                    }

                    permits.Hurry(key);
                    try
                    {
                        using var permit = await entering;
                        InterlockedMax(ref most, Interlocked.Increment(ref inside));
                        Interlocked.Increment(ref entered);
                        await Task.Yield();
                        Interlocked.Decrement(ref inside);
                    }
                    catch (OperationCanceledException)
                    {
                        // Stopped before its turn.
                    }
                }
            },
            Stop)));

        Assert.InRange(most, 1, 3);
        Assert.True(entered >= 8 * 428, $"{entered} entered");
        Assert.Equal(0, permits.Waiting);
        using var all = await permits.EnterAsync(Counter.KeyOf("last"), isBackground: true, stayInThread: false, Stop);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; value > seen;)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen) is var before && before == seen ? value : before;
        }
    }

    /// <summary>Every entity has one event, 3; a read waits until it is answered.</summary>
    private sealed class SlowLog(int answersAtOnce) : IEventLog<int>
    {
        private readonly List<TaskCompletionSource> _reading = [];

        public int Reads { get; private set; }

        public int Reading => _reading.Count;

        public int MostReading { get; private set; }

        public void Answer()
        {
            var answered = _reading.Take(answersAtOnce).ToArray();
            _reading.RemoveRange(0, answered.Length);
            foreach (var one in answered)
            {
                one.SetResult();
            }
        }

        public async IAsyncEnumerable<EventEnvelope<int>> ReadAsync(
            EntityKey entity, long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Reads++;
            var read = new TaskCompletionSource();
            _reading.Add(read);
            MostReading = Math.Max(MostReading, Reading);
            await read.Task;
            yield return new EventEnvelope<int>(
                entity, 1, new JournalPosition(0, 1), DateTimeOffset.UnixEpoch, CommandId: null, Epoch: 1, Event: 3);
        }

        public ValueTask<AppendResult> AppendAsync(EventAppend<int> append, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
