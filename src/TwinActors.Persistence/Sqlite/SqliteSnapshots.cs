using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Sqlite;

/// <summary>What the writer does with snapshots, each in a transaction of its own.</summary>
/// <remarks>When one of these throws, the ledger is abandoned and nothing of it is in the file.</remarks>
internal static class SqliteSnapshots
{
    /// <summary>Columns that <see cref="Read"/> takes first.</summary>
    public const string Columns = "s.eseq, s.sseq, s.epoch, s.kind, s.codec, s.crc, s.at, s.body";

    /// <summary>Writes a snapshot and deletes those that are not kept; the number of the latter.</summary>
    public static long Save(SqliteLedger ledger, NewSnapshot snapshot, ShardId shard)
    {
        ledger.Begin();
        Fence(ledger, snapshot.Entity, snapshot.Epoch, shard);
        var entity = ledger.EntityOf(snapshot.Entity, shard).Id;
        var sequence = ledger.Statements.ShardSequenceAt(
            PlaceOf(ledger, shard, entity, snapshot.Sequence), snapshot.Sequence)
            ?? throw SnapshotRules.NoSuchEvent(snapshot);
        using var insert = ledger.Command(
            """
            insert or replace into ta_snapshot(shard, entity, eseq, sseq, epoch, kind, codec, crc, at, body)
            values($shard, $entity, $eseq, $sseq, $epoch, $kind, $codec, $crc, $at, $body)
            """,
            ("$shard", shard.Value), ("$entity", entity), ("$eseq", snapshot.Sequence), ("$sseq", sequence),
            ("$epoch", snapshot.Epoch), ("$kind", ledger.KindOf(snapshot.Name)), ("$codec", snapshot.Codec),
            ("$crc", (long)StoredSnapshot.ChecksumOf(snapshot)), ("$at", snapshot.AtNs),
            ("$body", snapshot.Body.ToArray()));
        insert.ExecuteNonQuery();
        using var delete = ledger.Command(
            "delete from ta_snapshot where shard = $shard and entity = $entity and eseq < $from",
            ("$shard", shard.Value), ("$entity", entity),
            ("$from", SnapshotRules.KeptFrom(All(ledger, snapshot.Entity, shard))));
        var deleted = delete.ExecuteNonQuery();
        ledger.Statements.Commit();
        return deleted;
    }

    /// <summary>Deletes the first events of a stream; the number of them.</summary>
    public static long DeleteEvents(SqliteLedger ledger, PendingDeletion call)
    {
        ledger.Begin();
        Fence(ledger, call.Entity, call.Epoch, call.Shard);
        SnapshotRules.RequireConfirmed(call.Entity, call.Through, All(ledger, call.Entity, call.Shard));
        var entity = ledger.EntityOf(call.Entity, call.Shard).Id;
        var deleted = 0L;
        foreach (var place in ledger.PlacesOf(call.Shard, entity, 0).TakeWhile(p => p.Sequence <= call.Through))
        {
            deleted += ledger.Statements.DeleteEvent(place.Place) ? 1 : 0;
        }

        using var forget = ledger.Command(
            "delete from ta_run where shard = $shard and entity = $entity and last <= $through",
            ("$shard", call.Shard.Value), ("$entity", entity), ("$through", call.Through));
        forget.ExecuteNonQuery();
        ledger.Statements.Commit();
        return deleted;
    }

    /// <summary>The snapshot of a row that begins with <see cref="Columns"/>.</summary>
    public static StoredSnapshot Read(SqliteDataReader row, EntityKey entity, ShardId shard, EventName name) => new()
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

    // A place that no event has, when the event is not in the journal.
    private static long PlaceOf(SqliteLedger ledger, ShardId shard, long entity, long sequence) =>
        ledger.PlacesOf(shard, entity, sequence - 1).FirstOrDefault().Place;

    private static void Fence(SqliteLedger ledger, EntityKey entity, long epoch, ShardId shard)
    {
        var (current, isOwner) = ledger.CheckOwner(shard);
        SnapshotRules.Fence(entity, epoch, shard, current, isOwner);
    }

    private static List<StoredSnapshot> All(SqliteLedger ledger, EntityKey entity, ShardId shard)
    {
        using var command = ledger.Command(
            $"""
            select {Columns}, k.name, k.version from ta_snapshot s join ta_event_kind k on k.kind = s.kind
            where s.shard = $shard and s.entity = $entity order by s.eseq desc
            """,
            ("$shard", shard.Value), ("$entity", ledger.EntityOf(entity, shard).Id));
        using var row = command.ExecuteReader();
        var snapshots = new List<StoredSnapshot>();
        while (row.Read())
        {
            snapshots.Add(Read(row, entity, shard, new EventName(row.GetString(8), row.GetInt32(9))));
        }

        return snapshots;
    }
}
