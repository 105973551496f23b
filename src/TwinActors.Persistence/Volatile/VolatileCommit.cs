using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Volatile;

/// <summary>Events of one accepted append on their way into the store, all or none.</summary>
internal sealed class VolatileCommit(VolatileStore store, AppendRequest request, ShardId shard)
{
    private readonly long _firstSequence = request.ExpectedSequence + 1;
    private readonly long _firstShardSequence = (store.Events.GetValueOrDefault(shard)?[^1].ShardSequence ?? 0) + 1;
    private readonly long _epoch = store.Epochs[shard];

    /// <summary>Whether the events are in the store.</summary>
    public bool IsWritten { get; private set; }

    /// <summary>Puts the events into the store.</summary>
    public void Write()
    {
        var events = request.Events.Select(Store).ToArray();
        ListOf(store.Events, shard).AddRange(events);
        ListOf(store.Streams, request.Entity).AddRange(events);
        if (request.Command is { } command)
        {
            store.Commands.Add((request.Entity, command), Outcome(_epoch));
        }

        IsWritten = true;
    }

    /// <summary>The outcome once the events are in the store.</summary>
    public AppendOutcome.Appended Outcome(long epoch) => new(
        epoch,
        _firstSequence,
        _firstSequence + request.Events.Count - 1,
        new JournalPosition(shard.Value, _firstShardSequence + request.Events.Count - 1),
        AlreadyStored: false);

    private StoredEvent Store(NewEvent @event, int part) => new()
    {
        Entity = request.Entity,
        Sequence = _firstSequence + part,
        Shard = shard,
        ShardSequence = _firstShardSequence + part,
        Epoch = _epoch,
        Part = part,
        Name = @event.Name,
        Command = request.Command,
        CommandHash = request.CommandHash,
        AtNs = request.AtNs,
        Body = @event.Body.ToArray(),
    };

    private static List<StoredEvent> ListOf<TKey>(Dictionary<TKey, List<StoredEvent>> lists, TKey key)
        where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            list = [];
            lists.Add(key, list);
        }

        return list;
    }
}
