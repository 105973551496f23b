using System.Diagnostics.Metrics;
using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>The actor kernel: processor time and memory per operation, and who waits for whom.</summary>
internal static class KernelArea
{
    private const string Area = "kernel";
    private const string Peer = "channel loop";

    public static async Task RunAsync(BenchmarkRun run)
    {
        var scale = run.IsQuick ? 1 : 4;
        BenchmarkRun.Say(
            "kernel: struct messages of 24 bytes, best of five runs, processor time of all threads with collections. "
            + "The peer is an asynchronous loop per actor over an unbounded channel.");
        await TellAsync(run, 500_000 * scale);
        await PingPongAsync(run, new PingPong(pairs: 500, hops: 1000 * scale));
        await AskAsync(run, 100_000 * scale);
        await SpawnAsync(run, 25_000 * scale);
        await FairnessAsync(run, TimeSpan.FromSeconds(1.5 * scale));
    }

    private static async Task TellAsync(BenchmarkRun run, int messages)
    {
        var (actor, peer) = (await Flood.OfActorAsync(messages), await Flood.OfChannelAsync(messages));
        run.Add(Area, "tell, one sender", "ns", actor.Nanoseconds, atMost: 70, peer: (Peer, peer.Nanoseconds));
        using (Listen())
        {
            var heard = await Flood.OfActorAsync(messages);
            run.Add(Area, "tell while waits and handlers are measured", "ns", heard.Nanoseconds);
        }

        run.Add(Area, "tell, one sender: allocated", "B", actor.Bytes, atMost: 32, peer: (Peer, peer.Bytes));
    }

    private static MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, all) =>
            {
                if (instrument.Meter.Name == KernelTelemetry.Name)
                {
                    all.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }

    private static async Task PingPongAsync(BenchmarkRun run, PingPong game)
    {
        var (actor, peer) = (await game.OfActorsAsync(), await game.OfChannelsAsync());
        run.Add(Area, "ping-pong of 500 pairs", "ns", actor.Nanoseconds, atMost: 120, peer: (Peer, peer.Nanoseconds));
        run.Add(Area, "ping-pong of 500 pairs: allocated", "B", Math.Round(actor.Bytes, 2), atMost: 0);
    }

    private static async Task AskAsync(BenchmarkRun run, int asks)
    {
        foreach (var (askers, name) in new[] { (1, "ask, one after another"), (64, "ask, 64 in flight") })
        {
            var (actor, p99) = await Asks.OfActorAsync(asks, askers);
            var peer = await Asks.OfChannelAsync(asks, askers);
            run.Add(Area, name, "ns", actor.Nanoseconds, atMost: 1300, peer: (Peer, peer.Nanoseconds));
            run.Add(Area, $"{name}: allocated", "B", actor.Bytes, atMost: 160, peer: (Peer, peer.Bytes));
            run.Add(Area, $"{name}: p99", "µs", p99);
        }
    }

    private static async Task SpawnAsync(BenchmarkRun run, int actors)
    {
        var (actor, peer) = (await Spawns.OfActorsAsync(actors), await Spawns.OfChannelsAsync(actors));
        run.Add(
            Area, "start and first message of an actor", "ns", actor.Spawn.Nanoseconds, atMost: 2000,
            peer: (Peer, peer.Spawn.Nanoseconds));
        run.Add(
            Area, "idle actor: cell, ref, instance, name, place, mailbox", "B", actor.IdleBytes, atMost: 450,
            peer: (Peer, peer.IdleBytes));
    }

    private static async Task FairnessAsync(BenchmarkRun run, TimeSpan length)
    {
        var flooded = await Fairness.OfFloodedActorAsync(length);
        var peer = await Fairness.OfFloodedChannelAsync(length);
        run.Add(
            Area, "light actor beside four that flood: p99", "ms", flooded, atMost: 20,
            peer: ("channel loop, longest", peer));
        run.Add(
            Area, "light actor beside eight pairs: p99", "ms", await Fairness.OfActorBesidePairsAsync(length),
            atMost: 20);
    }
}
