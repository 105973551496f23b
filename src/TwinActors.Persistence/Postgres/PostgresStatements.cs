using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Statements of one lane on one connection.</summary>
internal sealed class PostgresStatements : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly PostgresAppend _append;
    private readonly NpgsqlCommand _findEntities;
    private readonly NpgsqlCommand _readShards;
    private readonly NpgsqlCommand _findCommands;
    private readonly List<int> _shards = [];
    private readonly List<int> _tenants = [];
    private readonly List<string> _types = [];
    private readonly List<string> _keys = [];
    private string? _warning;

    public PostgresStatements(NpgsqlConnection connection, PostgresRows rows, JournalOwner owner)
    {
        _connection = connection;
        _connection.Notice += (_, notice) =>
        {
            if (notice.Notice.InvariantSeverity == "WARNING")
            {
                _warning = notice.Notice.MessageText;
            }
        };
        _append = new PostgresAppend(connection, rows, owner);
        _findEntities = new NpgsqlCommand(
            """
            select u.ordinal, e.entity, coalesce(
              (select max(v.eseq) from ta_event v
               where v.shard = e.shard and v.sseq > s.indexed and v.entity = e.entity),
              (select r.last from ta_run r where r.shard = e.shard and r.entity = e.entity
               order by r.first desc limit 1),
              0)
            from unnest($1::int[], $2::int[], $3::text[], $4::text[]) with ordinality
              as u(shard, tenant, type, key, ordinal)
            cross join lateral (
              select * from ta_entity e
              where e.shard = u.shard and e.tenant = u.tenant and e.type = u.type and e.key = u.key limit 1) e
            join ta_shard s on s.shard = e.shard
            """,
            connection)
        {
            Parameters = { Column(_shards), Column(_tenants), Column(_types), Column(_keys) },
        };
        _readShards = new NpgsqlCommand(
            "select shard, epoch, owner, head, indexed from ta_shard where shard = any($1::int[])", connection)
        {
            Parameters = { Column(_shards) },
        };
        _findCommands = new NpgsqlCommand(
            """
            select u.ordinal, min(v.eseq), max(v.eseq), max(v.sseq)
            from unnest($1::uuid[], $2::int[], $3::bigint[]) with ordinality as u(command, shard, entity, ordinal)
            join ta_event v on v.command = u.command and v.shard = u.shard and v.entity = u.entity
            group by u.ordinal
            """,
            connection);
        _findEntities.Prepare();
        _readShards.Prepare();
    }

    /// <summary>Whether the connection can still be used.</summary>
    public bool IsOpen => _connection.FullState == System.Data.ConnectionState.Open;

    /// <summary>Writes the rows; tells which shards took them.</summary>
    /// <exception cref="PostgresException">
    /// <see cref="PostgresErrors.IsDefinite"/> tells whether nothing was written.
    /// </exception>
    /// <exception cref="AmbiguousCommitException">The server warned: what it has done is not what we asked.</exception>
    public void Append(HashSet<ShardId> taken)
    {
        taken.Clear();
        _warning = null;
        _append.Execute(taken);

        // Such as "canceled waiting for synchronous replication": committed here, perhaps nowhere else.
        if (_warning is not null)
        {
            throw new AmbiguousCommitException(_warning);
        }
    }

    /// <summary>Reads number and last sequence of entities; those without a row are left as they are.</summary>
    public void Find(List<EntityState> entities)
    {
        _shards.Clear();
        _tenants.Clear();
        _types.Clear();
        _keys.Clear();
        foreach (var entity in entities)
        {
            _shards.Add(entity.Shard.Value);
            _tenants.Add(entity.Entity.Tenant);
            _types.Add(entity.Entity.Type);
            _keys.Add(entity.Entity.Key);
        }

        using var row = _findEntities.ExecuteReader();
        while (row.Read())
        {
            var entity = entities[(int)row.GetInt64(0) - 1];
            entity.Id = row.GetInt64(1);
            entity.Last = row.GetInt64(2);
        }
    }

    /// <summary>First results of the commands of appends, by the append; those that are new are missing.</summary>
    public Dictionary<PendingAppend, AppendOutcome.Appended> FindCommands(
        List<(PendingAppend Append, long Entity)> sent)
    {
        _findCommands.Parameters.Clear();
        _findCommands.Parameters.Add(Column(sent.ConvertAll(static one => one.Append.Request.Command!.Value)));
        _findCommands.Parameters.Add(Column(sent.ConvertAll(static one => one.Append.Shard.Value)));
        _findCommands.Parameters.Add(Column(sent.ConvertAll(static one => one.Entity)));
        var found = new Dictionary<PendingAppend, AppendOutcome.Appended>();
        using var row = _findCommands.ExecuteReader();
        while (row.Read())
        {
            var append = sent[(int)row.GetInt64(0) - 1].Append;
            found.Add(append, new AppendOutcome.Appended(
                append.Request.Epoch,
                row.GetInt64(1),
                row.GetInt64(2),
                new JournalPosition(append.Shard.Value, row.GetInt64(3)),
                AlreadyStored: true));
        }

        return found;
    }

    /// <summary>Starts a transaction; disposing it undoes what was not committed.</summary>
    public NpgsqlTransaction Begin() => _connection.BeginTransaction();

    /// <summary>A statement that is too rare to be prepared.</summary>
    public NpgsqlCommand Command(string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return command;
    }

    /// <summary>Epoch, owner, head and last sequence in a run of some shards.</summary>
    public void ReadShards(IEnumerable<ShardId> shards, Action<int, long, long?, long, long> each)
    {
        _shards.Clear();
        _shards.AddRange(shards.Select(static shard => shard.Value));
        using var row = _readShards.ExecuteReader();
        while (row.Read())
        {
            each(
                row.GetInt32(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetInt64(3),
                row.GetInt64(4));
        }
    }

    /// <summary>Number of a kind of event, given to it when it has none.</summary>
    public int KindOf(EventName name)
    {
        using var insert = Command(
            """
            insert into ta_event_kind(kind, name, version)
            select coalesce(max(kind), 0) + 1, $1, $2 from ta_event_kind on conflict do nothing
            """,
            name.Name, name.Version);
        using var find = Command(
            "select kind from ta_event_kind where name = $1 and version = $2", name.Name, name.Version);

        // Another lane or node may have taken the number for its own kind: then the next one is free.
        object? kind;
        while ((kind = find.ExecuteScalar()) is null)
        {
            insert.ExecuteNonQuery();
        }

        return (int)kind;
    }

    public void Dispose()
    {
        _append.Dispose();
        _findEntities.Dispose();
        _readShards.Dispose();
        _findCommands.Dispose();
        _connection.Dispose();
    }

    private static NpgsqlParameter<List<T>> Column<T>(List<T> values) => new() { TypedValue = values };
}

/// <summary>The server has carried an append out otherwise than it was asked.</summary>
internal sealed class AmbiguousCommitException(string warning) : Exception($"the server warned: {warning}");
