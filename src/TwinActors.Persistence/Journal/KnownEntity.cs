using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>An entity that has events.</summary>
/// <param name="Entity">The entity; type and key in lower case.</param>
/// <param name="Shard">Its shard.</param>
/// <param name="LastSequence">Number of events in its stream.</param>
public readonly record struct KnownEntity(EntityKey Entity, ShardId Shard, long LastSequence);
