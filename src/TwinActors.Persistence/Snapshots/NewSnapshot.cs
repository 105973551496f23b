using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Snapshots;

/// <summary>State of an entity after one of its events, to be kept beside them.</summary>
public sealed record NewSnapshot
{
    /// <summary>Entity whose state it is; its type and key are compared without case.</summary>
    public required EntityKey Entity { get; init; }

    /// <summary>Epoch under which the writer holds the entity.</summary>
    public required long Epoch { get; init; }

    /// <summary>Sequence of the last event that the state contains; that event is in the journal.</summary>
    public required long Sequence { get; init; }

    /// <summary>Stable name and version of the kind of state, as events have them.</summary>
    public required EventName Name { get; init; }

    /// <summary>How <see cref="Body"/> is written: a number of <see cref="SnapshotCodec"/>; any other is kept
    /// too.</summary>
    public required int Codec { get; init; }

    /// <summary>When it was taken [ns since 1970-01-01 UTC].</summary>
    public required long AtNs { get; init; }

    /// <summary>The bytes. The caller leaves them unchanged until the call has completed.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }
}
