using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Queries of one reader thread on its own connection.</summary>
internal sealed class SqliteReading(SqliteFile file) : IDisposable
{
    private const string Columns =
        "v.shard, v.sseq, v.epoch, v.eseq, v.part, v.kind, v.command, v.command_hash, v.at, v.body";

    private readonly Dictionary<int, EventName> _kinds = [];
    private SqliteConnection? _connection;

    private SqliteConnection Connection => _connection ??= file.OpenReader();

    /// <summary>Events of one stream behind a sequence.</summary>
    public List<StoredEvent> Stream(EntityKey entity, ShardId shard, long afterSequence, int limit) =>
        OfEntity(entity, shard, "v.eseq > $after", afterSequence, limit);

    /// <summary>Events of one stream behind a shard sequence.</summary>
    /// <remarks>
    /// A checkpoint usually comes from the same stream: then its event is found by key and tells where the index scan
    /// starts.
    /// </remarks>
    public List<StoredEvent> EntityPage(EntityKey entity, ShardId shard, long after, int limit) => OfEntity(
        entity,
        shard,
        """
        v.sseq > $after and v.eseq > coalesce(
          (select p.eseq from ta_event p where p.shard = $shard and p.sseq = $after and p.entity = e.entity), 0)
        """,
        after,
        limit);

    /// <summary>Events of all shards behind a checkpoint, merged by time; those of one shard stay in order.</summary>
    /// <remarks>
    /// One open query per shard with news, all inside one transaction, so that the page is a consistent cut.
    /// </remarks>
    public JournalPage Page(Checkpoint after, int limit)
    {
        using var transaction = Connection.BeginTransaction(deferred: true);
        var shards = ShardsWithNews(after);
        var readers = new List<(SqliteCommand Command, SqliteDataReader Rows)>();
        var names = new Dictionary<(int Shard, long Entity), EntityKey>();
        try
        {
            var next = new PriorityQueue<SqliteDataReader, (long At, int Shard, long Sequence)>();
            foreach (var shard in shards)
            {
                var command = Command(
                    $"""
                    select {Columns}, v.entity from ta_event v where v.shard = $shard and v.sseq > $after
                    order by v.sseq limit $limit
                    """,
                    ("$shard", shard.Value), ("$after", after[shard]), ("$limit", limit));
                var rows = command.ExecuteReader();
                readers.Add((command, rows));
                Advance(rows, next);
            }

            var events = ImmutableArray.CreateBuilder<StoredEvent>();
            var seen = new Dictionary<int, long>();
            while (events.Count < limit && next.TryDequeue(out var rows, out _))
            {
                var stored = Event(rows, NameOf(rows.GetInt32(0), rows.GetInt64(10), names));
                events.Add(stored);
                seen[stored.Shard.Value] = stored.ShardSequence;
                Advance(rows, next);
            }

            return new JournalPage(events.DrainToImmutable(), after.With(seen));
        }
        finally
        {
            foreach (var (command, rows) in readers)
            {
                rows.Dispose();
                command.Dispose();
            }
        }
    }

    /// <summary>Entities of one type, by key.</summary>
    public ImmutableArray<KnownEntity> Entities(string type)
    {
        using var command = Command(
            """
            select e.tenant, e.key, e.shard,
              (select max(v.eseq) from ta_event v where v.shard = e.shard and v.entity = e.entity)
            from ta_entity e where e.type = $type order by e.tenant, e.key
            """,
            ("$type", type.ToLowerInvariant()));
        using var row = command.ExecuteReader();
        var entities = ImmutableArray.CreateBuilder<KnownEntity>();
        while (row.Read())
        {
            entities.Add(new KnownEntity(
                new EntityKey(row.GetInt32(0), type.ToLowerInvariant(), row.GetString(1)),
                new ShardId(row.GetInt32(2)),
                row.GetInt64(3)));
        }

        return entities.DrainToImmutable();
    }

