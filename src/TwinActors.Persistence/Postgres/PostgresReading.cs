using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Data;
using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Postgres;

/// <summary>Queries of one read on its connection.</summary>
/// <param name="connection">The connection.</param>
/// <param name="server">The database for messages.</param>
/// <param name="kinds">Names of kinds of events that have been met: they never change.</param>
/// <param name="entities">Keys of entities that have been met: they never change.</param>
internal sealed class PostgresReading(
    NpgsqlConnection connection,
    string server,
    ConcurrentDictionary<int, EventName> kinds,
    ConcurrentDictionary<(int Shard, long Entity), EntityKey> entities)
{
    /// <summary>Entities remembered at most: 100,000 × about 200 B = 20 MB.</summary>
    private const int RememberedEntities = 100_000;

    // Few enough that a shard with little news costs little, enough that most pages need one query.
    private const int SmallestChunk = 8;

    private const string Columns =
        "v.shard, v.sseq, v.epoch, v.entity, v.eseq, v.part, v.kind, v.command, v.command_hash, v.at, v.body";

    /// <summary>Events of one stream behind a sequence.</summary>
    /// <remarks>
    /// Runs from the one with the next event on, as many as have a block of events; behind them the end of the shard
    /// that no run holds yet. The inner queries with limits keep the planner from joining whole tables.
    /// </remarks>
    public async Task<List<StoredEvent>> StreamAsync(
        EntityKey entity, ShardId shard, long afterSequence, int limit, CancellationToken cancellationToken)
    {
        using var command = Command(
            $"""
            with e as (
              select e.shard, e.entity, s.indexed, s.head from ta_entity e join ta_shard s on s.shard = e.shard
              where e.shard = $1 and e.tenant = $2 and e.type = $3 and e.key = $4),
            b as (
              select e.*, coalesce(
                (select r.first from ta_run r where r.shard = e.shard and r.entity = e.entity and r.first <= $5 + 1
                 order by r.first desc limit 1),
                (select r.first from ta_run r where r.shard = e.shard and r.entity = e.entity
                 order by r.first limit 1)) as first
              from e),
            p as (
              select r.shard, unnest(r.places) as sseq from b join ta_run r
              on r.shard = b.shard and r.entity = b.entity
                and r.first between b.first and greatest(b.first - 1, $5) + $6)
            (select {Columns} from p cross join lateral (
               select * from ta_event v where v.shard = p.shard and v.sseq = p.sseq limit 1) v
             where v.eseq > $5 order by v.eseq limit $6)
            union all
            (select {Columns} from e cross join lateral (
               select * from ta_event v where v.shard = e.shard and v.sseq > e.indexed
               order by v.sseq limit e.head - e.indexed) v
             where v.entity = e.entity and v.eseq > $5 order by v.eseq limit $6)
            order by eseq limit $6
            """,
            shard.Value, entity.Tenant, entity.Type, entity.Key, afterSequence, limit);
        var rows = await RowsAsync(command, cancellationToken).ConfigureAwait(false);
        await NameKindsAsync(rows.Select(row => row.Kind), cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.Event(entity, kinds[row.Kind]));
    }

    /// <summary>Number of the last event of a stream up to a shard sequence; 0 when there is none.</summary>
    /// <remarks>A checkpoint usually comes from the same stream: then its event is found by key.</remarks>
    public async Task<long> SequenceAtAsync(
        EntityKey entity, ShardId shard, long shardSequence, CancellationToken cancellationToken)
    {
        using var command = Command(
            """
            select coalesce(
              (select v.eseq from ta_event v where v.shard = e.shard and v.sseq = $5 and v.entity = e.entity),
              (select max(v.eseq) from ta_event v
               where v.shard = e.shard and v.sseq > s.indexed and v.sseq <= $5 and v.entity = e.entity),
              (select r.first - 1 + (select count(*) from unnest(r.places) as p where p <= $5)
               from ta_run r where r.shard = e.shard and r.entity = e.entity and r.places[1] <= $5
               order by r.first desc limit 1),
              0)
            from ta_entity e join ta_shard s on s.shard = e.shard
            where e.shard = $1 and e.tenant = $2 and e.type = $3 and e.key = $4
            """,
            shard.Value, entity.Tenant, entity.Type, entity.Key, shardSequence);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) ?? 0L);
    }

    /// <summary>Events of all shards behind a checkpoint, merged by time; those of one shard stay in order.</summary>
    /// <remarks>
    /// All queries see one state of the journal, so that the page is a consistent cut. Each shard gives a chunk by its
    /// share of the news. When the merge has used one up, the page ends; one that is not half full gets another chunk.
    /// </remarks>
    public async Task<JournalPage> PageAsync(Checkpoint after, int limit, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken)
            .ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            var shards = await ShardsWithNewsAsync(after, cancellationToken).ConfigureAwait(false);
            if (shards.Count == 0)
            {
                return new JournalPage([], after);
            }

            var news = shards.Values.Sum(static shard => shard.Head - shard.Seen);
            var chunks = new Dictionary<int, Queue<EventRow>>();
            var next = new PriorityQueue<int, (long At, int Shard)>();
            var first = await ChunksAsync(
                shards,
                shard => (int)Math.Min(limit, ((shard.Head - shard.Seen) * limit / news) + SmallestChunk),
                cancellationToken).ConfigureAwait(false);
            foreach (var row in first)
            {
                if (!chunks.TryGetValue(row.Shard, out var rows))
                {
                    rows = new Queue<EventRow>();
                    chunks.Add(row.Shard, rows);
                    next.Enqueue(row.Shard, (row.At, row.Shard));
                }

                rows.Enqueue(row);
            }

            var page = new List<EventRow>(limit);
            var seen = new Dictionary<int, long>();
            while (page.Count < limit && next.TryDequeue(out var shard, out _))
            {
                var rows = chunks[shard];
                var row = rows.Dequeue();
                page.Add(row);
                seen[shard] = row.ShardSequence;
                if (rows.Count == 0 && row.ShardSequence < shards[shard].Head && page.Count < limit)
                {
                    if (2 * page.Count > limit)
                    {
                        // What is there is in order; asking for the rest would cost more than the next page does.
                        break;
                    }

                    shards[shard] = (row.ShardSequence, shards[shard].Head);
                    var more = await ChunksAsync(
                        new() { [shard] = shards[shard] }, _ => limit - page.Count, cancellationToken)
                        .ConfigureAwait(false);
                    more.ForEach(rows.Enqueue);
                }

                if (rows.TryPeek(out var following))
                {
                    next.Enqueue(shard, (following.At, shard));
                }
            }

            var events = await EventsAsync(page, cancellationToken).ConfigureAwait(false);
            return new JournalPage([.. events], after.With(seen));
        }
    }

    /// <summary>Entities of one type, by key.</summary>
    public async Task<ImmutableArray<KnownEntity>> EntitiesAsync(string type, CancellationToken cancellationToken)
    {
        var folded = type.ToLowerInvariant();
        using var command = Command(
            """
            select k.tenant, k.key, k.shard, max(k.last) from (
              select e.tenant, e.key, e.shard, (
                select r.last from ta_run r where r.shard = e.shard and r.entity = e.entity
                order by r.first desc limit 1) as last
              from ta_entity e where e.type = $1
              union all
              select e.tenant, e.key, e.shard, t.last from (
                select v.shard, v.entity, max(v.eseq) as last
                from ta_shard s cross join lateral (
                  select * from ta_event v where v.shard = s.shard and v.sseq > s.indexed
                  order by v.sseq limit s.head - s.indexed) v
                where s.head > s.indexed
                group by v.shard, v.entity) t
              cross join lateral (
                select * from ta_entity e where e.shard = t.shard and e.entity = t.entity limit 1) e
              where e.type = $1) k
            group by k.tenant, k.key, k.shard order by k.tenant, k.key
            """,
            folded);
        var listed = ImmutableArray.CreateBuilder<KnownEntity>();
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                listed.Add(new KnownEntity(
                    new EntityKey(row.GetInt32(0), folded, row.GetString(1)),
                    new ShardId(row.GetInt32(2)),
                    row.GetInt64(3)));
            }
        }

        return listed.DrainToImmutable();
    }

    /// <summary>Newest snapshot of an entity at or before a sequence.</summary>
    public async Task<StoredSnapshot?> SnapshotAsync(
        EntityKey entity, ShardId shard, long atMost, CancellationToken cancellationToken)
    {
        using var command = Command(
            $"""
            select {PostgresSnapshots.Columns}, k.name, k.version
            from ta_entity e join ta_snapshot s on s.shard = e.shard and s.entity = e.entity
            join ta_event_kind k on k.kind = s.kind
            where e.shard = $1 and e.tenant = $2 and e.type = $3 and e.key = $4 and s.eseq <= $5
            order by s.eseq desc limit 1
            """,
            shard.Value, entity.Tenant, entity.Type, entity.Key, atMost);
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            return await row.ReadAsync(cancellationToken).ConfigureAwait(false)
                ? PostgresSnapshots.Read(row, entity, shard, new EventName(row.GetString(8), row.GetInt32(9)))
                : null;
        }
    }

    /// <summary>Shards whose head lies behind a checkpoint, with what has been seen and the head.</summary>
    private async Task<Dictionary<int, (long Seen, long Head)>> ShardsWithNewsAsync(
        Checkpoint after, CancellationToken cancellationToken)
    {
        using var command = Command("select shard, head from ta_shard where head > 0");
        var shards = new Dictionary<int, (long Seen, long Head)>();
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var shard = row.GetInt32(0);
                var seen = after[new ShardId(shard)];
                if (row.GetInt64(1) > seen)
                {
                    shards.Add(shard, (seen, row.GetInt64(1)));
                }
            }
        }

        return shards;
    }

    /// <summary>The first events of shards behind what has been seen; those of one shard in order.</summary>
    private async Task<List<EventRow>> ChunksAsync(
        Dictionary<int, (long Seen, long Head)> shards,
        Func<(long Seen, long Head), int> limitOf,
        CancellationToken cancellationToken)
    {
        using var command = Command(
            $"""
            select {Columns} from unnest($1::int[], $2::bigint[], $3::int[]) as u(shard, seen, most)
            cross join lateral (
              select * from ta_event e where e.shard = u.shard and e.sseq > u.seen order by e.sseq limit u.most) v
            """,
            shards.Keys.ToArray(), shards.Values.Select(shard => shard.Seen).ToArray(),
            shards.Values.Select(limitOf).ToArray());
        return await RowsAsync(command, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<StoredEvent>> EventsAsync(List<EventRow> rows, CancellationToken cancellationToken)
    {
        await NameKindsAsync(rows.Select(row => row.Kind), cancellationToken).ConfigureAwait(false);
        await NameEntitiesAsync(rows, cancellationToken).ConfigureAwait(false);
        return rows.ConvertAll(row => row.Event(entities[(row.Shard, row.Entity)], kinds[row.Kind]));
    }

    private async Task NameKindsAsync(IEnumerable<int> used, CancellationToken cancellationToken)
    {
        if (used.All(kinds.ContainsKey))
        {
            return;
        }

        using var command = Command("select kind, name, version from ta_event_kind");
        var name = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (name.ConfigureAwait(false))
        {
            while (await name.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                kinds.TryAdd(name.GetInt32(0), new EventName(name.GetString(1), name.GetInt32(2)));
            }
        }

        foreach (var kind in used.Where(kind => !kinds.ContainsKey(kind)))
        {
            throw new JournalException(
                JournalFault.Corrupt,
                $"Journal {server} has something of kind {kind}, but no name for it. Restore a backup.");
        }
    }

    private async Task NameEntitiesAsync(List<EventRow> rows, CancellationToken cancellationToken)
    {
        if (entities.Count > RememberedEntities)
        {
            entities.Clear();
        }

        var unknown = rows.Select(row => (row.Shard, row.Entity)).Distinct()
            .Where(entity => !entities.ContainsKey(entity)).ToArray();
        if (unknown.Length == 0)
        {
            return;
        }

        using var command = Command(
            """
            select e.shard, e.entity, e.tenant, e.type, e.key
            from unnest($1::int[], $2::bigint[]) as u(shard, entity)
            join ta_entity e on e.shard = u.shard and e.entity = u.entity
            """,
            unknown.Select(entity => entity.Shard).ToArray(), unknown.Select(entity => entity.Entity).ToArray());
        var key = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (key.ConfigureAwait(false))
        {
            while (await key.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                entities[(key.GetInt32(0), key.GetInt64(1))] =
                    new EntityKey(key.GetInt32(2), key.GetString(3), key.GetString(4));
            }
        }
    }

    private static async Task<List<EventRow>> RowsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var rows = new List<EventRow>();
        var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (row.ConfigureAwait(false))
        {
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                rows.Add(EventRow.Of(row));
            }
        }

        return rows;
    }

    private NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>A row of ta_event whose names are looked up when all rows are there.</summary>
    private readonly record struct EventRow(
        int Shard, long ShardSequence, long Epoch, long Entity, long Sequence, int Part, int Kind, Guid? Command,
        long? CommandHash, long At, byte[] Body)
    {
        public static EventRow Of(NpgsqlDataReader row) => new(
            row.GetInt32(0),
            row.GetInt64(1),
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4),
            row.GetInt32(5),
            row.GetInt32(6),
            row.IsDBNull(7) ? null : row.GetGuid(7),
            row.IsDBNull(8) ? null : row.GetInt64(8),
            row.GetInt64(9),
            row.GetFieldValue<byte[]>(10));

        public StoredEvent Event(EntityKey entity, EventName name) => new()
        {
            Entity = entity,
            Shard = new ShardId(Shard),
            ShardSequence = ShardSequence,
            Epoch = Epoch,
            Sequence = Sequence,
            Part = Part,
            Name = name,
            Command = Command,
            CommandHash = CommandHash,
            AtNs = At,
            Body = Body,
        };
    }
}
