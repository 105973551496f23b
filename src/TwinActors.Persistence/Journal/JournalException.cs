using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>The journal could not do what was asked; the message says what, where, and the way out.</summary>
public class JournalException : Exception
{
    /// <summary>A failure of the journal.</summary>
    /// <param name="fault">Kind of failure.</param>
    /// <param name="message">What, where, and the way out.</param>
    /// <param name="inner">What the store said; absent when we found it ourselves.</param>
    public JournalException(JournalFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>Kind of failure.</summary>
    public JournalFault Fault { get; }
}

/// <summary>An append was under way when the answer got lost: it may or may not have been written.</summary>
/// <remarks>
/// Stop the entity, never send the events again as new ones: recover it from the journal, whose head tells what was
/// written, or send the same command id again.
/// </remarks>
public sealed class JournalOutcomeUnknownException : JournalException
{
    /// <summary>An append whose outcome is not known.</summary>
    /// <param name="entity">Entity of the append.</param>
    /// <param name="command">Command of the append, when it had one.</param>
    /// <param name="message">What happened.</param>
    /// <param name="inner">What the store said, when it said something.</param>
    public JournalOutcomeUnknownException(EntityKey entity, Guid? command, string message, Exception? inner = null)
        : base(JournalFault.OutcomeUnknown, message, inner)
    {
        Entity = entity;
        Command = command;
    }

    /// <summary>Entity of the append.</summary>
    public EntityKey Entity { get; }

    /// <summary>Command of the append; absent when it had none.</summary>
    public Guid? Command { get; }
}

/// <summary>Kinds of failure of a journal.</summary>
public enum JournalFault
{
    /// <summary>An append may or may not have been written.</summary>
    OutcomeUnknown,

    /// <summary>
    /// The file, its folder or the database cannot be opened or written: a matter of rights, or of the wrong server.
    /// </summary>
    NotWritable,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>Another program holds a lock on the store.</summary>
    Locked,

    /// <summary>The store is damaged.</summary>
    Corrupt,

    /// <summary>The file or database is not a journal of TwinActors.</summary>
    ForeignFile,

    /// <summary>A newer program has changed the journal's schema.</summary>
    NewerSchema,

    /// <summary>The journal was created with another number of shards.</summary>
    OtherShardCount,

    /// <summary>The database server cannot be reached.</summary>
    Unreachable,

    /// <summary>The database server is set up so that it would lose what it has acknowledged.</summary>
    NotDurable,

    /// <summary>Another node owns the shard.</summary>
    Fenced,

    /// <summary>No answer within the deadline.</summary>
    TimedOut,

    /// <summary>The call breaks a rule of the journal; sending it again is useless.</summary>
    Invalid,

    /// <summary>The journal has been closed.</summary>
    Closed,

    /// <summary>Any other failure of the store; see the inner exception.</summary>
    Failed,
}
