using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Postgres;

/// <summary>What a lane does with snapshots, each in a transaction of its own.</summary>
/// <remarks>When one of these throws, the connection is given up and with it what was not committed.</remarks>
internal static class PostgresSnapshots
{
    /// <summary>Columns that <see cref="Read"/> takes first.</summary>
    public const string Columns = "s.eseq, s.sseq, s.epoch, s.kind, s.codec, s.crc, s.at, s.body";

    /// <summary>Writes a snapshot and deletes those that are not kept; the number of the latter.</summary>
    public static long Save(PostgresLedger ledger, NewSnapshot snapshot, ShardId shard)
    {
        ledger.Meet([(snapshot.Entity, shard)]);
        var entity = ledger.EntityOf(snapshot.Entity).Id;
        var kind = ledger.KindOf(snapshot.Name);
        using var transaction = ledger.Statements.Begin();
        Fence(ledger, snapshot.Entity, snapshot.Epoch, shard);
        using var insert = ledger.Statements.Command(
            """
            insert into ta_snapshot(shard, entity, eseq, sseq, epoch, kind, codec, crc, at, body)
            select v.shard, v.entity, v.eseq, v.sseq, $4, $5, $6, $7, $8, $9
            from ta_event v where v.shard = $1 and v.entity = $2 and v.eseq = $3 and v.sseq = any(array(
              select unnest(r.places) from ta_run r
              where r.shard = $1 and r.entity = $2 and r.first <= $3 and r.last >= $3
              union all
              select t.sseq from ta_event t where t.shard = $1 and t.entity = $2
              and t.sseq > (select s.indexed from ta_shard s where s.shard = $1)))
            on conflict(shard, entity, eseq) do update set epoch = excluded.epoch, kind = excluded.kind,
              codec = excluded.codec, crc = excluded.crc, at = excluded.at, body = excluded.body
            """,
            shard.Value, entity, snapshot.Sequence, snapshot.Epoch, kind, snapshot.Codec,
            (long)StoredSnapshot.ChecksumOf(snapshot), snapshot.AtNs, snapshot.Body);
        if (insert.ExecuteNonQuery() == 0)
        {
            throw SnapshotRules.NoSuchEvent(snapshot);
        }

        using var delete = ledger.Statements.Command(
            "delete from ta_snapshot where shard = $1 and entity = $2 and eseq < $3",
            shard.Value, entity, SnapshotRules.KeptFrom(All(ledger, snapshot.Entity, shard)));
        var deleted = delete.ExecuteNonQuery();
        transaction.Commit();
        return deleted;
    }

    /// <summary>Deletes the first events of a stream; the number of them.</summary>
    public static long DeleteEvents(PostgresLedger ledger, PendingDeletion call)
    {
        ledger.Meet([(call.Entity, call.Shard)]);
        using var transaction = ledger.Statements.Begin();
        Fence(ledger, call.Entity, call.Epoch, call.Shard);
        var entity = ledger.EntityOf(call.Entity).Id;
        SnapshotRules.RequireConfirmed(call.Entity, call.Through, All(ledger, call.Entity, call.Shard));
        using var delete = ledger.Statements.Command(
            """
            delete from ta_event v where v.shard = $1 and v.entity = $2 and v.eseq <= $3 and v.sseq = any(array(
              select unnest(r.places) from ta_run r where r.shard = $1 and r.entity = $2 and r.first <= $3
              union all
              select t.sseq from ta_event t where t.shard = $1 and t.entity = $2
              and t.sseq > (select s.indexed from ta_shard s where s.shard = $1)))
            """,
            call.Shard.Value, entity, call.Through);
        var deleted = delete.ExecuteNonQuery();

        // A run holds what is there: readers take its first event for the first of the stream.
        using var whole = ledger.Statements.Command(
            "delete from ta_run where shard = $1 and entity = $2 and last <= $3",
            call.Shard.Value, entity, call.Through);
        whole.ExecuteNonQuery();
        using var part = ledger.Statements.Command(
            """
            update ta_run set first = $3 + 1, places = places[$3 - first + 2 : array_length(places, 1)]
            where shard = $1 and entity = $2 and first <= $3
            """,
            call.Shard.Value, entity, call.Through);
        part.ExecuteNonQuery();
        transaction.Commit();
        return deleted;
    }

    /// <summary>The snapshot of a row that begins with <see cref="Columns"/>.</summary>
    public static StoredSnapshot Read(NpgsqlDataReader row, EntityKey entity, ShardId shard, EventName name) => new()
    {
        Entity = entity,
        Sequence = row.GetInt64(0),
        Position = new JournalPosition(shard.Value, row.GetInt64(1)),
        Epoch = row.GetInt64(2),
        Name = name,
        Codec = row.GetInt32(4),
        Checksum = (uint)row.GetInt64(5),
        AtNs = row.GetInt64(6),
        Body = row.GetFieldValue<byte[]>(7),
    };

    // Locked, so that no other node takes the shard before the transaction is over.
    private static void Fence(PostgresLedger ledger, EntityKey entity, long epoch, ShardId shard)
    {
        using var command = ledger.Statements.Command(
            "select epoch, owner from ta_shard where shard = $1 for share", shard.Value);
        using var row = command.ExecuteReader();
        row.Read();
        var isOwner = !row.IsDBNull(1) && row.GetInt64(1) == ledger.Owner.Incarnation;
        SnapshotRules.Fence(entity, epoch, shard, row.GetInt64(0), isOwner);
    }

    private static List<StoredSnapshot> All(PostgresLedger ledger, EntityKey entity, ShardId shard)
    {
        using var command = ledger.Statements.Command(
            $"""
            select {Columns}, k.name, k.version from ta_snapshot s join ta_event_kind k on k.kind = s.kind
            where s.shard = $1 and s.entity = $2 order by s.eseq desc
            """,
            shard.Value, ledger.EntityOf(entity).Id);
        using var row = command.ExecuteReader();
        var snapshots = new List<StoredSnapshot>();
        while (row.Read())
        {
            snapshots.Add(Read(row, entity, shard, new EventName(row.GetString(8), row.GetInt32(9))));
        }

        return snapshots;
    }
}
