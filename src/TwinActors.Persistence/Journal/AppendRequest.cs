using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>Events of one command for one entity, to be written all or none.</summary>
public sealed record AppendRequest
{
    /// <summary>Entity whose stream grows; its type and key are compared without case.</summary>
    public required EntityKey Entity { get; init; }

    /// <summary>Epoch under which the caller read the stream (<see cref="StreamHead.Epoch"/>).</summary>
    public required long Epoch { get; init; }

    /// <summary>Number of events of the stream that the caller has applied; 0 for a new stream.</summary>
    public required long ExpectedSequence { get; init; }

    /// <summary>The events, in order; at least one.</summary>
    public required IReadOnlyList<NewEvent> Events { get; init; }

    /// <summary>When the events were decided [ns since 1970-01-01 UTC].</summary>
    public required long AtNs { get; init; }

    /// <summary>
    /// Id of the command; sent again, it is answered with the first result and nothing is written. Absent: the append
    /// cannot be recognised when it is sent again.
    /// </summary>
    public Guid? Command { get; init; }

    /// <summary>
    /// Hash of what the command asks, kept with its events: tells a resend from an id that is used twice. Absent: not
    /// known.
    /// </summary>
    public long? CommandHash { get; init; }

    /// <summary>How long the caller waits; absent: <see cref="JournalOptions.Deadline"/>.</summary>
    public TimeSpan? Deadline { get; init; }
}
