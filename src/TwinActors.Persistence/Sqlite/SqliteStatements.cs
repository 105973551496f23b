using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Prepared statements of the writer on one connection.</summary>
internal sealed class SqliteStatements : IDisposable
{
    private readonly List<SqliteCommand> _commands = [];
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _rollback;
    private readonly SqliteCommand _moveHead;
    private readonly SqliteCommand _findEntity;
    private readonly SqliteCommand _nextEntity;
    private readonly SqliteCommand _insertEntity;
    private readonly SqliteCommand _findCommand;
    private readonly SqliteCommand _insertEvent;
    private readonly SqliteCommand _findShard;
    private readonly SqliteCommand _insertKind;

    public SqliteStatements(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("begin immediate");
        _commit = Prepare("commit");
        _rollback = Prepare("rollback");
        _moveHead = Prepare(
            """
            update ta_shard set head = $next
            where shard = $shard and epoch = $epoch and owner = $owner and head = $head
            """,
            "$next", "$shard", "$epoch", "$owner", "$head");
        _findEntity = Prepare(
            """
            select e.entity, (select max(v.eseq) from ta_event v where v.shard = e.shard and v.entity = e.entity)
            from ta_entity e where e.shard = $shard and e.tenant = $tenant and e.type = $type and e.key = $key
            """,
            "$shard", "$tenant", "$type", "$key");
        _nextEntity = Prepare(
            "select coalesce(max(entity), 0) + 1 from ta_entity where shard = $shard", "$shard");
        _insertEntity = Prepare(
            "insert into ta_entity(shard, entity, tenant, type, key) values($shard, $entity, $tenant, $type, $key)",
            "$shard", "$entity", "$tenant", "$type", "$key");
        _findCommand = Prepare(
            """
            select min(eseq), max(eseq), max(sseq) from ta_event
            where command = $command and shard = $shard and entity = $entity
            """,
            "$command", "$shard", "$entity");
        _insertEvent = Prepare(
            """
            insert into ta_event(shard, sseq, epoch, entity, eseq, part, kind, command, command_hash, at, body)
            values($shard, $sseq, $epoch, $entity, $eseq, $part, $kind, $command, $hash, $at, $body)
            """,
            "$shard", "$sseq", "$epoch", "$entity", "$eseq", "$part", "$kind", "$command", "$hash", "$at",
            "$body");
        _findShard = Prepare("select epoch, owner, head from ta_shard where shard = $shard", "$shard");
        _insertKind = Prepare(
            "insert into ta_event_kind(name, version) values($name, $version) returning kind", "$name", "$version");
    }

    /// <summary>Whether a transaction is open: SQLite ends some by itself when the disk fails.</summary>
    public bool InTransaction => SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public void Rollback() => _rollback.ExecuteNonQuery();

    /// <summary>
    /// The fence: moves the head of a shard if epoch, owner and head are still what the writer believes.
    /// </summary>
    public bool MoveHead(ShardId shard, long epoch, long owner, long head, long next)
    {
        Bind(_moveHead, next, shard.Value, epoch, owner, head);
        return _moveHead.ExecuteNonQuery() == 1;
    }

    /// <summary>Number and last sequence of an entity; absent when it has no row.</summary>
    public (long Id, long Last)? FindEntity(EntityKey entity, ShardId shard)
    {
        Bind(_findEntity, shard.Value, entity.Tenant, entity.Type, entity.Key);
        using var row = _findEntity.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.IsDBNull(1) ? 0 : row.GetInt64(1)) : null;
    }

    public long NextEntity(ShardId shard)
    {
        Bind(_nextEntity, shard.Value);
        return (long)_nextEntity.ExecuteScalar()!;
    }

    public void InsertEntity(EntityState entity)
    {
        var key = entity.Entity;
        Bind(_insertEntity, entity.Shard.Value, entity.Id, key.Tenant, key.Type, key.Key);
        _insertEntity.ExecuteNonQuery();
    }

    /// <summary>First result of a command of one entity; absent when it is new.</summary>
    public AppendOutcome.Appended? FindCommand(byte[] command, EntityState entity, long epoch)
    {
        Bind(_findCommand, command, entity.Shard.Value, entity.Id);
        using var row = _findCommand.ExecuteReader();
        return row.Read() && !row.IsDBNull(0)
            ? new AppendOutcome.Appended(
                epoch,
                row.GetInt64(0),
                row.GetInt64(1),
                new JournalPosition(entity.Shard.Value, row.GetInt64(2)),
                AlreadyStored: true)
            : null;
    }

    public void InsertEvent(PendingAppend append, int part, long epoch, int kind, byte[]? command)
    {
        var body = append.Request.Events[part].Body;
        Bind(
            _insertEvent,
            append.Shard.Value,
            append.FirstShardSequence + part,
            epoch,
            append.Entity!.Id,
            append.FirstSequence + part,
            part,
            kind,
            command is null ? DBNull.Value : command,
            append.Request.CommandHash is { } hash ? hash : DBNull.Value,
            append.Request.AtNs,
            Whole(body));
        _insertEvent.ExecuteNonQuery();
    }

    public (long Epoch, long? Owner, long Head) FindShard(ShardId shard)
    {
        Bind(_findShard, shard.Value);
        using var row = _findShard.ExecuteReader();
        row.Read();
        return (row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2));
    }

    public int InsertKind(EventName name)
    {
        Bind(_insertKind, name.Name, name.Version);
        return (int)(long)_insertKind.ExecuteScalar()!;
    }

    public void Dispose()
    {
        foreach (var command in _commands)
        {
            command.Dispose();
        }
    }

    private static byte[] Whole(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var part) && part.Offset == 0 && part.Count == part.Array!.Length
            ? part.Array
            : body.ToArray();

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter, DBNull.Value);
        }

        _commands.Add(command);
        command.Prepare();
        return command;
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index];
        }
    }
}
