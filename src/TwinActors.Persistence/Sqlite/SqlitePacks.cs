using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Rows that hold many events, on one connection.</summary>
internal sealed class SqlitePacks : IDisposable
{
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _update;
    private readonly SqliteStatement _at;
    private readonly SqliteStatement _from;

    public SqlitePacks(SqliteConnection connection)
    {
        _insert = new SqliteStatement(connection, "insert into ta_pack(count, crc, body, pos) values(?, ?, ?, ?)");
        _update = new SqliteStatement(
            connection, "update ta_pack set count = ?, crc = ?, body = ? where pos = ?");
        _at = new SqliteStatement(
            connection, "select pos, count, crc, body from ta_pack where pos <= ? order by pos desc limit 1");
        _from = new SqliteStatement(
            connection,
            """
            select pos, count, crc, body from ta_pack
            where pos >= coalesce((select max(pos) from ta_pack where pos <= ?1), ?1) order by pos
            """);
    }

    /// <summary>Writes events into one row; they lie at places one after another.</summary>
    public void Insert(List<PackedEvent?> events) => Write(_insert, events[0]!.Value.Place, events);

    /// <summary>The event at a place; absent when none was packed there, or it was deleted.</summary>
    public PackedEvent? At(long place) => Pack(place) is { } pack
        ? PackBytes.Decode(pack.Body, (int)(place - pack.First), place)
        : null;

    /// <summary>Events from a place on, in the order of their places.</summary>
    public IEnumerable<PackedEvent> From(long place)
    {
        try
        {
            _from.Bind(1, place);
            while (_from.Read())
            {
                var pack = Row(_from);
                for (var index = (int)Math.Max(0, place - pack.First); index < pack.Count; index++)
                {
                    if (PackBytes.Decode(pack.Body, index, pack.First + index) is { } packed)
                    {
                        yield return packed;
                    }
                }
            }
        }
        finally
        {
            _from.Reset();
        }
    }

    /// <summary>Deletes the event at a place, its body too; false when there is none.</summary>
    public bool Delete(long place)
    {
        if (Pack(place) is not { } pack)
        {
            return false;
        }

        var events = new List<PackedEvent?>();
        for (var index = 0; index < pack.Count; index++)
        {
            events.Add(PackBytes.Decode(pack.Body, index, pack.First + index));
        }

        var deleted = (int)(place - pack.First);
        var isThere = events[deleted] is not null;
        events[deleted] = null;
        Write(_update, pack.First, events);
        return isThere;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _update.Dispose();
        _at.Dispose();
        _from.Dispose();
    }

    private static void Write(SqliteStatement statement, long first, List<PackedEvent?> events)
    {
        var body = PackBytes.Encode(events);
        statement.Bind(1, events.Count).Bind(2, PackBytes.Checksum(body)).Bind(3, body).Bind(4, first).Run();
    }

    private (long First, int Count, byte[] Body)? Pack(long place)
    {
        if (!_at.Bind(1, place).Read())
        {
            return null;
        }

        try
        {
            return place < _at.Int64(0) + _at.Int64(1) ? Row(_at) : null;
        }
        finally
        {
            _at.Reset();
        }
    }

    private static (long First, int Count, byte[] Body) Row(SqliteStatement row)
    {
        var body = row.Blob(3);
        return PackBytes.Checksum(body) == (uint)row.Int64(2)
            ? (row.Int64(0), row.Int32(1), body.ToArray())
            : throw new JournalException(
                JournalFault.Corrupt,
                $"The pack of events at {row.Int64(0)} of the journal is damaged: its checksum is not "
                + $"{row.Int64(2)}. Stop the node and restore a backup.");
    }
}
