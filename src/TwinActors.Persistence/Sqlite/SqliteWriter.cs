using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>
/// The one thread that writes: takes whatever is queued, commits it, answers, and takes what came meanwhile.
/// </summary>
/// <remarks>
/// Natural batching: no timer. A thread of its own, because a commit blocks on the disk and because a starved thread
/// pool must not stop the journal.
/// </remarks>
internal sealed class SqliteWriter : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(1);

    private readonly SqliteLedger _ledger;
    private readonly JournalOptions _options;
    private readonly SqliteBatch _batch;
    private readonly WriterQueue _queue;
    private readonly ManualResetEvent _closing = new(initialState: false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile string? _trouble;

    public SqliteWriter(SqliteLedger ledger, JournalOptions options)
    {
        _ledger = ledger;
        _options = options;
        _batch = new SqliteBatch(ledger, options.CommitStep);
        _queue = new WriterQueue(options.MaximumQueued, options.Time);
        new Thread(Run) { Name = "journal writer", IsBackground = true }.Start();
    }

    /// <summary>Completes when the thread has ended and the file is closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why the writer is stuck; absent while it is not.</summary>
    public string? Trouble => _trouble;

    public WriterQueue.Offer Add(PendingCall call) => _queue.Add(call);

    /// <summary>Refuses further calls; those already queued are still written, then the thread ends.</summary>
    public void Dispose()
    {
        if (!Ended.IsCompleted)
        {
            _closing.Set();
            _queue.Close();
        }
    }

    private void Run()
    {
        try
        {
            var calls = new List<PendingCall>();
            while (_queue.Take(calls, _options.MaximumBatchEvents, _options.MaximumBatchBytes))
            {
                Execute(calls);
            }

            Release();
        }
        finally
        {
            _ledger.Dispose();
            _queue.Close();
            _ended.TrySetResult();
        }
    }

    private void Execute(List<PendingCall> calls)
    {
        var appends = calls.OfType<PendingAppend>().ToList();
        if (appends.Count > 0)
        {
            Write(appends);
        }

        // Behind the appends of the same batch: a head is never older than an append that was called before it.
        foreach (var work in calls.OfType<PendingWork>())
        {
            Do(work);
        }
    }

    private void Write(List<PendingAppend> appends)
    {
        switch (_batch.Write(appends))
        {
            case SqliteBatch.End.Unknown:
                Settle(appends);
                return;
            case SqliteBatch.End.Split:
                foreach (var append in appends)
                {
                    Write([append]);
                }

                return;
        }
    }

    private void Settle(List<PendingAppend> appends)
    {
        for (var retry = FirstRetry; ; retry = retry * 2 < LastRetry ? retry * 2 : LastRetry)
        {
            try
            {
                _batch.Settle(appends);
                _trouble = null;
                return;
            }
            catch (Exception error)
            {
                // Whatever the reason, nothing is known yet. The callers' deadlines run on: each learns "unknown" then.
                _trouble = SqliteErrors.Explain(_ledger.Path, error).Message;
            }

            if (_closing.WaitOne(retry))
            {
                _batch.GiveUp(appends);
                return;
            }
        }
    }

    private void Do(PendingWork work)
    {
        try
        {
            _ledger.Open();
            switch (work)
            {
                case PendingHead head:
                    head.Complete(_ledger.EndOf(head.Entity, head.Shard));
                    break;
                case PendingSnapshot save:
                    save.Complete(SqliteSnapshots.Save(_ledger, save.Snapshot, save.Shard));
                    break;
                case PendingDeletion delete:
                    delete.Complete(SqliteSnapshots.DeleteEvents(_ledger, delete));
                    break;
            }
        }
        catch (Exception error)
        {
            _ledger.Abandon();
            work.Fail(SqliteErrors.Explain(_ledger.Path, error));
        }
    }

    private void Release()
    {
        try
        {
            _ledger.Release();
        }
        catch (SqliteException)
        {
            // The next opening takes the shards anyway; the owner's row only tells people that nobody has them.
        }
    }
}
