using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Prepared statements of the writer on one connection.</summary>
internal sealed class SqliteStatements : IDisposable
{
    private readonly List<SqliteStatement> _statements = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _moveHead;
    private readonly SqliteStatement _findEntity;
    private readonly SqliteStatement _nextEntity;
    private readonly SqliteStatement _insertEntity;
    private readonly SqliteStatement _findCommand;
    private readonly SqliteStatement _insertEvent;
    private readonly SqliteStatement _sequenceAt;
    private readonly SqliteStatement _deleteEvent;
    private readonly SqliteStatement _noteIndexed;
    private readonly SqliteStatement _noteIndexedPlace;
    private readonly SqliteStatement _lastPlace;
    private readonly SqliteStatement _eventsBehind;
    private readonly SqliteStatement _findShard;
    private readonly SqliteStatement _insertKind;

    public SqliteStatements(SqliteConnection connection)
    {
        _connection = connection;
        Packs = new SqlitePacks(connection);
        Runs = new SqliteRuns(connection, Packs);
        _begin = Prepare("begin immediate");
        _commit = Prepare("commit");
        _rollback = Prepare("rollback");
        _moveHead = Prepare(
            "update ta_shard set head = ? where shard = ? and epoch = ? and owner = ? and head = ?");
        _findEntity = Prepare(
            """
            select e.entity,
              (select r.last from ta_run r where r.shard = e.shard and r.entity = e.entity
               order by r.first desc limit 1)
            from ta_entity e where e.shard = ? and e.tenant = ? and e.type = ? and e.key = ?
            """);
        _nextEntity = Prepare("select coalesce(max(entity), 0) + 1 from ta_entity where shard = ?");
        _insertEntity = Prepare("insert into ta_entity(shard, entity, tenant, type, key) values(?, ?, ?, ?, ?)");
        _findCommand = Prepare(
            "select min(eseq), max(eseq), max(sseq) from ta_event where command = ? and shard = ? and entity = ?");
        _insertEvent = Prepare(
            """
            insert into ta_event(shard, sseq, epoch, entity, eseq, part, kind, command, command_hash, at, body, pos)
            values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """);
        _sequenceAt = Prepare("select sseq, eseq from ta_event where pos = ?");
        _deleteEvent = Prepare("delete from ta_event where pos = ?");
        _noteIndexed = Prepare("update ta_shard set indexed = ? where shard = ?");
        _noteIndexedPlace = Prepare("update ta_cluster set indexed_pos = ?");
        _lastPlace = Prepare(
            """
            select max(coalesce((select max(pos) from ta_event), 0),
              coalesce((select pos + count - 1 from ta_pack order by pos desc limit 1), 0))
            """);
        _eventsBehind = Prepare("select pos, shard, sseq, entity, eseq from ta_event where pos > ? order by pos");
        _findShard = Prepare("select epoch, owner, head from ta_shard where shard = ?");
        _insertKind = Prepare("insert into ta_event_kind(name, version) values(?, ?) returning kind");
    }

    /// <summary>Whether a transaction is open: SQLite ends some by itself when the disk fails.</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>Where the events of a stream lie.</summary>
    public SqliteRuns Runs { get; }

    /// <summary>Rows that hold many events.</summary>
    public SqlitePacks Packs { get; }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    public void Rollback() => _rollback.Run();

    /// <summary>
    /// The fence: moves the head of a shard if epoch, owner and head are still what the writer believes.
    /// </summary>
    public bool MoveHead(ShardId shard, long epoch, long owner, long head, long next)
    {
        _moveHead.Bind(1, next).Bind(2, shard.Value).Bind(3, epoch).Bind(4, owner).Bind(5, head).Run();
        return _moveHead.Changes == 1;
    }

    /// <summary>Number of an entity and the last of its events that is in a run; absent when it has no row.</summary>
    public (long Id, long Last)? FindEntity(EntityKey entity, ShardId shard)
    {
        _findEntity.Bind(1, shard.Value).Bind(2, entity.Tenant).Bind(3, entity.Type).Bind(4, entity.Key);
        return One(_findEntity, static row => ((long, long)?)(row.Int64(0), row.Int64(1)));
    }

    public long NextEntity(ShardId shard) => One(_nextEntity.Bind(1, shard.Value), static row => row.Int64(0));

    public void InsertEntity(EntityState entity)
    {
        var key = entity.Entity;
        _insertEntity.Bind(1, entity.Shard.Value).Bind(2, entity.Id).Bind(3, key.Tenant).Bind(4, key.Type)
            .Bind(5, key.Key).Run();
    }

