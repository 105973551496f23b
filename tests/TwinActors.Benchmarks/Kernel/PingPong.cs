using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>Pairs of actors that throw one message to and fro.</summary>
internal sealed class PingPong(int pairs, int hops)
{
    private int _left;
    private TaskCompletionSource _done = new();

    /// <summary>Messages of one run.</summary>
    public long Messages => (long)pairs * hops;

    public async Task<Cost> OfActorsAsync()
    {
        await using var system = new ActorSystem();
        var actors = Enumerable.Range(0, 2 * pairs)
            .Select(_ => system.ActorOf(() => new DelegateActor<Hop>((self, hop) =>
            {
                if (IsOver(hop))
                {
                    return;
                }

                ((ActorRef<Hop>)hop.From!).Tell(new Hop(hop.Number - 1, hop.Value, self));
            })))
            .ToArray();
        return await Cost.OfAsync(Messages, () => RunAsync(pair => actors[2 * pair].Tell(
            new Hop(hops - 1, 0, actors[(2 * pair) + 1]))));
    }

    public async Task<Cost> OfChannelsAsync()
    {
        var loops = Enumerable.Range(0, 2 * pairs)
            .Select(_ => new ChannelLoop<Hop>((self, hop) =>
            {
                if (IsOver(hop))
                {
                    return;
                }

                ((ChannelLoop<Hop>)hop.From!).Tell(new Hop(hop.Number - 1, hop.Value, self));
            }))
            .ToArray();
        var cost = await Cost.OfAsync(Messages, () => RunAsync(pair => loops[2 * pair].Tell(
            new Hop(hops - 1, 0, loops[(2 * pair) + 1]))));
        Array.ForEach(loops, loop => loop.Stop());
        return cost;
    }

    private Task RunAsync(Action<int> begin)
    {
        _left = pairs;
        _done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var pair = 0; pair < pairs; pair++)
        {
            begin(pair);
        }

        return _done.Task;
    }

    private bool IsOver(Hop hop)
    {
        if (hop.Number > 0)
        {
            return false;
        }

        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.SetResult();
        }

        return true;
    }
}
