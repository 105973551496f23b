using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>An event that no run holds yet.</summary>
/// <param name="Sequence">Its number in the shard.</param>
/// <param name="Place">Where it lies in the file.</param>
/// <param name="Entity">Number of its entity.</param>
/// <param name="EntitySequence">Its number in the entity's stream.</param>
internal readonly record struct YoungEvent(long Sequence, long Place, long Entity, long EntitySequence);

/// <summary>Number of an event in its stream, and where it lies in the file.</summary>
internal readonly record struct EventPlace(long Sequence, long Place);

/// <summary>
/// The committed events that no run holds yet, by shard: the writer puts them in and takes them out, readers look.
/// </summary>
/// <remarks>
/// A reader looks here first and begins its transaction afterwards. Then each event of the transaction was seen here,
/// is in a run, or lies behind <see cref="LastPlace"/> as it was seen, and may be in two of them.
/// </remarks>
internal sealed class YoungEvents
{
    private readonly Lock _lock = new();
    private readonly List<YoungEvent>[] _shards;
    private long _lastPlace;

    public YoungEvents(int shards)
    {
        _shards = new List<YoungEvent>[shards];
        for (var shard = 0; shard < shards; shard++)
        {
            _shards[shard] = [];
        }
    }

    /// <summary>Place of the last event that was put in, now or ever.</summary>
    public long LastPlace
    {
        get
        {
            lock (_lock)
            {
                return _lastPlace;
            }
        }
    }

    /// <summary>Tells from which place on the events of the file are to be put in.</summary>
    public void StartBehind(long place)
    {
        lock (_lock)
        {
            _lastPlace = place;
        }
    }

    /// <summary>Puts an event in, the last one of its shard.</summary>
    public void Add(ShardId shard, YoungEvent young)
    {
        lock (_lock)
        {
            _shards[shard.Value].Add(young);
            _lastPlace = young.Place;
        }
    }

    /// <summary>Puts the events of committed appends in.</summary>
    public void Add(List<PendingAppend> appends)
    {
        lock (_lock)
        {
            foreach (var append in appends)
            {
                for (var part = 0; append.IsPlanned && part < append.Events; part++)
                {
                    _lastPlace = append.FirstPlace + part;
                    _shards[append.Shard.Value].Add(new YoungEvent(
                        append.FirstShardSequence + part, _lastPlace, append.Entity!.Id, append.FirstSequence + part));
                }
            }
        }
    }

    /// <summary>Takes the events of a shard out that runs hold now.</summary>
    public void Drop(ShardId shard, long throughSequence)
    {
        lock (_lock)
        {
            var events = _shards[shard.Value];
            events.RemoveRange(0, Behind(events, throughSequence));
        }
    }

    /// <summary>The events of a shard, in order. For the writer alone: it must not change them meanwhile.</summary>
    public IReadOnlyList<YoungEvent> Of(ShardId shard) => _shards[shard.Value];

    /// <summary>The shard whose first event lies furthest back; absent when there are no events.</summary>
    public (ShardId Shard, long Place)? Oldest()
    {
        (ShardId Shard, long Place)? oldest = null;
        for (var shard = 0; shard < _shards.Length; shard++)
        {
            if (_shards[shard] is [var first, ..] && !(first.Place >= oldest?.Place))
            {
                oldest = (new ShardId(shard), first.Place);
            }
        }

        return oldest;
    }

    /// <summary>Places of one entity's events, or with entity 0 of all events of a shard.</summary>
    public YoungPlaces PlacesOf(ShardId shard, long entity)
    {
        lock (_lock)
        {
            var places = new List<EventPlace>();
            foreach (var young in _shards[shard.Value])
            {
                if (entity == 0)
                {
                    places.Add(new EventPlace(young.Sequence, young.Place));
                }
                else if (young.Entity == entity)
                {
                    places.Add(new EventPlace(young.EntitySequence, young.Place));
                }
            }

            return new YoungPlaces(places, _lastPlace);
        }
    }

    /// <summary>The first young event of each shard behind a checkpoint; absent where there is none.</summary>
    public (EventPlace?[] Places, long LastPlace) FirstBehind(Checkpoint after)
    {
        var places = new EventPlace?[_shards.Length];
        lock (_lock)
        {
            for (var shard = 0; shard < places.Length; shard++)
            {
                var events = _shards[shard];
                if (events.Count > 0 && Behind(events, after[new ShardId(shard)]) is var next && next < events.Count)
                {
                    places[shard] = new EventPlace(events[next].Sequence, events[next].Place);
                }
            }

            return (places, _lastPlace);
        }
    }

    /// <summary>Last sequence of every entity that has an event here.</summary>
    public (Dictionary<(int Shard, long Entity), long> Last, long LastPlace) LastOfAll()
    {
        var last = new Dictionary<(int Shard, long Entity), long>();
        lock (_lock)
        {
            for (var shard = 0; shard < _shards.Length; shard++)
            {
                foreach (var young in _shards[shard])
                {
                    last[(shard, young.Entity)] = young.EntitySequence;
                }
            }

            return (last, _lastPlace);
        }
    }

    /// <summary>Number of events up to a sequence.</summary>
    private static int Behind(List<YoungEvent> events, long sequence)
    {
        var (low, high) = (0, events.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = events[middle].Sequence <= sequence ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}

/// <summary>Young events of one stream as they were at some instant.</summary>
/// <param name="Places">The events, in order.</param>
/// <param name="LastPlace">Events that lie behind it were not seen.</param>
internal readonly record struct YoungPlaces(List<EventPlace> Places, long LastPlace);
