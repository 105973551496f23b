using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Rows of events and the names behind their numbers, on one reader's connection.</summary>
internal sealed class SqliteEvents : IDisposable
{
    /// <summary>Names remembered at most: 100,000 × about 150 B = 15 MB.</summary>
    private const int RememberedNames = 100_000;

    private const string Columns = "shard, sseq, epoch, entity, eseq, part, kind, command, command_hash, at, body";

    private readonly string _path;
    private readonly Dictionary<int, EventName> _kinds = [];
    private readonly Dictionary<(int Shard, long Entity), EntityKey> _names = [];
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteConnection _connection;
    private readonly SqlitePacks _packs;
    private readonly SqliteStatement _numberOf;
    private readonly SqliteStatement _nameOf;
    private readonly SqliteStatement _at;
    private readonly SqliteStatement _from;
    private readonly SqliteStatement _heads;
    private readonly SqliteStatement _kind;
    private readonly SqliteStatement _tail;
    private readonly SqliteStatement _ofType;

    public SqliteEvents(SqliteConnection connection, SqlitePacks packs, string path)
    {
        _packs = packs;
        _connection = connection;
        _path = path;
        _numberOf = Prepare("select entity from ta_entity where shard = ? and tenant = ? and type = ? and key = ?");
        _nameOf = Prepare("select tenant, type, key from ta_entity where shard = ? and entity = ?");
        _at = Prepare($"select {Columns} from ta_event where pos = ?");
        _from = Prepare($"select {Columns}, pos from ta_event where pos >= ? order by pos");
        _heads = Prepare("select shard, head from ta_shard where head > 0 order by shard");
        _kind = Prepare("select name, version from ta_event_kind where kind = ?");
        _tail = Prepare("select shard, entity, eseq from ta_event where pos > ? order by pos");
        _ofType = Prepare(
            """
            select e.tenant, e.key, e.shard, e.entity,
              (select r.last from ta_run r where r.shard = e.shard and r.entity = e.entity
               order by r.first desc limit 1)
            from ta_entity e where e.type = ? order by e.tenant, e.key
            """);
    }

    /// <summary>Number of an entity in its shard; absent when it has no row.</summary>
    public long? NumberOf(EntityKey entity, ShardId shard)
    {
        _numberOf.Bind(1, shard.Value).Bind(2, entity.Tenant).Bind(3, entity.Type).Bind(4, entity.Key);
        return One(_numberOf, static row => (long?)row.Int64(0));
    }

    /// <summary>Entity and sequence of the event at a place; absent when it was deleted.</summary>
    public (long Number, long Sequence)? At(long place) =>
        One(_at.Bind(1, place), static row => ((long, long)?)(row.Int64(3), row.Int64(4)))
        ?? (_packs.At(place) is { } packed ? (packed.Entity, packed.EntitySequence) : null);

    /// <summary>The event at a place; absent when it was deleted.</summary>
    /// <exception cref="JournalException">Another event lies there.</exception>
    public StoredEvent? At(long place, long sequence, EntityKey entity)
    {
        StoredEvent? stored = null;
        if (_at.Bind(1, place).Read())
        {
            stored = Event(_at, entity);
            _at.Reset();
        }
        else if (_packs.At(place) is { } packed)
        {
            // A copy: whoever keeps one event shall not keep its whole pack.
            stored = Event(packed with { Body = packed.Body.ToArray() }, entity);
        }

        return stored is null || stored.Sequence == sequence
            ? stored
            : throw new JournalException(
                JournalFault.Corrupt,
                $"Event {sequence} of {entity} is not where journal {_path} notes it, at {place}: event "
                + $"{stored.Sequence} is there. Stop the node and restore a backup.");
    }

    /// <summary>Events from a place on that lie behind a checkpoint, up to a number of them.</summary>
    public IEnumerable<StoredEvent> From(long place, Checkpoint after, int limit)
    {
        using var packed = _packs.From(place).GetEnumerator();
        var isPacked = packed.MoveNext();
        try
        {
            var isRow = _from.Bind(1, place).Read();
            for (var count = 0; count < limit && (isRow || isPacked);)
            {
                var isNextPacked = isPacked && !(isRow && _from.Int64(11) < packed.Current.Place);
                var (shard, sequence) = isNextPacked
                    ? (packed.Current.Shard, packed.Current.Sequence)
                    : (_from.Int32(0), _from.Int64(1));
                if (sequence > after[new ShardId(shard)])
                {
                    yield return isNextPacked
                        ? Event(packed.Current, NameOf(new ShardId(shard), packed.Current.Entity))
                        : Event(_from, NameOf(new ShardId(shard), _from.Int64(3)));
                    count++;
                }

                (isRow, isPacked) = isNextPacked ? (isRow, packed.MoveNext()) : (_from.Read(), isPacked);
            }
        }
        finally
        {
            _from.Reset();
        }
    }

