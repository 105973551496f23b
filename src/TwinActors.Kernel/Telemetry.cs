using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Kernel;

/// <summary>What the kernel tells listeners: spans and figures. Without listeners nothing is recorded.</summary>
public static class KernelTelemetry
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "TwinActors.Kernel";

    /// <summary>
    /// One <c>actor.receive</c> span per message whose sender was in a span itself: the trace crosses the mailbox. In
    /// it, one <c>actor.persist</c> span per append to the event log.
    /// </summary>
    internal static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    internal static readonly Histogram<double> Wait = Meter.CreateHistogram<double>(
        "actor.mailbox.wait", "s", "Time from the sending of a message to the start of its handler.");

    internal static readonly Histogram<double> Handling = Meter.CreateHistogram<double>(
        "actor.handler.duration", "s", "Time that a message's handler took, what it awaited included.");

    internal static readonly Counter<long> Restarts = Meter.CreateCounter<long>(
        "actor.restarts", "{restart}", "Fresh instances after a failure.");

    internal static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "actor.deadletters", "{message}", "Messages that reached nobody.");

    internal static readonly ObservableGauge<long> Depth = Meter.CreateObservableGauge(
        "actor.mailbox.depth", Depths, "{message}", "Messages waiting, by type of actor.");

    private static ImmutableArray<ActorSystem> s_systems = [];

    /// <summary>Whether messages must carry when and in which span they were sent.</summary>
    internal static bool IsOn => Source.HasListeners() || Wait.Enabled || Handling.Enabled;

    internal static KeyValuePair<string, object?> Actor(string? type) => new("actor.type", type);

    // Only inside of a trace, as the spans of messages: a root of its own would tell nobody anything.
    internal static Activity? Persisting(EntityKey entity, int events) => Activity.Current is null
        ? null
        : Source.StartActivity("actor.persist", ActivityKind.Client)?
            .SetTag("entity", entity.ToString()).SetTag("events", events);

    internal static void Add(ActorSystem system) =>
        ImmutableInterlocked.Update(ref s_systems, static (all, one) => all.Add(one), system);

    internal static void Remove(ActorSystem system) =>
        ImmutableInterlocked.Update(ref s_systems, static (all, one) => all.Remove(one), system);

    private static IEnumerable<Measurement<long>> Depths() =>
        from system in s_systems
        from actor in system.Inspect()!.WithAllBelow()
        where actor.Type is not null
        group actor.Mailbox.Total by (system.Name, actor.Type) into same
        select new Measurement<long>(same.Sum(), Actor(same.Key.Type), new("actor.system", same.Key.Name));
}

/// <summary>What is known of the sending of one message.</summary>
/// <param name="Position">Its place among the user messages of the actor.</param>
/// <param name="Sender">The sender's span; default: none.</param>
/// <param name="SentAt">When, as a timestamp of the system's clock.</param>
internal readonly record struct Sending(long Position, ActivityContext Sender, long SentAt);

/// <summary>
/// The sendings of the messages that wait, beside the mailbox: messages stay as small as they are when nobody listens.
/// Whoever adds or takes a message together with its sending holds <see cref="Gate"/>.
/// </summary>
internal sealed class SendingLane
{
    private readonly Queue<Sending> _sendings = [];

    public Lock Gate { get; } = new();

    public bool IsEmpty => _sendings.Count == 0;

    public void Add(Sending sending) => _sendings.Enqueue(sending);

    /// <summary>Takes the sending of the message at a place; null when it was sent while nobody listened.</summary>
    public Sending? Take(long position)
    {
        while (_sendings.TryPeek(out var first) && first.Position <= position)
        {
            _sendings.Dequeue();
            if (first.Position == position)
            {
                return first;
            }
        }

        return null;
    }
}
