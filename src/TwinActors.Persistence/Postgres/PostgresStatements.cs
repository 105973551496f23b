using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Statements of one lane on one connection.</summary>
internal sealed class PostgresStatements : IDisposable
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _append;
    private readonly NpgsqlCommand _findEntities;
    private readonly NpgsqlCommand _findCommands;
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

        // The whole safety of the journal: a shard whose epoch, owner or head is not what the writer believes drops
        // out of f, and with it everything that would be written to it. One statement, so it happens whole or not at
        // all, and behind any pooler.
        _append = new NpgsqlCommand(
            """
            with u as (
              select * from unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[]) as u(shard, epoch, head, next)),
            f as (
              update ta_shard s set head = u.next from u
              where s.shard = u.shard and s.epoch = u.epoch and s.owner = $5 and s.head = u.head
              returning s.shard, s.epoch),
            n as (
              insert into ta_entity(shard, entity, tenant, type, key)
              select e.shard, e.entity, e.tenant, e.type, e.key
              from unnest($6::int[], $7::bigint[], $8::int[], $9::text[], $10::text[])
                as e(shard, entity, tenant, type, key) join f on f.shard = e.shard),
            v as (
              insert into ta_event(
                sseq, epoch, entity, eseq, at, command_hash, shard, part, kind, command, body)
              select e.sseq, f.epoch, e.entity, e.eseq, e.at, e.hash, f.shard, e.part, e.kind, e.command, e.body
              from unnest(
                $11::int[], $12::bigint[], $13::bigint[], $14::bigint[], $15::int[], $16::int[], $17::uuid[],
                $18::bigint[], $19::bigint[], $20::bytea[])
                as e(shard, sseq, entity, eseq, part, kind, command, hash, at, body) join f on f.shard = e.shard)
            select shard from f
            """,
            connection)
        {
            Parameters =
            {
                Column(rows.FenceShard), Column(rows.FenceEpoch), Column(rows.FenceHead), Column(rows.FenceNext),
                new NpgsqlParameter<long> { TypedValue = owner.Incarnation },
                Column(rows.EntityShard), Column(rows.EntityId), Column(rows.EntityTenant), Column(rows.EntityType),
                Column(rows.EntityKey),
                Column(rows.Shard), Column(rows.ShardSequence), Column(rows.Entity), Column(rows.Sequence),
                Column(rows.Part), Column(rows.Kind), Column(rows.Command), Column(rows.CommandHash), Column(rows.At),
                Column(rows.Body),
            },
        };
        _findEntities = new NpgsqlCommand(
            """
            select u.ordinal, e.entity,
              coalesce((select max(v.eseq) from ta_event v where v.shard = e.shard and v.entity = e.entity), 0)
            from unnest($1::int[], $2::int[], $3::text[], $4::text[]) with ordinality
              as u(shard, tenant, type, key, ordinal)
            join ta_entity e on e.shard = u.shard and e.tenant = u.tenant and e.type = u.type and e.key = u.key
            """,
            connection);
        _findCommands = new NpgsqlCommand(
            """
            select u.ordinal, min(v.eseq), max(v.eseq), max(v.sseq)
            from unnest($1::uuid[], $2::int[], $3::bigint[]) with ordinality as u(command, shard, entity, ordinal)
            join ta_event v on v.command = u.command and v.shard = u.shard and v.entity = u.entity
            group by u.ordinal
            """,
            connection);
        _append.Prepare();
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
        using (var row = _append.ExecuteReader())
        {
            while (row.Read())
            {
                taken.Add(new ShardId(row.GetInt32(0)));
            }
        }

        // Such as "canceled waiting for synchronous replication": committed here, perhaps nowhere else.
        if (_warning is not null)
        {
            throw new AmbiguousCommitException(_warning);
        }
    }

    /// <summary>Reads number and last sequence of entities; those without a row are left as they are.</summary>
    public void Find(List<EntityState> entities)
    {
        _findEntities.Parameters.Clear();
        _findEntities.Parameters.Add(Column(entities.ConvertAll(static entity => entity.Shard.Value)));
        _findEntities.Parameters.Add(Column(entities.ConvertAll(static entity => entity.Entity.Tenant)));
        _findEntities.Parameters.Add(Column(entities.ConvertAll(static entity => entity.Entity.Type)));
        _findEntities.Parameters.Add(Column(entities.ConvertAll(static entity => entity.Entity.Key)));
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

    /// <summary>Epoch, owner and head of some shards.</summary>
    public void ReadShards(int[] shards, Action<int, long, long?, long> each)
    {
        using var command = Command(
            "select shard, epoch, owner, head from ta_shard where shard = any($1)", shards);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            each(row.GetInt32(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2), row.GetInt64(3));
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
        _findCommands.Dispose();
        _connection.Dispose();
    }

    private static NpgsqlParameter<List<T>> Column<T>(List<T> values) => new() { TypedValue = values };
}

/// <summary>The server has carried an append out otherwise than it was asked.</summary>
internal sealed class AmbiguousCommitException(string warning) : Exception($"the server warned: {warning}");
