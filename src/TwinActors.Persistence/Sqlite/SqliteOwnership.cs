using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Takes, renews and releases the shards of a file. Every change of owner raises the epoch.</summary>
internal static class SqliteOwnership
{
    /// <summary>
    /// Takes all shards, whoever had them: a newer opening wins, and the older one's appends are refused.
    /// </summary>
    public static JournalOwner Acquire(SqliteConnection connection, JournalOptions options)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.CommandText = """
            update ta_cluster set next_incarnation = next_incarnation + 1
            returning next_incarnation - 1, cluster_id;
            """;
        long incarnation;
        Guid cluster;
        using (var row = command.ExecuteReader())
        {
            row.Read();
            incarnation = row.GetInt64(0);
            cluster = new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true);
        }

        command.CommandText = """
            update ta_node set state = 'dead' where state <> 'dead';
            insert into ta_node(incarnation, node, address, beat, state) values($me, $node, '', 0, 'up');
            update ta_shard set epoch = epoch + 1, owner = $me;
            insert into ta_epoch(shard, epoch, owner, from_seq, reason, at)
            select shard, epoch, owner, head, 'open', $at from ta_shard;
            """;
        command.Parameters.AddWithValue("$me", incarnation);
        command.Parameters.AddWithValue("$node", options.Node);
        command.Parameters.AddWithValue("$at", Now(options.Time));
        command.ExecuteNonQuery();
        transaction.Commit();
        return new JournalOwner(cluster, options.Node, incarnation, options.Shards);
    }

    /// <summary>Raises the epoch of shards that the owner still has; those taken by another are left alone.</summary>
    public static void Renew(
        SqliteConnection connection, JournalOwner owner, IEnumerable<ShardId> shards, string reason, TimeProvider time)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.CommandText = """
            update ta_shard set epoch = epoch + 1 where shard = $shard and owner = $me;
            insert into ta_epoch(shard, epoch, owner, from_seq, reason, at)
            select shard, epoch, owner, head, $reason, $at from ta_shard where shard = $shard and owner = $me;
            """;
        var shard = command.Parameters.AddWithValue("$shard", 0);
        command.Parameters.AddWithValue("$me", owner.Incarnation);
        command.Parameters.AddWithValue("$reason", reason);
        command.Parameters.AddWithValue("$at", Now(time));
        foreach (var id in shards)
        {
            shard.Value = id.Value;
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Leaves the shards without an owner and marks the node as gone.</summary>
    public static void Release(SqliteConnection connection, JournalOwner owner)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.CommandText = """
            update ta_shard set owner = null where owner = $me;
            update ta_node set state = 'dead' where incarnation = $me;
            """;
        command.Parameters.AddWithValue("$me", owner.Incarnation);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    private static long Now(TimeProvider time) =>
        (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
}
