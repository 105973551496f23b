using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

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
    private readonly string _path;
    private readonly SqliteWriter _writer;
    private readonly SqliteReaders _readers;

    private SqliteJournal(SqliteFile file, SqliteLedger ledger, JournalOptions options)
    {
        _options = options;
        _path = file.Path;
        Owner = ledger.Owner;
        _writer = new SqliteWriter(ledger, options);
        _readers = new SqliteReaders(file, options);
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
    public async ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();

        if (AppendRules.Check(request, _options, out var bytes) is { } rejected)
        {
            return rejected;
        }

        request = request with { Entity = EntityKeys.Folded(request.Entity) };
        var call = new PendingAppend(request, ShardId.Of(request.Entity, Owner.Shards), bytes);
        switch (_writer.Add(call))
        {
            case WriterQueue.Offer.Full:
                return new AppendOutcome.Rejected(
                    RejectionReason.Overloaded,
                    $"{_options.MaximumQueued} appends wait for journal {_path} already. Send it again later.");
            case WriterQueue.Offer.Closed:
                return new AppendOutcome.Rejected(RejectionReason.Unavailable, $"Journal {_path} is closed.");
        }

        var deadline = request.Deadline ?? _options.Deadline;
        try
        {
            return await call.Done.WaitAsync(deadline, _options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return await AfterDeadlineAsync(call, deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            call.TryAbandon();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        entity = EntityKeys.Folded(entity);
        var call = new PendingHead(entity, ShardId.Of(entity, Owner.Shards));
        switch (_writer.Add(call))
        {
            case WriterQueue.Offer.Full:
                throw new JournalException(
                    JournalFault.TimedOut, $"{_options.MaximumQueued} calls wait for journal {_path} already.");
            case WriterQueue.Offer.Closed:
                throw new JournalException(JournalFault.Closed, $"Journal {_path} is closed.");
        }

        try
        {
            return await call.Done.WaitAsync(_options.Deadline, _options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            call.TryAbandon();
            throw new JournalException(
                JournalFault.TimedOut,
                $"Journal {_path} did not say within {_options.Deadline.TotalSeconds} s where {entity} ends. {Trouble}",
                error);
        }
    }

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

    private string Trouble => _writer.Trouble ?? "Check the disk and what else writes to the file.";

    private async ValueTask<AppendOutcome> AfterDeadlineAsync(PendingAppend call, TimeSpan deadline)
    {
        if (call.TryAbandon())
        {
            return new AppendOutcome.Rejected(
                RejectionReason.Unavailable,
                $"{call.Request.Entity} waited {deadline.TotalSeconds} s for journal {_path} and was not written. "
                + Trouble);
        }

        if (call.Done.IsCompleted)
        {
            return await call.Done.ConfigureAwait(false);
        }

        throw new JournalOutcomeUnknownException(
            call.Request.Entity,
            call.Request.Command,
            $"Journal {_path} did not answer within {deadline.TotalSeconds} s while {call.Request.Entity} was being "
            + $"written. {Trouble}");
    }
}
