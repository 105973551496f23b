using TwinActors.Actors.Streams;
using TwinActors.Kernel;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Actors;

public sealed class SignalPulseTests
{
    [Theory]
    [InlineData(Urgency.Prompt, Urgency.Prompt)]
    [InlineData(Urgency.Relaxed, Urgency.Prompt)]
    [InlineData(Urgency.Relaxed, Urgency.Relaxed)]
    public async Task Every_raised_source_reaches_its_actor_also_after_a_quiet_time(Urgency first, Urgency second)
    {
        await using var system = new ActorSystem();
        using var pulse = new SignalPulse();
        var counts = new int[2];
        var actor = system.ActorOf(() => new Counting(counts));
        Action[] raise = [pulse.For(actor, 0, first), pulse.For(actor, 1, second)];

        for (var round = 1; round <= 3; round++)
        {
            Array.ForEach(raise, one => one());
            var wanted = round;
            await Eventually.TrueAsync(
                () => Volatile.Read(ref counts[0]) >= wanted && Volatile.Read(ref counts[1]) >= wanted,
                $"signals of round {round}");
            await Eventually.TrueAsync(() => pulse.IsParked, "the pulse is parked");
        }
    }

    [Fact]
    public async Task No_signal_is_lost_when_many_threads_raise_while_the_pulse_parks_and_wakes()
    {
        await using var system = new ActorSystem();
        using var pulse = new SignalPulse();
        var news = new long[4];
        var seen = new long[4];
        var actor = system.ActorOf(() => new Following(news, seen));
        var threads = Enumerable.Range(0, news.Length).Select(i => Task.Run(() =>
        {
            var raise = pulse.For(actor, i, i % 2 == 0 ? Urgency.Prompt : Urgency.Relaxed);
            for (var n = 0; n < 20_000; n++)
            {
                Interlocked.Increment(ref news[i]);
                raise();
            }
        }));
        await Task.WhenAll(threads);

        await Eventually.TrueAsync(
            () => Enumerable.Range(0, news.Length).All(i => Volatile.Read(ref seen[i]) == 20_000), "the newest state");
    }

    private sealed class Counting(int[] counts) : Actor<int>
    {
        protected override ValueTask ReceiveAsync(int message, CancellationToken stopping) => default;

        protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
        {
            for (var i = 0; i < counts.Length; i++)
            {
                if ((sources & (1UL << i)) != 0)
                {
                    Interlocked.Increment(ref counts[i]);
                }
            }

            return default;
        }
    }

    private sealed class Following(long[] news, long[] seen) : Actor<int>
    {
        protected override ValueTask ReceiveAsync(int message, CancellationToken stopping) => default;

        protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
        {
            for (var i = 0; i < news.Length; i++)
            {
                if ((sources & (1UL << i)) != 0)
                {
                    Volatile.Write(ref seen[i], Interlocked.Read(ref news[i]));
                }
            }

            return default;
        }
    }
}
