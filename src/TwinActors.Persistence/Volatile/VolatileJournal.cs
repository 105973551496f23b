using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Volatile;

/// <summary>Journal in memory with the same rules as the durable ones, for tests and simulations.</summary>
/// <remarks>Calls complete at once, on the caller's thread; deadlines therefore never pass.</remarks>
public sealed class VolatileJournal : IJournal
{
    private readonly VolatileStore _store;
    private readonly JournalOptions _options;
    private bool _closed;

    private VolatileJournal(VolatileStore store, JournalOptions options, long incarnation)
    {
        _store = store;
        _options = options;
        Owner = new JournalOwner(store.ClusterId, options.Node, incarnation, options.Shards);
    }

    /// <inheritdoc/>
    public JournalOwner Owner { get; }

    /// <summary>Opens a journal over a store and takes all shards under the next epoch.</summary>
    /// <param name="store">The store; an older journal over it is fenced off.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="JournalException">The store was first opened with another number of shards.</exception>
    public static VolatileJournal Open(VolatileStore store, JournalOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        lock (store.Gate)
        {
            if (store.Shards != 0 && store.Shards != options.Shards)
            {
                throw new JournalException(
                    JournalFault.OtherShardCount,
                    $"The store was opened with {store.Shards} shards, {options.Shards} are configured.");
            }

            store.Shards = options.Shards;
            var incarnation = ++store.LastIncarnation;
            for (var shard = new ShardId(0); shard.Value < options.Shards; shard = new ShardId(shard.Value + 1))
            {
                store.Epochs[shard] = store.Epochs.GetValueOrDefault(shard) + 1;
                store.Owners[shard] = incarnation;
            }

            return new VolatileJournal(store, options, incarnation);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();

        if (AppendRules.Check(request, _options, out _) is { } rejected)
        {
            return ValueTask.FromResult<AppendOutcome>(rejected);
        }

        request = request with { Entity = EntityKeys.Folded(request.Entity) };
        lock (_store.Gate)
        {
            return ValueTask.FromResult(_closed
                ? new AppendOutcome.Rejected(RejectionReason.Unavailable, "The journal is closed.")
                : Append(request, ShardId.Of(request.Entity, Owner.Shards)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken) => Read(() =>
    {
        entity = EntityKeys.Folded(entity);
        var shard = ShardId.Of(entity, Owner.Shards);
        var epoch = _store.Epochs[shard];
        return _store.Owners.GetValueOrDefault(shard) == Owner.Incarnation
            ? new StreamHead(shard, epoch, LastOf(entity))
            : throw new JournalException(
                JournalFault.Fenced, $"Shard {shard} belongs to another node since epoch {epoch}.");
    });

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEvent> ReadStreamAsync(
        EntityKey entity, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        entity = EntityKeys.Folded(entity);
        var events = await Read(() => StreamOf(entity).SkipWhile(stored => stored.Sequence <= afterSequence).ToArray())
            .ConfigureAwait(false);
        foreach (var stored in events)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return stored;
        }
    }

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadEntityPageAsync(
        EntityKey entity, Checkpoint after, int limit, CancellationToken cancellationToken)
    {
        AppendRules.CheckLimit(after, limit);
        entity = EntityKeys.Folded(entity);
        var shard = ShardId.Of(entity, Owner.Shards);
        return Read(() => Page(
            StreamOf(entity).Where(stored => stored.ShardSequence > after[shard]).Take(limit), after));
    }

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadPageAsync(Checkpoint after, int limit, CancellationToken cancellationToken)
    {
        AppendRules.CheckLimit(after, limit);
        return Read(() => Page(Merge(after).Take(limit), after));
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownEntity>> ListEntitiesAsync(string type, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return Read(() => _store.Streams.Keys
            .Where(entity => entity.Type.Equals(type, StringComparison.OrdinalIgnoreCase))
            .OrderBy(entity => entity.Tenant)
            .ThenBy(entity => entity.Key, StringComparer.Ordinal)
            .Select(entity => new KnownEntity(entity, ShardId.Of(entity, Owner.Shards), LastOf(entity)))
            .ToImmutableArray());
    }

    /// <inheritdoc/>
    public async ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken)
    {
        SnapshotRules.Check(snapshot, _options);
        var entity = EntityKeys.Folded(snapshot.Entity);
        await Read(() =>
        {
            Fence(entity, snapshot.Epoch);
            var last = StreamOf(entity).Find(stored => stored.Sequence == snapshot.Sequence)
                ?? throw SnapshotRules.NoSuchEvent(snapshot);
            var snapshots = SnapshotsOf(entity);
            snapshots.RemoveAll(stored => stored.Sequence == snapshot.Sequence);
            snapshots.Add(new StoredSnapshot
            {
                Entity = entity,
                Sequence = snapshot.Sequence,
                Position = last.Position,
                Epoch = snapshot.Epoch,
                Name = snapshot.Name,
                Codec = snapshot.Codec,
                AtNs = snapshot.AtNs,
                Checksum = StoredSnapshot.ChecksumOf(snapshot),
                Body = snapshot.Body.ToArray(),
            });
            snapshots.Sort((one, other) => other.Sequence.CompareTo(one.Sequence));
            return snapshots.RemoveAll(stored => stored.Sequence < SnapshotRules.KeptFrom(snapshots));
        }).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken) =>
        Read(() => SnapshotsOf(EntityKeys.Folded(entity)).Find(stored => stored.Sequence <= atMost));

    /// <inheritdoc/>
    public ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken) => Read(() =>
    {
        entity = EntityKeys.Folded(entity);
        Fence(entity, epoch);
        SnapshotRules.RequireConfirmed(entity, through, SnapshotsOf(entity));
        foreach (var stored in StreamOf(entity).Where(stored => stored.Sequence <= through))
        {
            if (stored.Command is { } command)
            {
                _store.Commands.Remove((entity, command));
            }

            _store.Events[stored.Shard].Remove(stored);
        }

        return (long)StreamOf(entity).RemoveAll(stored => stored.Sequence <= through);
    });

    /// <summary>Gives the shards back; the events stay in the store.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_store.Gate)
        {
            _closed = true;
            foreach (var (shard, owner) in _store.Owners.ToArray())
            {
                if (owner == Owner.Incarnation)
                {
                    _store.Owners.Remove(shard);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private AppendOutcome Append(AppendRequest request, ShardId shard)
    {
        var epoch = _store.Epochs[shard];
        var isOwner = _store.Owners.GetValueOrDefault(shard) == Owner.Incarnation;
        if (!isOwner || request.Epoch != epoch)
        {
            return new AppendOutcome.Fenced(shard, epoch, isOwner);
        }

        if (request.Command is { } command
            && _store.Commands.TryGetValue((request.Entity, command), out var first))
        {
            return first with { Epoch = epoch, AlreadyStored = true };
        }

        var last = LastOf(request.Entity);
        if (request.ExpectedSequence != last)
        {
            return new AppendOutcome.Conflict(last);
        }

        var commit = new VolatileCommit(_store, request, shard);
        try
        {
            _options.CommitStep(commit.Write);
            return commit.Outcome(epoch);
        }
        catch (Exception)
        {
            // The unknown rule: a new epoch first, then what is really there decides.
            _store.Epochs[shard] = epoch + 1;
            return commit.IsWritten
                ? commit.Outcome(epoch + 1)
                : new AppendOutcome.Rejected(RejectionReason.Unavailable, "The commit failed and nothing was written.");
        }
    }

    private void Fence(EntityKey entity, long epoch)
    {
        var shard = ShardId.Of(entity, Owner.Shards);
        SnapshotRules.Fence(
            entity, epoch, shard, _store.Epochs[shard], _store.Owners.GetValueOrDefault(shard) == Owner.Incarnation);
    }

    private List<StoredSnapshot> SnapshotsOf(EntityKey entity)
    {
        if (!_store.Snapshots.TryGetValue(entity, out var snapshots))
        {
            _store.Snapshots.Add(entity, snapshots = []);
        }

        return snapshots;
    }

    private List<StoredEvent> StreamOf(EntityKey entity) => _store.Streams.GetValueOrDefault(entity) ?? [];

    private long LastOf(EntityKey entity) => StreamOf(entity) is [.., var last] ? last.Sequence : 0;

    /// <summary>Events of all shards behind a checkpoint, merged by time; those of one shard stay in order.</summary>
    private IEnumerable<StoredEvent> Merge(Checkpoint after)
    {
        var next = new PriorityQueue<IEnumerator<StoredEvent>, (long At, int Shard, long Sequence)>();
        foreach (var (shard, events) in _store.Events)
        {
            Advance(events.SkipWhile(stored => stored.ShardSequence <= after[shard]).GetEnumerator(), next);
        }

        while (next.TryDequeue(out var events, out _))
        {
            yield return events.Current;
            Advance(events, next);
        }
    }

    private static void Advance(
        IEnumerator<StoredEvent> events,
        PriorityQueue<IEnumerator<StoredEvent>, (long At, int Shard, long Sequence)> next)
    {
        if (events.MoveNext())
        {
            var stored = events.Current;
            next.Enqueue(events, (stored.AtNs, stored.Shard.Value, stored.ShardSequence));
        }
    }

    private static JournalPage Page(IEnumerable<StoredEvent> events, Checkpoint after)
    {
        var page = events.ToImmutableArray();
        return new JournalPage(
            page, page.Aggregate(after, (at, stored) => at.With(stored.Shard, stored.ShardSequence)));
    }

    private ValueTask<T> Read<T>(Func<T> read)
    {
        lock (_store.Gate)
        {
            return _closed
                ? ValueTask.FromException<T>(new JournalException(JournalFault.Closed, "The journal is closed."))
                : Answer(read);
        }
    }

    private static ValueTask<T> Answer<T>(Func<T> read)
    {
        try
        {
            return ValueTask.FromResult(read());
        }
        catch (JournalException error)
        {
            return ValueTask.FromException<T>(error);
        }
    }
}
