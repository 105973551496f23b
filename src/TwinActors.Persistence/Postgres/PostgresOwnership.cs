using Npgsql;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Takes, renews and releases shards. Every change of owner raises the epoch.</summary>
internal static class PostgresOwnership
{
    private const int MostDeadlocks = 10;

    /// <summary>
    /// Takes all shards, whoever had them: a newer opening wins, and the older one's appends are refused.
    /// </summary>
    public static JournalOwner Acquire(NpgsqlConnection connection, JournalOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return AcquireOnce(connection, options);
            }
            catch (PostgresException error) when (PostgresErrors.IsRetryable(error) && attempt < MostDeadlocks)
            {
                // The older owner was appending and locked the same rows in another order.
            }
        }
    }

    /// <summary>
    /// The first half of the unknown rule: ends the epochs of shards that the owner still has under them.
    /// </summary>
    /// <remarks>
    /// Waits for a statement that still has the rows; one that comes later finds a newer epoch. Sent twice, it does
    /// nothing the second time.
    /// </remarks>
    public static void Renew(
        NpgsqlConnection connection,
        JournalOwner owner,
        IReadOnlyCollection<(ShardId Shard, long Epoch)> shards,
        string reason,
        TimeProvider time)
    {
        using var command = new NpgsqlCommand(
            """
            with n as (
              update ta_shard s set epoch = s.epoch + 1
              from unnest($1::int[], $2::bigint[]) as u(shard, epoch)
              where s.shard = u.shard and s.epoch = u.epoch and s.owner = $3
              returning s.shard, s.epoch, s.owner, s.head)
            insert into ta_epoch(shard, epoch, owner, from_seq, reason, at)
            select shard, epoch, owner, head, $4, $5 from n
            """,
            connection);
        Bind(
            command,
            shards.Select(shard => shard.Shard.Value).ToArray(),
            shards.Select(shard => shard.Epoch).ToArray(),
            owner.Incarnation,
            reason,
            Now(time));
        command.ExecuteNonQuery();
    }

    /// <summary>
    /// The second half of the unknown rule: head of each shard when an epoch of it ended.
    /// </summary>
    /// <exception cref="JournalException">One of the epochs has not ended: nobody owns the shard.</exception>
    public static Dictionary<ShardId, long> EndsOf(
        NpgsqlConnection connection, IReadOnlyCollection<(ShardId Shard, long Epoch)> epochs)
    {
        using var command = new NpgsqlCommand(
            """
            select distinct on (p.shard) p.shard, p.from_seq
            from ta_epoch p join unnest($1::int[], $2::bigint[]) as u(shard, epoch)
              on p.shard = u.shard and p.epoch > u.epoch
            order by p.shard, p.epoch
            """,
            connection);
        Bind(
            command,
            epochs.Select(shard => shard.Shard.Value).ToArray(),
            epochs.Select(shard => shard.Epoch).ToArray());
        using var row = command.ExecuteReader();
        var ends = new Dictionary<ShardId, long>();
        while (row.Read())
        {
            ends.Add(new ShardId(row.GetInt32(0)), row.GetInt64(1));
        }

        return ends.Count == epochs.Count
            ? ends
            : throw new JournalException(
                JournalFault.Fenced,
                $"{epochs.Count - ends.Count} of {epochs.Count} shards have no owner who could end their epoch.");
    }

    /// <summary>Leaves the shards without an owner and marks the node as gone.</summary>
    public static void Release(NpgsqlConnection connection, JournalOwner owner)
    {
        using var transaction = connection.BeginTransaction();
        Execute(connection, "update ta_shard set owner = null where owner = $1", owner.Incarnation);
        Execute(connection, "update ta_node set state = 'dead' where incarnation = $1", owner.Incarnation);
        transaction.Commit();
    }

    private static JournalOwner AcquireOnce(NpgsqlConnection connection, JournalOptions options)
    {
        using var transaction = connection.BeginTransaction();
        using var command = new NpgsqlCommand(
            """
            update ta_cluster set next_incarnation = next_incarnation + 1 returning next_incarnation - 1, cluster_id
            """,
            connection);
        long incarnation;
        Guid cluster;
        using (var row = command.ExecuteReader())
        {
            row.Read();
            incarnation = row.GetInt64(0);
            cluster = row.GetGuid(1);
        }

        Execute(connection, "update ta_node set state = 'dead' where state <> 'dead'");
        Execute(
            connection,
            "insert into ta_node(incarnation, node, address, beat, state) values($1, $2, '', 0, 'up')",
            incarnation,
            options.Node);
        Execute(
            connection,
            """
            with n as (update ta_shard set epoch = epoch + 1, owner = $1 returning shard, epoch, owner, head)
            insert into ta_epoch(shard, epoch, owner, from_seq, reason, at)
            select shard, epoch, owner, head, 'open', $2 from n
            """,
            incarnation,
            Now(options.Time));
        // What a node that never closed has left behind: recoveries read streams without looking through shards.
        Execute(
            connection,
            """
            with d as (select shard, indexed, head from ta_shard where indexed < head),
            s as (update ta_shard s set indexed = d.head from d where s.shard = d.shard)
            insert into ta_run(shard, entity, first, last, places)
            select v.shard, v.entity, min(v.eseq), max(v.eseq), array_agg(v.sseq order by v.eseq)
            from d cross join lateral (
              select * from ta_event e where e.shard = d.shard and e.sseq > d.indexed and e.sseq <= d.head
              order by e.sseq limit d.head - d.indexed) v
            group by v.shard, v.entity, (v.eseq - 1) / 512
            """);
        transaction.Commit();
        return new JournalOwner(cluster, options.Node, incarnation, options.Shards);
    }

    private static void Execute(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    private static void Bind(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }
    }

    private static long Now(TimeProvider time) =>
        (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
