using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Naming;

namespace TwinActors.Benchmarks.Journal;

/// <summary>
/// Closed loop of real event-sourced actors: each decides, journals as JSON, applies and replies; the reply brings its
/// next command.
/// </summary>
internal static class ActorLoad
{
    // With it the JSON of an event has 100 B.
    private static readonly string Note = new('n', 77);

    private static readonly Behavior<double, MeterEvent, double, double> Rules = new(
        Initial: 0,
        Decide: static (_, value) => Decision.Accept<MeterEvent>(new MeterEvent.Read(value, Note)),
        Evolve: static (total, @event) => total + ((MeterEvent.Read)@event).Value,
        React: static (_, _) => []);

    /// <summary>Runs the load and measures it.</summary>
    public static async Task<LoadFigures> RunAsync(MeasuredStore store, int actors, TimeSpan warmUp, TimeSpan time)
    {
        var commits = 0L;
        await using var journal = store.Open(JournalOptions.For("bench", TimeProvider.System) with
        {
            CommitStep = commit =>
            {
                commit();
                Interlocked.Increment(ref commits);
            },
        });
        var names = new EventRegistryBuilder<MeterEvent>()
            .Add("bench.read", MeterJson.Default.Read)
            .Build();
        var log = new JournalEventLog<MeterEvent>(journal, names);
        var meter = new LoadMeter(store, () => Interlocked.Read(ref commits));
        await using var system = new ActorSystem();
        for (var n = 0; n < actors; n++)
        {
            var entity = new EntityKey(0, "meter", $"meter-{n:D4}");
            var actor = system.ActorOf(new Props<MeterMessage>(() => new MeterActor(entity, log, meter)), entity.Key);
            actor.Tell(new MeterMessage(Stopwatch.GetTimestamp()));
        }

        return await meter.MeasureAsync(warmUp, time);
    }

    private sealed class MeterActor : EventSourcedActor<MeterMessage, double, MeterEvent, double, double>
    {
        private readonly LoadMeter _meter;
        private readonly Action<CommandOutcome> _answered;
        private long _since;

        public MeterActor(EntityKey entity, IEventLog<MeterEvent> log, LoadMeter meter)
            : base(entity, Rules, log)
        {
            _meter = meter;
            _answered = Answered;
        }

        protected override ValueTask ReceiveAsync(MeterMessage message, CancellationToken stopping)
        {
            _since = message.Since;
            return HandleAsync(1.5, _answered, CommandIds.Next(), stopping);
        }

        protected override ValueTask PerformAsync(double effect, CancellationToken stopping) => default;

        private void Answered(CommandOutcome outcome)
        {
            if (outcome is not CommandOutcome.Accepted)
            {
                throw new InvalidOperationException($"{Entity} was told {outcome}.");
            }

            _meter.Answered(_since);
            if (!_meter.IsOver)
            {
                Context.Self.Tell(new MeterMessage(Stopwatch.GetTimestamp()));
            }
        }
    }
}

/// <summary>Asks a meter to note a value.</summary>
/// <param name="Since">When it was asked (<see cref="Stopwatch.GetTimestamp"/>).</param>
internal readonly record struct MeterMessage(long Since);

/// <summary>What has happened to a meter.</summary>
internal abstract record MeterEvent
{
    private MeterEvent()
    {
    }

    /// <summary>A value was read.</summary>
    public sealed record Read(double Value, string Note) : MeterEvent;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MeterEvent.Read))]
internal sealed partial class MeterJson : JsonSerializerContext;
