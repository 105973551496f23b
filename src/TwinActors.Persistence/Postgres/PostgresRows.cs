using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>What one append statement writes, column by column as it takes it. Filled again and again.</summary>
internal sealed class PostgresRows
{
    /// <summary>The fence: shards, the epochs and heads they must have, and the heads they get.</summary>
    public List<int> FenceShard { get; } = [];

    public List<long> FenceEpoch { get; } = [];

    public List<long> FenceHead { get; } = [];

    public List<long> FenceNext { get; } = [];

    /// <summary>Shard sequences that runs hold, and those that they are to hold; equal where no run is due.</summary>
    public List<long> FenceIndexed { get; } = [];

    public List<long> FenceDue { get; } = [];

    /// <summary>Entities that have no row yet.</summary>
    public List<int> EntityShard { get; } = [];

    public List<long> EntityId { get; } = [];

    public List<int> EntityTenant { get; } = [];

    public List<string> EntityType { get; } = [];

    public List<string> EntityKey { get; } = [];

    /// <summary>The events.</summary>
    public List<int> Shard { get; } = [];

    public List<long> ShardSequence { get; } = [];

    public List<long> Entity { get; } = [];

    public List<long> Sequence { get; } = [];

    public List<int> Part { get; } = [];

    public List<int> Kind { get; } = [];

    public List<Guid?> Command { get; } = [];

    public List<long?> CommandHash { get; } = [];

    public List<long> At { get; } = [];

    public List<ReadOnlyMemory<byte>> Body { get; } = [];

    /// <summary>Whether the statement is to write runs.</summary>
    public bool HasRuns { get; private set; }

    /// <summary>Whether there is one event, of an entity that has its row.</summary>
    public bool IsOne => Shard.Count == 1 && EntityId.Count == 0;

    public void AddFence(ShardId shard, long epoch, long head, long next, long indexed, long due)
    {
        HasRuns |= due > indexed;
        FenceIndexed.Add(indexed);
        FenceDue.Add(due);
        FenceShard.Add(shard.Value);
        FenceEpoch.Add(epoch);
        FenceHead.Add(head);
        FenceNext.Add(next);
    }

    public void AddEntity(EntityState entity)
    {
        EntityShard.Add(entity.Shard.Value);
        EntityId.Add(entity.Id);
        EntityTenant.Add(entity.Entity.Tenant);
        EntityType.Add(entity.Entity.Type);
        EntityKey.Add(entity.Entity.Key);
    }

    public void AddEvent(PendingAppend append, int part, int kind)
    {
        Shard.Add(append.Shard.Value);
        ShardSequence.Add(append.FirstShardSequence + part);
        Entity.Add(append.Entity!.Id);
        Sequence.Add(append.FirstSequence + part);
        Part.Add(part);
        Kind.Add(kind);
        Command.Add(append.Request.Command);
        CommandHash.Add(append.Request.CommandHash);
        At.Add(append.Request.AtNs);
        Body.Add(append.Request.Events[part].Body);
    }

    public void Clear()
    {
        FenceShard.Clear();
        FenceEpoch.Clear();
        FenceHead.Clear();
        FenceNext.Clear();
        FenceIndexed.Clear();
        FenceDue.Clear();
        HasRuns = false;
        EntityShard.Clear();
        EntityId.Clear();
        EntityTenant.Clear();
        EntityType.Clear();
        EntityKey.Clear();
        Shard.Clear();
        ShardSequence.Clear();
        Entity.Clear();
        Sequence.Clear();
        Part.Clear();
        Kind.Clear();
        Command.Clear();
        CommandHash.Clear();
        At.Clear();
        Body.Clear();
    }
}