    /// <summary>Newest snapshot of an entity at or before a sequence.</summary>
    public StoredSnapshot? Snapshot(EntityKey entity, ShardId shard, long atMost)
    {
        using var command = Command(
            $"""
            select {SqliteSnapshots.Columns}
            from ta_entity e join ta_snapshot s on s.shard = e.shard and s.entity = e.entity
            where e.shard = $shard and e.tenant = $tenant and e.type = $type and e.key = $key and s.eseq <= $atMost
            order by s.eseq desc limit 1
            """,
            ("$shard", shard.Value), ("$atMost", atMost),
            ("$tenant", entity.Tenant), ("$type", entity.Type), ("$key", entity.Key));
        using var row = command.ExecuteReader();
        return row.Read() ? SqliteSnapshots.Read(row, entity, shard, KindOf(row.GetInt32(3))) : null;
    }

    /// <summary>Closes the connection; the next query opens a new one.</summary>
    public void Close()
    {
        _connection?.Dispose();
        _connection = null;
        _kinds.Clear();
    }

    public void Dispose() => Close();

    private List<StoredEvent> OfEntity(EntityKey entity, ShardId shard, string behind, long after, int limit)
    {
        using var command = Command(
            $"""
            select {Columns} from ta_entity e join ta_event v on v.shard = e.shard and v.entity = e.entity
            where e.shard = $shard and e.tenant = $tenant and e.type = $type and e.key = $key and {behind}
            order by v.eseq limit $limit
            """,
            ("$shard", shard.Value), ("$after", after), ("$limit", limit),
            ("$tenant", entity.Tenant), ("$type", entity.Type), ("$key", entity.Key));
        using var rows = command.ExecuteReader();
        var events = new List<StoredEvent>();
        while (rows.Read())
        {
            events.Add(Event(rows, entity));
        }

        return events;
    }

    private List<ShardId> ShardsWithNews(Checkpoint after)
    {
        using var command = Command("select shard, head from ta_shard where head > 0 order by shard");
        using var row = command.ExecuteReader();
        var shards = new List<ShardId>();
        while (row.Read())
        {
            var shard = new ShardId(row.GetInt32(0));
            if (row.GetInt64(1) > after[shard])
            {
                shards.Add(shard);
            }
        }

        return shards;
    }

    private static void Advance(
        SqliteDataReader rows, PriorityQueue<SqliteDataReader, (long At, int Shard, long Sequence)> next)
    {
        if (rows.Read())
        {
            next.Enqueue(rows, (rows.GetInt64(8), rows.GetInt32(0), rows.GetInt64(1)));
        }
    }

    private StoredEvent Event(SqliteDataReader row, EntityKey entity) => new()
    {
        Entity = entity,
        Shard = new ShardId(row.GetInt32(0)),
        ShardSequence = row.GetInt64(1),
        Epoch = row.GetInt64(2),
        Sequence = row.GetInt64(3),
        Part = row.GetInt32(4),
        Name = KindOf(row.GetInt32(5)),
        Command = row.IsDBNull(6) ? null : new Guid(row.GetFieldValue<byte[]>(6), bigEndian: true),
        CommandHash = row.IsDBNull(7) ? null : row.GetInt64(7),
        AtNs = row.GetInt64(8),
        Body = row.GetFieldValue<byte[]>(9),
    };

    private EventName KindOf(int kind)
    {
        if (!_kinds.TryGetValue(kind, out var name))
        {
            using var command = Command("select name, version from ta_event_kind where kind = $kind", ("$kind", kind));
            using var row = command.ExecuteReader();
            if (!row.Read())
            {
                throw new JournalException(
                    JournalFault.Corrupt,
                    $"Journal {file.Path} has an event of kind {kind}, but no name for it. Restore a backup.");
            }

            name = new EventName(row.GetString(0), row.GetInt32(1));
            _kinds.Add(kind, name);
        }

        return name;
    }

    private EntityKey NameOf(int shard, long entity, Dictionary<(int Shard, long Entity), EntityKey> names)
    {
        if (!names.TryGetValue((shard, entity), out var key))
        {
            using var command = Command(
                "select tenant, type, key from ta_entity where shard = $shard and entity = $entity",
                ("$shard", shard), ("$entity", entity));
            using var row = command.ExecuteReader();
            row.Read();
            key = new EntityKey(row.GetInt32(0), row.GetString(1), row.GetString(2));
            names.Add((shard, entity), key);
        }

        return key;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
