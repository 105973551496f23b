using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Sqlite;

/// <summary>
/// Journal of one node in a SQLite file: write-ahead log, every commit waits for fsync, commits shared by all actors.
/// </summary>
/// <remarks>
/// Opening takes all shards under the next epoch: a node that still has the file open is fenced off, and its appends
/// are refused from then on.
/// </remarks>
public sealed class SqliteJournal : IJournal
{
    private const int BlockEvents = 512;

    // Below the deadline of a call, so that a lock is reported as what it is and not as silence.
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(2);

    private readonly JournalOptions _options;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;
    private readonly WriterCalls _calls;

    private SqliteJournal(SqliteFile file, SqliteLedger ledger, JournalOptions options)
    {
        _options = options;
        Owner = ledger.Owner;
        _writer = new SqliteWriter(ledger, options);
        _readers = new SqliteReaders(file, ledger.Young, options);
        _calls = new WriterCalls(
            file.Path,
            options.Shards,
            options,
            _writer.Add,
            () => _writer.Trouble ?? "Check the disk and what else writes to the file.");
    }

    /// <inheritdoc/>
    public JournalOwner Owner { get; }

    /// <summary>Opens the journal of a file, creating folder, file and tables when they are missing.</summary>
    /// <param name="path">The file; its <c>-wal</c> and <c>-shm</c> companions lie beside it. On a local disk.</param>
    /// <param name="options">Settings.</param>
    /// <remarks>Blocks for the time of a few commits; meant for the start of a node.</remarks>
    /// <exception cref="JournalException">
    /// The file is not writable, locked, damaged, foreign, from a newer program, or has another number of shards.
    /// </exception>
    public static SqliteJournal Open(string path, JournalOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();

        var file = new SqliteFile(path, LockTimeout < options.Deadline ? LockTimeout : options.Deadline);
        try
        {
            return new SqliteJournal(file, new SqliteLedger(file, options), options);
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Explain(file.Path, error);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken) =>
        _calls.AppendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken) =>
        _calls.ReadHeadAsync(entity, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken) =>
        _calls.SaveSnapshotAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken)
    {
        entity = EntityKeys.Folded(entity);
        var shard = ShardId.Of(entity, Owner.Shards);
        return _readers.ReadAsync(reading => reading.Snapshot(entity, shard, atMost), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken) =>
        _calls.DeleteEventsAsync(entity, epoch, through, cancellationToken);

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
                reading => reading.Stream(entity, shard, after, BlockEvents), cancellationToken).ConfigureAwait(false);
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
            reading => reading.EntityPage(entity, shard, after[shard], limit), cancellationToken).ConfigureAwait(false);
        return new JournalPage(
            [.. events], events.Count == 0 ? after : after.With(shard, events[^1].ShardSequence));
    }

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadPageAsync(Checkpoint after, int limit, CancellationToken cancellationToken)
    {
        AppendRules.CheckLimit(after, limit);
        return _readers.ReadAsync(reading => reading.Page(after, limit), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownEntity>> ListEntitiesAsync(string type, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        return _readers.ReadAsync(reading => reading.Entities(type), cancellationToken);
    }

    /// <summary>
    /// Writes what is queued, gives the shards back and closes the file; waits no longer than the deadline.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _readers.Dispose();
        try
        {
            await Task.WhenAll(_writer.Ended, _readers.Ended)
                .WaitAsync(_options.Deadline, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The disk does not answer. The threads end with the process, and the next opening takes the shards.
        }
    }
}
