using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Writes runs of the young events, in the transaction of whatever batch is under way.</summary>
/// <remarks>
/// A run of 256 events costs about as much as three of its events. Reading them all back after a crash is short all
/// the same: at most 256 shards × 256 events, or the newest 100,000.
/// </remarks>
internal sealed class SqliteIndexing(SqliteLedger ledger)
{
    private const int RunEvents = 256;
    private const long OldestAllowed = 100_000;

    private readonly List<(ShardId Shard, long Through)> _written = [];

    /// <summary>Writes the runs of those shards that have many young events, and of one whose first is old.</summary>
    public void Write(List<ShardId> shards)
    {
        _written.Clear();
        foreach (var shard in shards)
        {
            if (ledger.Young.Of(shard).Count >= RunEvents)
            {
                Write(shard);
            }
        }

        if (ledger.Young.Oldest() is { } oldest && oldest.Place + OldestAllowed < ledger.Young.LastPlace
            && !_written.Exists(run => run.Shard == oldest.Shard))
        {
            Write(oldest.Shard);
        }

        if (_written.Count > 0)
        {
            // Those just written still count as young here: the noted place is a little early, which does no harm.
            ledger.Statements.NoteIndexed(ledger.Young.Oldest()!.Value.Place - 1);
        }
    }

    /// <summary>Takes events out of the young ones whose runs are committed.</summary>
    public void Committed()
    {
        foreach (var (shard, through) in _written)
        {
            ledger.Young.Drop(shard, through);
        }

        _written.Clear();
    }

    /// <summary>Puts the events of the file in that no run holds, and writes runs of all of them.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="indexedPlace">Runs hold every event up to this place.</param>
    /// <param name="indexed">Last sequence of each shard that runs hold.</param>
    public static void CatchUp(SqliteLedger ledger, long indexedPlace, long[] indexed)
    {
        var young = ledger.Young;
        var indexing = new SqliteIndexing(ledger);
        young.StartBehind(indexedPlace);
        ledger.Statements.Begin();
        foreach (var (shard, stored) in ledger.Statements.EventsBehind(indexedPlace))
        {
            if (stored.Sequence <= indexed[shard.Value])
            {
                continue;
            }

            young.Add(shard, stored);
            if (young.Of(shard).Count >= 16 * RunEvents)
            {
                indexing.Write(shard);
                indexing.Committed();
            }
        }

        while (young.Oldest() is { } oldest)
        {
            indexing.Write(oldest.Shard);
            indexing.Committed();
        }

        young.StartBehind(ledger.Statements.LastPlace());
        ledger.Statements.NoteIndexed(young.LastPlace);
        ledger.Statements.Commit();
    }

    private void Write(ShardId shard)
    {
        var events = ledger.Young.Of(shard);
        ledger.Statements.Runs.Insert(shard, events);
        ledger.Statements.NoteIndexed(shard, events[^1].Sequence);
        _written.Add((shard, events[^1].Sequence));
    }
}
