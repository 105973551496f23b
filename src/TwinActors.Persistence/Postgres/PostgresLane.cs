using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>
/// One thread and one connection that write a part of the shards: takes whatever is queued, sends it, answers, and
/// takes what came meanwhile.
/// </summary>
/// <remarks>
/// Natural batching: whoever writes alone never waits for others. One statement is under way at a time, so the appends
/// of a shard keep their order. A thread of its own, because a starved thread pool must not stop the journal.
/// </remarks>
internal sealed class PostgresLane : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(2);

    // After so many calls of a batch the next one waits a moment: those who were answered have their next call nearly
    // ready. Without it they miss the next batch, and twice as many statements move the heads of twice as many shards.
    private const int Busy = 64;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly PostgresLedger _ledger;
    private readonly JournalOptions _options;
    private readonly Random _jitter;
    private readonly WriterQueue _queue;
    private readonly ManualResetEvent _closing = new(initialState: false);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private volatile string? _trouble;

    /// <param name="ledger">Closed; the lane opens it.</param>
    /// <param name="options">Settings.</param>
    /// <param name="capacity">Most calls that wait.</param>
    /// <param name="jitter">Spreads what several lanes and nodes do after the server was away.</param>
    public PostgresLane(PostgresLedger ledger, JournalOptions options, int capacity, Random jitter)
    {
        _ledger = ledger;
        _options = options;
        _jitter = jitter;
        _queue = new WriterQueue(capacity, options.Time);
        new Thread(Run) { Name = "journal lane", IsBackground = true }.Start();
    }

    /// <summary>Completes when the thread has ended and the connection is closed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Why the lane is stuck; absent while it is not.</summary>
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

            // Calls wait in the queue while there is no connection: those that give up are certainly not written.
            while (Connect() && _queue.Take(calls, _options.MaximumBatchEvents, _options.MaximumBatchBytes))
            {
                Execute(calls);
                if (calls.Count >= Busy)
                {
                    _queue.Linger(calls.Count, Moment);
                }
            }
        }
        finally
        {
            _ledger.Dispose();
            _queue.Close();
            TurnAway();
            _ended.TrySetResult();
        }
    }

    /// <summary>Makes sure that there is a connection; false when the journal closes first.</summary>
    private bool Connect() => _ledger.IsOpen || Retry(_ledger.Reopen);

    private void Execute(List<PendingCall> calls)
    {
        var appends = new List<PendingAppend>(calls.Count);
        var heads = new List<PendingHead>();
        foreach (var call in calls)
        {
            switch (call)
            {
                case PendingAppend append:
                    appends.Add(append);
                    break;
                case PendingHead head:
                    heads.Add(head);
                    break;
            }
        }

        if (appends.Count > 0)
        {
            Write(appends);
        }

        // Behind the appends of the same batch: a head is never older than an append that was called before it.
        if (heads.Count > 0)
        {
            Do(heads, () => Answer(heads));
        }

        foreach (var call in calls)
        {
            switch (call)
            {
                case PendingSnapshot save:
                    Do([save], () => save.Complete(PostgresSnapshots.Save(_ledger, save.Snapshot, save.Shard)));
                    break;
                case PendingDeletion delete:
                    Do([delete], () => delete.Complete(PostgresSnapshots.DeleteEvents(_ledger, delete)));
                    break;
            }
        }
    }

    private void Write(List<PendingAppend> appends)
    {
        var batch = new PostgresBatch(_ledger, _options.CommitStep);
        var end = batch.Write(appends);
        if (end is PostgresBatch.End.NotSent && TryReopen())
        {
            end = batch.Write(appends);
        }

        switch (end)
        {
            case PostgresBatch.End.Unknown:
                if (!Retry(() => batch.Settle(appends)))
                {
                    batch.GiveUp(appends);
                }

                return;
            case PostgresBatch.End.Split:
                foreach (var append in appends)
                {
                    Write([append]);
                }

                return;
            case PostgresBatch.End.NotSent:
                batch.Reject(appends);
                return;
        }
    }

    /// <summary>Does what can be done twice; on a new connection the second time.</summary>
    private void Do(IReadOnlyList<PendingWork> calls, Action action)
    {
        Exception? problem = null;
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            try
            {
                if (!_ledger.IsOpen)
                {
                    _ledger.Reopen();
                }

                action();
                return;
            }
            catch (Exception error)
            {
                problem = error;
                _ledger.Close();
                if (error is JournalException)
                {
                    break;
                }
            }
        }

        foreach (var call in calls)
        {
            call.Fail(PostgresErrors.Explain(_ledger.Store, problem!));
        }
    }

    private void Answer(List<PendingHead> heads)
    {
        _ledger.Check(heads.Select(head => head.Shard).Distinct());
        _ledger.Meet(heads.Select(head => (head.Entity, head.Shard)));
        foreach (var head in heads)
        {
            var epoch = _ledger.EpochOf(head.Shard);
            if (_ledger.IsLost(head.Shard))
            {
                head.Fail(new JournalException(
                    JournalFault.Fenced,
                    $"Shard {head.Shard} of journal {_ledger.Store} belongs to another node since epoch {epoch}. "
                    + "Two nodes have opened the same journal: stop one of them."));
            }
            else
            {
                head.Complete(new StreamHead(head.Shard, epoch, _ledger.EntityOf(head.Entity).Last));
            }
        }
    }

    private bool TryReopen()
    {
        try
        {
            _ledger.Reopen();
            return true;
        }
        catch (Exception error)
        {
            _trouble = PostgresErrors.Explain(_ledger.Store, error).Message;
            return false;
        }
    }

    /// <summary>Does it until it succeeds, less and less often; false when the journal closes first.</summary>
    private bool Retry(Action action)
    {
        for (var pause = FirstRetry; ; pause = pause * 2 < LastRetry ? pause * 2 : LastRetry)
        {
            try
            {
                action();
                _trouble = null;
                return true;
            }
            catch (Exception error)
            {
                // Whatever the reason, nothing is known yet. The callers' deadlines run on.
                _trouble = PostgresErrors.Explain(_ledger.Store, error).Message;
            }

            if (_closing.WaitOne(pause * (0.5 + _jitter.NextDouble())))
            {
                return false;
            }
        }
    }

    /// <summary>Answers calls that nobody will carry out any more.</summary>
    private void TurnAway()
    {
        var calls = new List<PendingCall>();
        while (_queue.Take(calls, int.MaxValue, int.MaxValue))
        {
            foreach (var call in calls)
            {
                switch (call)
                {
                    case PendingAppend append:
                        append.Complete(new AppendOutcome.Rejected(
                            RejectionReason.Unavailable, $"Journal {_ledger.Store} is closed. {_trouble}"));
                        break;
                    case PendingWork work:
                        work.Fail(new JournalException(
                            JournalFault.Closed, $"Journal {_ledger.Store} is closed. {_trouble}"));
                        break;
                }
            }
        }
    }
}
