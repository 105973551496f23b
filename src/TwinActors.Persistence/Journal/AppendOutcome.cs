using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>What became of an append, when that is known.</summary>
/// <remarks>Unknown is not an outcome but an exception: <see cref="JournalOutcomeUnknownException"/>.</remarks>
public abstract record AppendOutcome
{
    private AppendOutcome()
    {
    }

    /// <summary>The events are durable.</summary>
    /// <param name="Epoch">Epoch under which the caller may go on.</param>
    /// <param name="FirstSequence">Sequence of the first event in the entity's stream.</param>
    /// <param name="LastSequence">Sequence of the last event in the entity's stream.</param>
    /// <param name="Position">Place of the last event; the others of the append lie right before it.</param>
    /// <param name="AlreadyStored">
    /// The command was appended before: this is the first result, nothing was written now.
    /// </param>
    public sealed record Appended(
        long Epoch, long FirstSequence, long LastSequence, JournalPosition Position, bool AlreadyStored)
        : AppendOutcome;

    /// <summary>
    /// Nothing was written: the stream has other events than the caller has applied. Recover the entity.
    /// </summary>
    /// <param name="LastSequence">Number of events in the stream.</param>
    public sealed record Conflict(long LastSequence) : AppendOutcome;

    /// <summary>
    /// Nothing was written: the shard is owned under another epoch. Drop the state; recover before going on.
    /// </summary>
    /// <param name="Shard">The shard.</param>
    /// <param name="CurrentEpoch">Epoch now in force.</param>
    /// <param name="IsOwner">This journal still owns the shard: only the caller's epoch is old.</param>
    public sealed record Fenced(ShardId Shard, long CurrentEpoch, bool IsOwner) : AppendOutcome;

    /// <summary>Nothing was written, the caller's state is still true and it may go on.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">What was wrong, with numbers and the way out; for people.</param>
    public sealed record Rejected(RejectionReason Reason, string Message) : AppendOutcome;
}

/// <summary>Why an append was turned away with nothing written.</summary>
public enum RejectionReason
{
    /// <summary>
    /// The append breaks a rule of the journal, such as having no events; sending it again is useless.
    /// </summary>
    Invalid,

    /// <summary>More bytes or events than one append may have; sending it again is useless.</summary>
    Oversize,

    /// <summary>The journal's queue is full; send it again later.</summary>
    Overloaded,

    /// <summary>
    /// The store could not take it (disk full, file locked, deadline passed in the queue); send it again later.
    /// </summary>
    Unavailable,
}
