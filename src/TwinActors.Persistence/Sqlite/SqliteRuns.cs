using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Finds the events of a stream in the file, and notes where they lie.</summary>
/// <remarks>One per connection. Entity 0 stands for a whole shard, whose sequences are then meant.</remarks>
internal sealed class SqliteRuns : IDisposable
{
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _tail;
    private readonly SqliteStatement _insert;
    private readonly SqlitePacks _packs;

    public SqliteRuns(SqliteConnection connection, SqlitePacks packs)
    {
        _packs = packs;
        _find = new SqliteStatement(
            connection,
            """
            select places from ta_run where shard = ?1 and entity = ?2 and last > ?3 and first >= coalesce(
              (select max(first) from ta_run where shard = ?1 and entity = ?2 and first <= ?3 + 1), 0)
            order by first
            """);
        _tail = new SqliteStatement(
            connection,
            """
            select iif(?3 = 0, sseq, eseq), pos from ta_event
            where pos > ?1 and shard = ?2 and (?3 = 0 or entity = ?3) order by pos
            """);
        _insert = new SqliteStatement(
            connection, "insert into ta_run(shard, entity, first, last, places) values(?, ?, ?, ?, ?)");
    }

    /// <summary>Places of the events of a stream behind a sequence, in order.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="entity">The entity; 0 for the shard.</param>
    /// <param name="after">The sequence.</param>
    /// <param name="young">Its young events, looked up before the transaction began.</param>
    public IEnumerable<EventPlace> Find(ShardId shard, long entity, long after, YoungPlaces young)
    {
        try
        {
            _find.Bind(1, shard.Value).Bind(2, entity).Bind(3, after);
            while (_find.Read())
            {
                foreach (var place in RunBytes.Decode(_find.Blob(0)))
                {
                    if (place.Sequence > after)
                    {
                        after = place.Sequence;
                        yield return place;
                    }
                }
            }
        }
        finally
        {
            _find.Reset();
        }

        foreach (var place in young.Places)
        {
            if (place.Sequence > after)
            {
                after = place.Sequence;
                yield return place;
            }
        }

        foreach (var place in Tail(shard, entity, young.LastPlace))
        {
            if (place.Sequence > after)
            {
                yield return place;
            }
        }
    }

    // Next to nothing, unless another node has written the file since.
    private List<EventPlace> Tail(ShardId shard, long entity, long lastPlace)
    {
        var places = new List<EventPlace>();
        _tail.Bind(1, lastPlace).Bind(2, shard.Value).Bind(3, entity);
        while (_tail.Read())
        {
            places.Add(new EventPlace(_tail.Int64(0), _tail.Int64(1)));
        }

        places.AddRange(
            from packed in _packs.From(lastPlace + 1)
            where packed.Shard == shard.Value && (entity == 0 || packed.Entity == entity)
            select new EventPlace(entity == 0 ? packed.Sequence : packed.EntitySequence, packed.Place));
        places.Sort(static (one, other) => one.Place.CompareTo(other.Place));
        return places;
    }

    /// <summary>Place of the first event of a stream behind a sequence; absent when there is none.</summary>
    public EventPlace? First(ShardId shard, long entity, long after, YoungPlaces young)
    {
        foreach (var place in Find(shard, entity, after, young))
        {
            return place;
        }

        return null;
    }

    /// <summary>Notes where the events of a shard lie, for the shard and for each entity.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="events">Its events, in order; at least one.</param>
    public void Insert(ShardId shard, IReadOnlyList<YoungEvent> events)
    {
        Insert(shard, 0, [.. events.Select(static young => new EventPlace(young.Sequence, young.Place))]);
        foreach (var stream in events.GroupBy(static young => young.Entity))
        {
            EventPlace[] places =
                [.. stream.Select(static young => new EventPlace(young.EntitySequence, young.Place))];
            Insert(shard, stream.Key, places);
        }
    }

    public void Dispose()
    {
        _find.Dispose();
        _tail.Dispose();
        _insert.Dispose();
    }

    private void Insert(ShardId shard, long entity, EventPlace[] places) => _insert
        .Bind(1, shard.Value)
        .Bind(2, entity)
        .Bind(3, places[0].Sequence)
        .Bind(4, places[^1].Sequence)
        .Bind(5, RunBytes.Encode(places))
        .Run();
}
