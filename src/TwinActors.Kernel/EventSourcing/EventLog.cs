using System.Collections.Immutable;
using System.Globalization;

namespace TwinActors.Kernel.EventSourcing;

/// <summary>Names one entity and so its stream of events.</summary>
/// <param name="Tenant">Number of the tenant; 0 when there is only one.</param>
/// <param name="Type">Type of the entity, a stable name: <c>robot</c>.</param>
/// <param name="Key">The entity among those of its type and tenant.</param>
public readonly record struct EntityKey(int Tenant, string Type, string Key)
{
    /// <summary><c>robot/arm1</c>, or <c>7:robot/arm1</c> for tenant 7.</summary>
    public override string ToString() => Tenant == 0 ? $"{Type}/{Key}" : $"{Tenant}:{Type}/{Key}";
}

/// <summary>An event's place in the whole journal. To be handed back, never computed with.</summary>
/// <param name="Shard">The shard that holds the event.</param>
/// <param name="Sequence">Number of the event in its shard, from 1.</param>
public readonly record struct JournalPosition(int Shard, long Sequence)
{
    /// <summary>Text that <see cref="TryParse"/> reads: <c>17-4711</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Shard}-{Sequence}");

    /// <summary>Reads the text of a position.</summary>
    /// <param name="text">The text.</param>
    /// <param name="position">The position, when it is one.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out JournalPosition position)
    {
        position = default;
        var dash = text.IndexOf('-');
        if (dash < 0
            || !int.TryParse(text[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
            || !long.TryParse(text[(dash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return false;
        }

        position = new JournalPosition(shard, sequence);
        return true;
    }
}

/// <summary>One event with what the journal knows about it.</summary>
/// <param name="Entity">Whose event it is.</param>
/// <param name="Sequence">Its number in the entity's stream, from 1.</param>
/// <param name="Position">Its place in the journal.</param>
/// <param name="At">When it was decided, on the clock of the node that did, UTC.</param>
/// <param name="CommandId">The command that caused it; null when that had no id.</param>
/// <param name="Epoch">The epoch under which it was written.</param>
/// <param name="Event">The event itself.</param>
public sealed record EventEnvelope<TEvent>(
    EntityKey Entity,
    long Sequence,
    JournalPosition Position,
    DateTimeOffset At,
    Guid? CommandId,
    long Epoch,
    TEvent Event)
{
    /// <summary>Hash of what that command asked; null when it is not known.</summary>
    public long? CommandHash { get; init; }
}

/// <summary>The events of one command, to be written all or none.</summary>
/// <param name="Entity">Whose events they are.</param>
/// <param name="ExpectedSequence">Number of events that the writer has applied; 0 for a new entity.</param>
/// <param name="Events">One or more events, in their order.</param>
/// <param name="At">When they were decided, UTC.</param>
/// <param name="CommandId">The command that caused them; null when it has no id.</param>
/// <param name="Epoch">The epoch under which the writer was activated; null: the one that the log itself holds.</param>
public sealed record EventAppend<TEvent>(
    EntityKey Entity,
    long ExpectedSequence,
    ImmutableArray<TEvent> Events,
    DateTimeOffset At,
    Guid? CommandId,
    long? Epoch)
{
    /// <summary>Hash of what that command asks; null when it is not known.</summary>
    public long? CommandHash { get; init; }
}

/// <summary>What became of an append, when that is known.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>Written and durable.</summary>
    /// <param name="Sequence">Number of events of the entity now.</param>
    /// <param name="Position">
    /// Place of the last event in the journal; the others of the append lie right before it.
    /// </param>
    /// <param name="Epoch">The epoch under which the events were written.</param>
    public sealed record Appended(long Sequence, JournalPosition Position, long Epoch) : AppendResult;

    /// <summary>
    /// Not written: the command's events were, before. A writer that has applied them may go on with its state.
    /// </summary>
    /// <param name="Sequence">Number of the command's last event in the entity's stream.</param>
    /// <param name="Position">Place of that event in the journal.</param>
    public sealed record AppendedBefore(long Sequence, JournalPosition Position) : AppendResult;

    /// <summary>Not written: someone else has written to the entity since the writer last read it.</summary>
    public sealed record Conflict : AppendResult;

    /// <summary>Not written: the writer's epoch is over.</summary>
    public sealed record Fenced : AppendResult;

    /// <summary>Not written, and the same events never will be: too large, not serializable.</summary>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Rejected(string Reason) : AppendResult;
}

/// <summary>The journal as an event-sourced actor sees it: the streams of entities of one family of events.</summary>
/// <remarks>
/// Called from many actors at the same time, by one for each entity. Awaiting continuations should not run on the
/// journal's own writer thread: complete them asynchronously.
/// </remarks>
public interface IEventLog<TEvent>
{
    /// <summary>
    /// Reads the events of an entity in order, up to the end that the stream has when the reading gets there.
    /// </summary>
    /// <param name="entity">The entity; one without events has an empty stream.</param>
    /// <param name="fromSequence">Number of the first event wanted, from 1.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="UnreadableEventException">An event cannot be understood; retrying does not help.</exception>
    IAsyncEnumerable<EventEnvelope<TEvent>> ReadAsync(
        EntityKey entity, long fromSequence, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the events of one command, all or none. Any exception means that the outcome is unknown.
    /// </summary>
    /// <param name="append">The events, and what must hold for them to be written.</param>
    /// <param name="cancellationToken">Ends the wait, not the append: its outcome is then unknown.</param>
    ValueTask<AppendResult> AppendAsync(EventAppend<TEvent> append, CancellationToken cancellationToken);
}

/// <summary>An event in the journal cannot be understood: unknown name or version, or damaged.</summary>
public sealed class UnreadableEventException : Exception
{
    /// <param name="entity">Whose event it is.</param>
    /// <param name="sequence">Its number in the entity's stream.</param>
    /// <param name="problem">What is wrong with it, for people.</param>
    /// <param name="cause">What the decoder threw; null when it was not that.</param>
    public UnreadableEventException(EntityKey entity, long sequence, string problem, Exception? cause = null)
        : base($"Event {sequence} of {entity} cannot be read: {problem}", cause)
    {
        Entity = entity;
        Sequence = sequence;
    }

    /// <summary>Whose event it is.</summary>
    public EntityKey Entity { get; }

    /// <summary>Its number in the entity's stream.</summary>
    public long Sequence { get; }
}

/// <summary>Why an actor lost its journal.</summary>
public enum JournalFailure
{
    /// <summary>An append may have been written or not: it failed or passed its deadline.</summary>
    Unknown,

    /// <summary>Someone else has written to the entity.</summary>
    Conflict,

    /// <summary>The epoch of the writer is over.</summary>
    Fenced,

    /// <summary>The stream could not be read in recovery; nothing was written.</summary>
    Unavailable,
}

/// <summary>
/// An event-sourced actor cannot trust its state any more and must be replaced by an instance that recovers. The
/// append is never retried.
/// </summary>
public sealed class JournalFailedException : Exception
{
    internal JournalFailedException(EntityKey entity, JournalFailure failure, string detail, Exception? cause = null)
        : base($"{entity}: journal {failure switch
        {
            JournalFailure.Unknown => "append has an unknown outcome",
            JournalFailure.Conflict => "append met another writer",
            JournalFailure.Fenced => "append came under an epoch that is over",
            _ => "stream cannot be read",
        }}: {detail}", cause)
    {
        Entity = entity;
        Failure = failure;
    }

    /// <summary>The entity.</summary>
    public EntityKey Entity { get; }

    /// <summary>What happened.</summary>
    public JournalFailure Failure { get; }
}

/// <summary>An entity cannot be rebuilt from its events: one is unreadable, missing, or breaks <c>Evolve</c>.</summary>
public sealed class RecoveryFailedException : Exception
{
    internal RecoveryFailedException(EntityKey entity, long sequence, string problem, Exception? cause = null)
        : base($"{entity} cannot be rebuilt, event {sequence}: {problem}", cause)
    {
        Entity = entity;
        Sequence = sequence;
    }

    /// <summary>The entity.</summary>
    public EntityKey Entity { get; }

    /// <summary>Number of the event that recovery ended at.</summary>
    public long Sequence { get; }
}