    /// <summary>Shards with events behind a checkpoint.</summary>
    public List<ShardId> ShardsWithNews(Checkpoint after)
    {
        var shards = new List<ShardId>();
        while (_heads.Read())
        {
            var shard = new ShardId(_heads.Int32(0));
            if (_heads.Int64(1) > after[shard])
            {
                shards.Add(shard);
            }
        }

        return shards;
    }

    /// <summary>Adds the last sequences of entities with events behind a place.</summary>
    public void AddTail(Dictionary<(int Shard, long Entity), long> last, long place)
    {
        _tail.Bind(1, place);
        while (_tail.Read())
        {
            last[(_tail.Int32(0), _tail.Int64(1))] = _tail.Int64(2);
        }

        foreach (var packed in _packs.From(place + 1))
        {
            var known = (packed.Shard, packed.Entity);
            last[known] = Math.Max(last.GetValueOrDefault(known), packed.EntitySequence);
        }
    }

    /// <summary>Entities of one type by key, with their last event that is in a run; 0 when none is.</summary>
    public IEnumerable<(EntityKey Entity, ShardId Shard, long Number, long Last)> OfType(string type)
    {
        _ofType.Bind(1, type);
        while (_ofType.Read())
        {
            yield return (
                new EntityKey(_ofType.Int32(0), type, _ofType.Text(1)), new ShardId(_ofType.Int32(2)),
                _ofType.Int64(3), _ofType.Int64(4));
        }
    }

    /// <summary>Name and version behind a number.</summary>
    public EventName KindOf(int kind)
    {
        if (!_kinds.TryGetValue(kind, out var name))
        {
            name = One(_kind.Bind(1, kind), static row => (EventName?)new EventName(row.Text(0), row.Int32(1)))
                ?? throw new JournalException(
                    JournalFault.Corrupt,
                    $"Journal {_path} has an event of kind {kind}, but no name for it. Restore a backup.");
            _kinds.Add(kind, name);
        }

        return name;
    }

    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }
    }

    private StoredEvent Event(SqliteStatement row, EntityKey entity) => new()
    {
        Entity = entity,
        Shard = new ShardId(row.Int32(0)),
        ShardSequence = row.Int64(1),
        Epoch = row.Int64(2),
        Sequence = row.Int64(4),
        Part = row.Int32(5),
        Name = KindOf(row.Int32(6)),
        Command = row.IsNull(7) ? null : new Guid(row.Blob(7), bigEndian: true),
        CommandHash = row.IsNull(8) ? null : row.Int64(8),
        AtNs = row.Int64(9),
        Body = row.Blob(10).ToArray(),
    };

    private StoredEvent Event(PackedEvent packed, EntityKey entity) => new()
    {
        Entity = entity,
        Shard = new ShardId(packed.Shard),
        ShardSequence = packed.Sequence,
        Epoch = packed.Epoch,
        Sequence = packed.EntitySequence,
        Part = packed.Part,
        Name = KindOf(packed.Kind),
        Command = null,
        CommandHash = null,
        AtNs = packed.AtNs,
        Body = packed.Body,
    };

    private EntityKey NameOf(ShardId shard, long entity)
    {
        if (!_names.TryGetValue((shard.Value, entity), out var name))
        {
            if (_names.Count >= RememberedNames)
            {
                _names.Clear();
            }

            name = One(
                _nameOf.Bind(1, shard.Value).Bind(2, entity),
                static row => (EntityKey?)new EntityKey(row.Int32(0), row.Text(1), row.Text(2)))
                ?? throw new JournalException(
                    JournalFault.Corrupt,
                    $"Journal {_path} has an event of entity {entity} of shard {shard}, but no name for it. Restore a "
                    + "backup.");
            _names.Add((shard.Value, entity), name);
        }

        return name;
    }

    private static T? One<T>(SqliteStatement statement, Func<SqliteStatement, T?> read)
    {
        var result = statement.Read() ? read(statement) : default;
        statement.Reset();
        return result;
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _statements.Add(statement);
        return statement;
    }
}
