using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>Many actors that get one message each and then rest.</summary>
internal static class Spawns
{
    /// <summary>Processor time of a start with the first message, and what an actor then holds.</summary>
    public static async Task<(Cost Spawn, double IdleBytes)> OfActorsAsync(int actors)
    {
        var idle = double.PositiveInfinity;
        var system = new ActorSystem();
        var spawn = await Cost.OfAsync(
            actors,
            () =>
            {
                var left = new CountdownEvent(actors);
                var props = Props.Create(() => new CountingActor(left));
                return RunAsync(left, () => system.ActorOf(props).Tell(default));
            },
            async () =>
            {
                await system.DisposeAsync();
                system = new ActorSystem();
            });
        for (var i = 0; i < 3; i++)
        {
            var left = new CountdownEvent(actors);
            var props = Props.Create(() => new CountingActor(left));
            idle = Math.Min(idle, await LiveBytesAsync(actors, left, () => system.ActorOf(props).Tell(default)));
            await system.DisposeAsync();
            system = new ActorSystem();
        }

        await system.DisposeAsync();

        return (spawn, idle);
    }

    /// <summary>The same with channel loops.</summary>
    public static async Task<(Cost Spawn, double IdleBytes)> OfChannelsAsync(int actors)
    {
        var loops = new List<ChannelLoop<Hop>>(actors);
        var spawn = await Cost.OfAsync(
            actors,
            () =>
            {
                var left = new CountdownEvent(actors);
                return RunAsync(left, () => Add(left));
            },
            () =>
            {
                loops.ForEach(loop => loop.Stop());
                loops.Clear();
                return default;
            });
        var counted = new CountdownEvent(actors);
        return (spawn, await LiveBytesAsync(actors, counted, () => Add(counted)));

        void Add(CountdownEvent left)
        {
            var loop = new ChannelLoop<Hop>((_, _) => left.Signal());
            loops.Add(loop);
            loop.Tell(default);
        }
    }

    private static Task RunAsync(CountdownEvent left, Action start) => Task.Run(() =>
    {
        for (var i = left.InitialCount; i > 0; i--)
        {
            start();
        }

        left.Wait();
    });

    private static async Task<double> LiveBytesAsync(int actors, CountdownEvent left, Action start)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await RunAsync(left, start);
        return (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / actors;
    }

    private sealed class CountingActor(CountdownEvent left) : Actor<Hop>
    {
        protected override ValueTask ReceiveAsync(Hop message, CancellationToken stopping)
        {
            left.Signal();
            return default;
        }
    }
}
