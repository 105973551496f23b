using System.Diagnostics;
using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>How long a light actor takes to answer while others would take every processor for themselves.</summary>
internal static class Fairness
{
    private const int Flooding = 4;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(5);

    /// <summary>The 99th percentile beside four actors that flood themselves [ms].</summary>
    public static async Task<double> OfFloodedActorAsync(TimeSpan length)
    {
        await using var system = new ActorSystem();
        for (var i = 0; i < Flooding; i++)
        {
            var flood = system.ActorOf(() => new DelegateActor<Hop>(static (self, hop) => self.Tell(hop)));
            for (var message = 0; message < 1000; message++)
            {
                flood.Tell(default);
            }
        }

        return await P99Async(system, length);
    }

    /// <summary>The 99th percentile beside eight pairs that play ping-pong for ever [ms].</summary>
    public static async Task<double> OfActorBesidePairsAsync(TimeSpan length)
    {
        await using var system = new ActorSystem();
        for (var i = 0; i < 2 * Flooding; i++)
        {
            var ping = Player(system);
            ping.Tell(new Hop(0, 0, Player(system)));
        }

        return await P99Async(system, length);

        static ActorRef<Hop> Player(ActorSystem system) => system.ActorOf(() => new DelegateActor<Hop>(
            static (self, hop) => ((ActorRef<Hop>)hop.From!).Tell(hop with { From = self })));
    }

    /// <summary>The longest wait beside four channel loops that flood themselves [ms].</summary>
    /// <remarks>Few answers come at all: a wait that has no end yet counts with its length so far.</remarks>
    public static async Task<double> OfFloodedChannelAsync(TimeSpan length)
    {
        using var over = new CancellationTokenSource();
        var loops = Enumerable.Range(0, Flooding)
            .Select(_ => new ChannelLoop<Hop>((self, hop) =>
            {
                if (!over.IsCancellationRequested)
                {
                    self.Tell(hop);
                }
            }))
            .ToArray();
        Array.ForEach(loops, loop => loop.Tell(default));
        var light = new ChannelLoop<TaskCompletionSource>(static (_, question) => question.SetResult());
        var longest = 0.0;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < length)
        {
            var (question, start) = (new TaskCompletionSource(), clock.Elapsed);
            light.Tell(question);
            while (!question.Task.IsCompleted && clock.Elapsed < length)
            {
                Thread.Sleep(1);
            }

            longest = Math.Max(longest, (clock.Elapsed - start).TotalMilliseconds);
        }

        await over.CancelAsync();
        return longest;
    }

    // From a thread of its own: the pool is what the flood competes for.
    private static Task<double> P99Async(ActorSystem system, TimeSpan length) => Task.Factory.StartNew(
        () =>
        {
            var light = system.ActorOf(() => new DelegateActor<TaskCompletionSource>(
                static (_, question) => question.SetResult()));
            var waits = new List<double>();
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < length)
            {
                var (question, start) = (new TaskCompletionSource(), Stopwatch.GetTimestamp());
                light.Tell(question);
                question.Task.Wait();
                waits.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                Thread.Sleep(Between);
            }

            waits.Sort();
            return waits[waits.Count * 99 / 100];
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);
}
