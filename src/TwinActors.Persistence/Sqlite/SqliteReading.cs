using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Queries of one reader thread on its own connection.</summary>
/// <remarks>Young events are looked up before a transaction begins, as <see cref="YoungEvents"/> demands.</remarks>
internal sealed class SqliteReading(SqliteFile file, YoungEvents youngEvents) : IDisposable
{
    private SqliteConnection? _connection;
    private SqliteEvents? _events;
    private SqliteRuns? _runs;
    private SqlitePacks? _packs;

    private SqliteConnection Connection => _connection ??= file.OpenReader();

    private SqliteEvents Events => _events ??= new SqliteEvents(Connection, Packs, file.Path);

    private SqliteRuns Runs => _runs ??= new SqliteRuns(Connection, Packs);

    private SqlitePacks Packs => _packs ??= new SqlitePacks(Connection);

    /// <summary>Events of one stream behind a sequence.</summary>
    public List<StoredEvent> Stream(EntityKey entity, ShardId shard, long afterSequence, int limit)
    {
        if (Events.NumberOf(entity, shard) is not { } number)
        {
            return [];
        }

        var places = youngEvents.PlacesOf(shard, number);
        using var transaction = Connection.BeginTransaction(deferred: true);
        return At(Runs.Find(shard, number, afterSequence, places), entity, limit);
    }

    /// <summary>Events of one stream behind a shard sequence.</summary>
    public List<StoredEvent> EntityPage(EntityKey entity, ShardId shard, long after, int limit)
    {
        if (Events.NumberOf(entity, shard) is not { } number)
        {
            return [];
        }

        var ofShard = youngEvents.PlacesOf(shard, 0);
        var ofEntity = youngEvents.PlacesOf(shard, number);
        using var transaction = Connection.BeginTransaction(deferred: true);
        if (Runs.First(shard, 0, after, ofShard) is not { } next)
        {
            return [];
        }

        // A checkpoint usually comes from the same stream: then its event tells where to begin.
        var from = after > 0 && Runs.First(shard, 0, after - 1, ofShard) is { } last && last.Sequence == after
            && Events.At(last.Place) is { } row && row.Number == number
            ? row.Sequence
            : 0;
        return At(
            Runs.Find(shard, number, from, ofEntity).SkipWhile(place => place.Place < next.Place), entity, limit);
    }

    /// <summary>
    /// Events of all shards behind a checkpoint, as they were committed; those of a page are merged by time.
    /// </summary>
    public JournalPage Page(Checkpoint after, int limit)
    {
        var (places, lastPlace) = youngEvents.FirstBehind(after);
        using var transaction = Connection.BeginTransaction(deferred: true);
        var from = long.MaxValue;
        foreach (var shard in Events.ShardsWithNews(after))
        {
            var young = places[shard.Value];
            var first = young?.Sequence == after[shard] + 1
                ? young
                : Runs.First(
                    shard, 0, after[shard], new YoungPlaces(young is { } known ? [known] : [], lastPlace));
            from = Math.Min(from, first?.Place ?? from);
        }

        if (from == long.MaxValue)
        {
            return new JournalPage([], after);
        }

        var events = new List<StoredEvent>();
        var seen = new Dictionary<int, long>();
        foreach (var stored in Events.From(from, after, limit))
        {
            events.Add(stored);
            seen[stored.Shard.Value] = stored.ShardSequence;
        }

        return new JournalPage(MergedByTime(events), after.With(seen));
    }

    /// <summary>Entities of one type, by key.</summary>
    public ImmutableArray<KnownEntity> Entities(string type)
    {
        type = type.ToLowerInvariant();
        var (last, lastPlace) = youngEvents.LastOfAll();
        using var transaction = Connection.BeginTransaction(deferred: true);
        Events.AddTail(last, lastPlace);
        return
        [
            .. from known in Events.OfType(type)
               select new KnownEntity(
                   known.Entity,
                   known.Shard,
                   Math.Max(known.Last, last.GetValueOrDefault((known.Shard.Value, known.Number)))),
        ];
    }

    /// <summary>Newest snapshot of an entity at or before a sequence.</summary>
    public StoredSnapshot? Snapshot(EntityKey entity, ShardId shard, long atMost)
    {
        using var command = Connection.CreateCommand();
        command.CommandText = $"""
            select {SqliteSnapshots.Columns}
            from ta_entity e join ta_snapshot s on s.shard = e.shard and s.entity = e.entity
            where e.shard = $shard and e.tenant = $tenant and e.type = $type and e.key = $key and s.eseq <= $atMost
            order by s.eseq desc limit 1
            """;
        command.Parameters.AddWithValue("$shard", shard.Value);
        command.Parameters.AddWithValue("$tenant", entity.Tenant);
        command.Parameters.AddWithValue("$type", entity.Type);
        command.Parameters.AddWithValue("$key", entity.Key);
        command.Parameters.AddWithValue("$atMost", atMost);
        using var row = command.ExecuteReader();
        return row.Read() ? SqliteSnapshots.Read(row, entity, shard, Events.KindOf(row.GetInt32(3))) : null;
    }

    /// <summary>Closes the connection; the next query opens a new one.</summary>
    public void Close()
    {
        _events?.Dispose();
        _runs?.Dispose();
        _packs?.Dispose();
        _connection?.Dispose();
        (_events, _runs, _packs, _connection) = (null, null, null, null);
    }

    public void Dispose() => Close();

    private List<StoredEvent> At(IEnumerable<EventPlace> places, EntityKey entity, int limit)
    {
        var events = new List<StoredEvent>();
        foreach (var place in places)
        {
            // No row: the event was deleted behind a snapshot.
            if (Events.At(place.Place, place.Sequence, entity) is { } stored)
            {
                events.Add(stored);
                if (events.Count == limit)
                {
                    break;
                }
            }
        }

        return events;
    }

    private static ImmutableArray<StoredEvent> MergedByTime(List<StoredEvent> events)
    {
        var isMerged = true;
        for (var index = 1; isMerged && index < events.Count; index++)
        {
            isMerged = events[index - 1].AtNs <= events[index].AtNs;
        }

        if (isMerged)
        {
            return [.. events];
        }

        var merged = ImmutableArray.CreateBuilder<StoredEvent>(events.Count);
        var next = new PriorityQueue<Queue<StoredEvent>, (long At, int Shard)>();
        foreach (var shard in events.GroupBy(static stored => stored.Shard))
        {
            next.Enqueue(new Queue<StoredEvent>(shard), (shard.First().AtNs, shard.Key.Value));
        }

        while (next.TryDequeue(out var shard, out _))
        {
            merged.Add(shard.Dequeue());
            if (shard.TryPeek(out var stored))
            {
                next.Enqueue(shard, (stored.AtNs, stored.Shard.Value));
            }
        }

        return merged.MoveToImmutable();
    }
}
