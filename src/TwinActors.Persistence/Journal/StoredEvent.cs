using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>An event as the journal holds it.</summary>
public sealed record StoredEvent
{
    /// <summary>Entity whose stream the event belongs to; type and key in lower case.</summary>
    public required EntityKey Entity { get; init; }

    /// <summary>Number of the event in the entity's stream, from 1 without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>Shard of the entity.</summary>
    public required ShardId Shard { get; init; }

    /// <summary>Number of the event in its shard, from 1 without a gap.</summary>
    public required long ShardSequence { get; init; }

    /// <summary>Epoch of the shard under which the event was written; never decreases along the shard.</summary>
    public required long Epoch { get; init; }

    /// <summary>Index of the event in the append that wrote it, from 0.</summary>
    public required int Part { get; init; }

    /// <summary>Stable name and version.</summary>
    public required EventName Name { get; init; }

    /// <summary>Command that caused the event; absent when nobody asked for it.</summary>
    public required Guid? Command { get; init; }

    /// <summary>Hash of what that command asked; absent when it was not given.</summary>
    public required long? CommandHash { get; init; }

    /// <summary>When it was decided [ns since 1970-01-01 UTC], on the writer's clock.</summary>
    public required long AtNs { get; init; }

    /// <summary>UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Place of the event in the whole journal.</summary>
    public JournalPosition Position => new(Shard.Value, ShardSequence);
}
