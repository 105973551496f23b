namespace TwinActors.Persistence.Journal;

/// <summary>Where an entity's stream ends, and the epoch under which the reader may append to it.</summary>
/// <param name="Shard">Shard of the entity.</param>
/// <param name="Epoch">Epoch of the shard.</param>
/// <param name="Sequence">Number of events in the stream; 0 when the entity is not known.</param>
public readonly record struct StreamHead(ShardId Shard, long Epoch, long Sequence);