    /// <summary>First result of a command of one entity; absent when it is new.</summary>
    public AppendOutcome.Appended? FindCommand(Guid command, EntityState entity, long epoch)
    {
        _findCommand.Bind(1, command).Bind(2, entity.Shard.Value).Bind(3, entity.Id);
        var shard = entity.Shard.Value;
        return One(_findCommand, row => row.IsNull(0)
            ? null
            : new AppendOutcome.Appended(
                epoch,
                row.Int64(0),
                row.Int64(1),
                new JournalPosition(shard, row.Int64(2)),
                AlreadyStored: true));
    }

    public void InsertEvent(PendingAppend append, int part, long epoch, int kind) => _insertEvent
        .Bind(1, append.Shard.Value)
        .Bind(2, append.FirstShardSequence + part)
        .Bind(3, epoch)
        .Bind(4, append.Entity!.Id)
        .Bind(5, append.FirstSequence + part)
        .Bind(6, part)
        .Bind(7, kind)
        .Bind(8, append.Request.Command)
        .Bind(9, append.Request.CommandHash)
        .Bind(10, append.Request.AtNs)
        .Bind(11, append.Request.Events[part].Body.Span)
        .Bind(12, append.FirstPlace + part)
        .Run();

    /// <summary>Number in its shard of the event at a place, when that has a sequence in its stream.</summary>
    public long? ShardSequenceAt(long place, long sequence)
    {
        var found = One(_sequenceAt.Bind(1, place), static row => ((long, long)?)(row.Int64(0), row.Int64(1)))
            ?? (Packs.At(place) is { } packed ? (packed.Sequence, packed.EntitySequence) : null);
        return found is { } known && known.Item2 == sequence ? known.Item1 : null;
    }

    /// <summary>Deletes the event at a place; false when there is none.</summary>
    public bool DeleteEvent(long place)
    {
        _deleteEvent.Bind(1, place).Run();
        return _deleteEvent.Changes == 1 || Packs.Delete(place);
    }

    /// <summary>Place of the last event; 0 when there are none.</summary>
    public long LastPlace() => One(_lastPlace, static row => row.Int64(0));

    /// <summary>Events behind a place, in the order of their places.</summary>
    public IEnumerable<(ShardId Shard, YoungEvent Event)> EventsBehind(long place)
    {
        using var packed = Packs.From(place + 1).GetEnumerator();
        var isPacked = packed.MoveNext();
        try
        {
            _eventsBehind.Bind(1, place);
            while (_eventsBehind.Read())
            {
                var young = new YoungEvent(
                    _eventsBehind.Int64(2), _eventsBehind.Int64(0), _eventsBehind.Int64(3), _eventsBehind.Int64(4));
                for (; isPacked && packed.Current.Place < young.Place; isPacked = packed.MoveNext())
                {
                    yield return (new ShardId(packed.Current.Shard), packed.Current.AsYoung);
                }

                yield return (new ShardId(_eventsBehind.Int32(1)), young);
            }
        }
        finally
        {
            _eventsBehind.Reset();
        }

        for (; isPacked; isPacked = packed.MoveNext())
        {
            yield return (new ShardId(packed.Current.Shard), packed.Current.AsYoung);
        }
    }

    /// <summary>Notes that runs hold the events of a shard up to a sequence.</summary>
    public void NoteIndexed(ShardId shard, long sequence) =>
        _noteIndexed.Bind(1, sequence).Bind(2, shard.Value).Run();

    /// <summary>Notes that runs hold every event up to a place.</summary>
    public void NoteIndexed(long place) => _noteIndexedPlace.Bind(1, place).Run();

    public (long Epoch, long? Owner, long Head) FindShard(ShardId shard) => One(
        _findShard.Bind(1, shard.Value),
        static row => (row.Int64(0), row.IsNull(1) ? (long?)null : row.Int64(1), row.Int64(2)));

    public int InsertKind(EventName name) =>
        One(_insertKind.Bind(1, name.Name).Bind(2, name.Version), static row => row.Int32(0));

    public void Dispose()
    {
        Runs.Dispose();
        Packs.Dispose();
        foreach (var statement in _statements)
        {
            statement.Dispose();
        }
    }

    /// <summary>What is made of the first row; the default when there is none.</summary>
    private static T? One<T>(SqliteStatement statement, Func<SqliteStatement, T> read)
    {
        if (!statement.Read())
        {
            return default;
        }

        var result = read(statement);
        // To the end, not only reset: an insert that returns rows is not done before.
        while (statement.Read())
        {
        }

        return result;
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(_connection, sql);
        _statements.Add(statement);
        return statement;
    }
}
