using System.Collections.Immutable;

namespace TwinActors.Kernel.EventSourcing;

/// <summary>
/// The pure half of an event-sourced actor: a state and three functions; no clock, no waiting, no I/O.
/// </summary>
/// <param name="Initial">The state before any event.</param>
/// <param name="Decide">What happens when this is asked in this state: events, nothing, or a rejection.</param>
/// <param name="Evolve">The state after this event. Total: it never refuses an event that was journaled.</param>
/// <param name="React">
/// What the world must be told once this event is durable, given the state after it. Not run in recovery.
/// </param>
public sealed record Behavior<TCommand, TEvent, TState, TEffect>(
    TState Initial,
    Func<TState, TCommand, Decision<TEvent>> Decide,
    Func<TState, TEvent, TState> Evolve,
    Func<TState, TEvent, ImmutableArray<TEffect>> React);

/// <summary>What was decided about a command: the events that happen, all or none, or why it is refused.</summary>
public readonly record struct Decision<TEvent>
{
    private readonly ImmutableArray<TEvent> _events;

    /// <summary>These events happen; none: nothing changes, which is no refusal.</summary>
    /// <param name="events">The events, in their order.</param>
    public Decision(ImmutableArray<TEvent> events) => _events = events;

    internal Decision(object rejection) => Rejection = rejection;

    /// <summary>The events; empty when the command was refused or changes nothing.</summary>
    public ImmutableArray<TEvent> Events => _events.IsDefault ? [] : _events;

    /// <summary>Why the command is refused, in the domain's own type; null when it is not.</summary>
    public object? Rejection { get; }

    /// <summary>These events happen.</summary>
    /// <param name="events">The events, in their order.</param>
    public static implicit operator Decision<TEvent>(ImmutableArray<TEvent> events) => new(events);
}

/// <summary>Makes decisions.</summary>
public static class Decision
{
    /// <summary>These events happen; none: nothing changes.</summary>
    /// <param name="events">The events, in their order.</param>
    public static Decision<TEvent> Accept<TEvent>(params ImmutableArray<TEvent> events) => new(events);

    /// <summary>The command is refused: its sender gets the reason and nothing is written.</summary>
    /// <param name="rejection">The reason, in the domain's own type.</param>
    public static Decision<TEvent> Reject<TEvent>(object rejection)
    {
        ArgumentNullException.ThrowIfNull(rejection);
        return new Decision<TEvent>(rejection);
    }
}

/// <summary>What became of a command, for its sender.</summary>
public abstract record CommandOutcome
{
    private CommandOutcome()
    {
    }

    /// <summary>Decided, durable and applied.</summary>
    /// <param name="Sequence">Number of events of the entity after it.</param>
    /// <param name="Position">Place of its last event in the journal; null when it changed nothing.</param>
    public sealed record Accepted(long Sequence, JournalPosition? Position) : CommandOutcome;

    /// <summary>Refused by the decision; nothing was written.</summary>
    /// <param name="Rejection">Why, in the domain's own type.</param>
    public sealed record Rejected(object Rejection) : CommandOutcome;

    /// <summary>
    /// Decided, but the journal did not take it (too large, not serializable): nothing was written or changed.
    /// </summary>
    /// <param name="Reason">What the journal said.</param>
    public sealed record NotStored(string Reason) : CommandOutcome;

    /// <summary>
    /// The command's id is that of an earlier, other command; nothing was decided. Send it with an id of its own.
    /// </summary>
    /// <param name="CommandId">The id.</param>
    /// <param name="Sequence">Number of the last event of that earlier command.</param>
    public sealed record IdTaken(Guid CommandId, long Sequence) : CommandOutcome;

    /// <summary>It may have been written or not. Ask again with the same command id.</summary>
    /// <param name="Reason">What went wrong.</param>
    public sealed record Unknown(string Reason) : CommandOutcome;
}
