using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Postgres;

/// <summary>
/// Journal in a PostgreSQL database: one statement fences and writes the appends of many actors and shards.
/// </summary>
/// <remarks>
/// <para>
/// Opening takes all shards under the next epoch: a node that still has the journal open is fenced off, and its
/// appends are refused from then on.
/// </para>
/// <para>
/// When the answer to a statement is lost, the epoch of its shards is raised on another connection. Then the statement
/// can no longer take effect, and each append is answered by what is in the tables.
/// </para>
/// </remarks>
public sealed class PostgresJournal : IJournal
{
    private const int Lanes = 2;
    private const int BlockEvents = 1_024;

    private readonly JournalOptions _options;
    private readonly PostgresServer _server;
    private readonly PostgresLane[] _lanes;
    private readonly PostgresReaders _readers;
    private readonly WriterCalls _calls;
    private int _closed;

    private PostgresJournal(PostgresServer server, PostgresLane[] lanes, JournalOwner owner, JournalOptions options)
    {
        _options = options;
        _server = server;
        _lanes = lanes;
        Owner = owner;
        _readers = new PostgresReaders(server, options);
        _calls = new WriterCalls(server.Name, options.Shards, options, call => LaneOf(call.Shard).Add(call), Trouble);
    }

    /// <inheritdoc/>
    public JournalOwner Owner { get; }

    /// <summary>Opens the journal of a database, creating the tables when they are missing.</summary>
    /// <param name="connection">
    /// Connection string of Npgsql, such as <c>Host=10.0.0.7;Database=twin;Username=twin;Password=...</c>. Timeouts in
    /// it are replaced: they follow from the deadline of a call.
    /// </param>
    /// <param name="options">Settings.</param>
    /// <remarks>Blocks for the time of a few statements; meant for the start of a node.</remarks>
    /// <exception cref="JournalException">
    /// The server cannot be reached or lets the node not in; the database is missing, takes no writes, would lose what
    /// it acknowledged, is from a newer program, or has another number of shards.
    /// </exception>
    public static PostgresJournal Open(string connection, JournalOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(connection);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        var server = new PostgresServer(connection, options);
        try
        {
            var owner = Acquire(server, options);
            var capacity = Math.Max(1, options.MaximumQueued / Lanes);
            var lanes = Enumerable.Range(0, Lanes).Select(index => new PostgresLane(
                new PostgresLedger(server, owner, options.Time),
                options,
                capacity,
                new Random((int)(owner.Incarnation * Lanes) + index)));
            return new PostgresJournal(server, [.. lanes], owner, options);
        }
        catch (Exception error)
        {
            throw PostgresErrors.Explain(server.Name, error);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        _calls.AppendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken) =>
        _calls.ReadHeadAsync(entity, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEvent> ReadStreamAsync(
        EntityKey entity, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        entity = EntityKeys.Folded(entity);
        var shard = ShardId.Of(entity, Owner.Shards);
        var after = afterSequence;
        while (true)
        {
            var block = await _readers.ReadAsync(
                (reading, stop) => reading.StreamAsync(entity, shard, after, BlockEvents, stop),
                cancellationToken).ConfigureAwait(false);
            foreach (var stored in block)
            {
                yield return stored;
            }

            if (block.Count < BlockEvents)
            {
                yield break;
            }

            after = block[^1].Sequence;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<JournalPage> ReadEntityPageAsync(
        EntityKey entity, Checkpoint after, int limit, CancellationToken cancellationToken)
    {
        AppendRules.CheckLimit(after, limit);
        entity = EntityKeys.Folded(entity);
        var shard = ShardId.Of(entity, Owner.Shards);
        var events = await _readers.ReadAsync(
            async (reading, stop) =>
            {
                var seen = after[shard] == 0
                    ? 0
                    : await reading.SequenceAtAsync(entity, shard, after[shard], stop).ConfigureAwait(false);
                return await reading.StreamAsync(entity, shard, seen, limit, stop).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return new JournalPage(
            [.. events], events.Count == 0 ? after : after.With(shard, events[^1].ShardSequence));
    }

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadPageAsync(Checkpoint after, int limit, CancellationToken cancellationToken)
    {
        AppendRules.CheckLimit(after, limit);
        return _readers.ReadAsync((reading, stop) => reading.PageAsync(after, limit, stop), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownEntity>> ListEntitiesAsync(string type, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return _readers.ReadAsync((reading, stop) => reading.EntitiesAsync(type, stop), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken) =>
        _calls.SaveSnapshotAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken)
    {
        entity = EntityKeys.Folded(entity);
        var shard = ShardId.Of(entity, Owner.Shards);
        return _readers.ReadAsync(
            (reading, stop) => reading.SnapshotAsync(entity, shard, atMost, stop), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken) =>
        _calls.DeleteEventsAsync(entity, epoch, through, cancellationToken);

    /// <summary>
    /// Writes what is queued, gives the shards back and closes the connections; waits no longer than the deadline.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        _readers.Close();
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }

        try
        {
            await Task.WhenAll(_lanes.Select(lane => lane.Ended))
                .ContinueWith(_ => Release(), TaskScheduler.Default)
                .WaitAsync(_options.Deadline, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The server does not answer. The threads end with the process, and the next opening takes the shards.
        }

        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private static JournalOwner Acquire(PostgresServer server, JournalOptions options)
    {
        using var connection = server.OpenPatient();
        PostgresSchema.Prepare(connection, server.Name, options.Shards);
        return PostgresOwnership.Acquire(connection, options);
    }

    private PostgresLane LaneOf(ShardId shard) => _lanes[shard.Value % _lanes.Length];

    private string Trouble() => _lanes.Select(lane => lane.Trouble).FirstOrDefault(trouble => trouble is not null)
        ?? "Check the server and the network to it.";

    private void Release()
    {
        try
        {
            using var connection = _server.OpenWriter();
            PostgresOwnership.Release(connection, Owner);
        }
        catch (Exception)
        {
            // The next opening takes the shards anyway; the owner's row only tells people that nobody has them.
        }
    }
}
