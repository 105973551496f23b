using System.Collections.Immutable;
using System.Diagnostics;
using TwinActors.Actors.Journal;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Robotics;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Benchmarks.Journal;

/// <summary>
/// A fleet whose node has been restarted: every robot twin rebuilds its state from its own stream, without children and
/// links.
/// </summary>
internal static class RecoveryLoad
{
    private const int Concurrent = 64;
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Behavior<RobotTwinCommand, RobotTwinEvent, RobotTwinState, RobotTwinEffect> Rules = new(
        RobotTwin.Initial,
        Decide: static (_, _) => throw new NotSupportedException(),
        RobotTwin.Evolve,
        RobotTwin.React);

    /// <summary>Writes five events for each robot.</summary>
    public static async Task WriteAsync(MeasuredStore store, int robots)
    {
        await using var journal = store.Open(JournalOptions.For("bench", TimeProvider.System));
        await Parallel.ForEachAsync(
            Enumerable.Range(0, robots),
            new ParallelOptions { MaxDegreeOfParallelism = 1_000 },
            (n, stopping) => WriteAsync(journal, n, stopping));
    }

    /// <summary>Brings them all back, as the background of a node does.</summary>
    /// <returns>Time, processor time, and memory that an entity keeps.</returns>
    public static async Task<RecoveryFigures> RunAsync(MeasuredStore store, int robots)
    {
        await using var journal = store.Open(JournalOptions.For("bench", TimeProvider.System));
        var log = new JournalEventLog<RobotTwinEvent>(journal, RobotTwinEvents.Registry);
        var options = new EventSourcingOptions { Permits = new RecoveryPermits(Concurrent), IsBackground = true };
        await using var system = new ActorSystem();
        using var all = new CountdownEvent(robots);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        var (cpu, serverCpu, clock) = (process.TotalProcessorTime, store.ServerCpuSeconds, Stopwatch.StartNew());
        foreach (var key in Enumerable.Range(0, robots).Select(KeyOf))
        {
            system.ActorOf(new Props<string>(() => new BareTwin(key, log, options, all)), key.Key);
        }

        await Task.Run(all.Wait);
        var time = clock.Elapsed;
        process.Refresh();
        return new RecoveryFigures(
            time,
            process.TotalProcessorTime - cpu,
            TimeSpan.FromSeconds(store.ServerCpuSeconds - serverCpu),
            (double)(GC.GetTotalMemory(forceFullCollection: true) - memory) / robots);
    }

    private static EntityKey KeyOf(int robot) => new(0, "robot", $"robot-{robot:D5}");

    private static async ValueTask WriteAsync(IJournal journal, int robot, CancellationToken stopping)
    {
        var entity = KeyOf(robot);
        var head = await journal.ReadHeadAsync(entity, stopping);
        RobotTwinEvent[] events =
        [
            new RobotTwinEvent.Registered(
                RobotId.Parse(entity.Key), Noon, new RobotDescription { Link = "ros2", Tags = ["bench"] }),
            new RobotTwinEvent.FirstData(Noon, "joints", $"/{entity.Key}/joint_states"),
            new RobotTwinEvent.LinkConnected(Noon),
            new RobotTwinEvent.LinkStale(Noon, Noon),
            new RobotTwinEvent.LinkLost(Noon, Noon, "No data came for longer than the limit."),
        ];
        await journal.AppendAsync(
            new AppendRequest
            {
                Entity = entity,
                Epoch = head.Epoch,
                ExpectedSequence = 0,
                Events = [.. events.Select(RobotTwinEvents.Registry.Write)],
                AtNs = 0,
            },
            stopping);
    }

    private sealed class BareTwin(
        EntityKey entity, IEventLog<RobotTwinEvent> log, EventSourcingOptions options, CountdownEvent all)
        : EventSourcedActor<string, RobotTwinCommand, RobotTwinEvent, RobotTwinState, RobotTwinEffect>(
            entity, Rules, log, options)
    {
        protected override ValueTask OnRecoveryCompletedAsync(CancellationToken stopping)
        {
            if (LastSequenceNr != 5)
            {
                throw new InvalidOperationException($"{Entity} has {LastSequenceNr} events.");
            }

            all.Signal();
            return default;
        }

        protected override ValueTask ReceiveAsync(string message, CancellationToken stopping) => default;

        protected override ValueTask PerformAsync(RobotTwinEffect effect, CancellationToken stopping) => default;
    }
}

/// <summary>What the recovery of a fleet took.</summary>
/// <param name="Time">From the first activation to the last recovery.</param>
/// <param name="Cpu">Processor time of this process.</param>
/// <param name="ServerCpu">Processor time of the store outside of it.</param>
/// <param name="BytesPerEntity">Memory kept by each entity, state and actor and what the journal remembers.</param>
internal readonly record struct RecoveryFigures(
    TimeSpan Time, TimeSpan Cpu, TimeSpan ServerCpu, double BytesPerEntity);
