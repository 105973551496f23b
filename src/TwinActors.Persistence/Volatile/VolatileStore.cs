using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Volatile;

/// <summary>
/// What a journal file is to <see cref="Sqlite.SqliteJournal"/>, in memory: the events outlive the journals on it.
/// </summary>
/// <remarks>For tests and simulations: nothing survives the process.</remarks>
public sealed class VolatileStore
{
    /// <summary>Held for each append and each read: the store is as serial as a database row.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Events of all shards, by shard.</summary>
    internal Dictionary<ShardId, List<StoredEvent>> Events { get; } = [];

    /// <summary>Events of all entities, by entity.</summary>
    internal Dictionary<EntityKey, List<StoredEvent>> Streams { get; } = [];

    /// <summary>Snapshots of all entities, the newest of each first.</summary>
    internal Dictionary<EntityKey, List<StoredSnapshot>> Snapshots { get; } = [];

    /// <summary>Last outcome of each command, by entity and command.</summary>
    internal Dictionary<(EntityKey Entity, Guid Command), AppendOutcome.Appended> Commands { get; } = [];

    /// <summary>Epoch of each shard; absent: 0.</summary>
    internal Dictionary<ShardId, long> Epochs { get; } = [];

    /// <summary>Incarnation that owns each shard; absent: nobody.</summary>
    internal Dictionary<ShardId, long> Owners { get; } = [];

    /// <summary>Id of the store.</summary>
    internal Guid ClusterId { get; } = Guid.NewGuid();

    /// <summary>Number of shards; 0 before the first opening.</summary>
    internal int Shards { get; set; }

    /// <summary>Incarnation of the last opening.</summary>
    internal long LastIncarnation { get; set; }
}
