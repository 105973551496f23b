using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Writes the appends of one batch with one statement: plan, send, and answer shard by shard.</summary>
internal sealed class PostgresBatch(PostgresLedger ledger, Action<Action> commitStep)
{
    // A serialization failure or a deadlock has undone the statement: the same one is sent again.
    private const int MostTries = 4;

    private readonly SortedDictionary<int, long> _next = [];
    private readonly HashSet<ShardId> _taken = [];
    private readonly List<PendingAppend> _planned = [];
    private (ShardId Shard, long Epoch)[] _epochs = [];
    private Exception? _error;

    /// <summary>How far a batch got.</summary>
    public enum End
    {
        /// <summary>Every append has its answer.</summary>
        Answered,

        /// <summary>It may or may not have been written; the appends wait for <see cref="Settle"/>.</summary>
        Unknown,

        /// <summary>One append broke a unique key and nothing was written: write each append alone.</summary>
        Split,

        /// <summary>The connection was dead before anything was sent: try another, or <see cref="Reject"/>.</summary>
        NotSent,
    }

    /// <summary>Writes the appends and answers them, unless the end says otherwise.</summary>
    public End Write(List<PendingAppend> appends)
    {
        var end = Write(appends, lookUp: false);
        if (end is not End.Split)
        {
            return end;
        }

        // Nearly always a command that was sent again: now all of them are looked up.
        end = Write(appends, lookUp: true);
        if (end is not End.Split || appends.Count > 1)
        {
            return end;
        }

        Reject(appends);
        return End.Answered;
    }

    /// <summary>
    /// Ends a batch with an unknown outcome: lets no late statement in any more, and answers by what is really there.
    /// </summary>
    /// <remarks>
    /// Throws when the store does not let us; nothing has been answered then and it can be tried again.
    /// </remarks>
    public void Settle(List<PendingAppend> appends)
    {
        var ends = ledger.Renew(_epochs, "append with unknown outcome");
        foreach (var (shard, epoch) in _epochs)
        {
            var isWritten = ends[shard] >= _next[shard.Value];
            var isLost = ledger.IsLost(shard);
            foreach (var append in appends.Where(append => append.IsPlanned && append.Shard == shard).ToArray())
            {
                append.Decided = isWritten ? append.Written(isLost ? epoch : ledger.EpochOf(shard))
                    : isLost ? FencedNow(shard)
                    : NotWritten(_error!);
            }
        }

        Answer(appends);
    }

    /// <summary>Ends a batch that could not be settled before the journal closed.</summary>
    public void GiveUp(List<PendingAppend> appends)
    {
        foreach (var append in appends)
        {
            append.Unknown($"Journal {ledger.Store} was closed while an append was under way.", _error);
        }
    }

    /// <summary>Ends a batch of which certainly nothing was written.</summary>
    public void Reject(List<PendingAppend> appends)
    {
        var rejected = NotWritten(_error!);
        foreach (var append in appends)
        {
            append.Complete(append.Decided switch
            {
                AppendOutcome.Appended or AppendOutcome.Fenced => append.Decided,
                // What kept us out may be the shard's next owner.
                _ when ledger.IsLost(append.Shard) => FencedNow(append.Shard),
                _ => rejected,
            });
        }
    }

    private End Write(List<PendingAppend> appends, bool lookUp)
    {
        try
        {
            Plan(appends, lookUp);
            Fill(appends);
        }
        catch (Exception error)
        {
            _error = error;
            Undo();
            return End.NotSent;
        }

        if (_next.Count == 0)
        {
            Answer(appends);
            return End.Answered;
        }

        try
        {
            commitStep(Send);
        }
        catch (Exception error)
        {
            _error = error;
            return PostgresErrors.IsDefinite(error) ? AfterFailure(appends, error) : End.Unknown;
        }

        foreach (var shard in _taken)
        {
            ledger.Moved(shard, _next[shard.Value]);
        }

        if (_taken.Count < _next.Count)
        {
            Fence(appends);
        }

        Answer(appends);
        return End.Answered;
    }

    private void Plan(List<PendingAppend> appends, bool lookUp)
    {
        _next.Clear();
        foreach (var append in appends)
        {
            append.Unplan();
        }

        if (appends.Exists(append => IsFenced(append)))
        {
            ledger.Load();
        }

        ledger.Meet(appends.Select(static append => (append.Request.Entity, append.Shard)));
        var stored = lookUp ? Stored(appends) : [];
        List<PendingAppend>? doubtful = null;
        foreach (var append in appends)
        {
            if (stored.TryGetValue(append, out var first))
            {
                append.Decided = first;
            }
            else
            {
                PlanOne(append, ref doubtful);
            }
        }

        if (doubtful is null)
        {
            return;
        }

        // The stream has gone on since: because others wrote, or because this very command did.
        foreach (var (append, first) in Stored(doubtful))
        {
            append.Decided = first;
        }
    }

    private void PlanOne(PendingAppend append, ref List<PendingAppend>? doubtful)
    {
        var request = append.Request;
        var shard = append.Shard;
        if (IsFenced(append))
        {
            append.Decided = FencedNow(shard);
            return;
        }

        var entity = ledger.EntityOf(request.Entity);
        if (request.Command is { } command && SameInBatch(entity, command) is { } earlier)
        {
            append.SameAs = earlier;
            return;
        }

        if (request.ExpectedSequence != entity.Last)
        {
            append.Decided = new AppendOutcome.Conflict(entity.Last);
            (doubtful ??= []).Add(append);
            return;
        }

        var head = _next.GetValueOrDefault(shard.Value, ledger.HeadOf(shard));
        append.Entity = entity;
        append.Earlier = entity.InBatch;
        append.FirstSequence = entity.Last + 1;
        append.FirstShardSequence = head + 1;
        entity.Last += append.Events;
        entity.InBatch = append;
        _next[shard.Value] = head + append.Events;
    }

    private static PendingAppend? SameInBatch(EntityState entity, Guid command)
    {
        var earlier = entity.InBatch;
        while (earlier is not null && earlier.Request.Command != command)
        {
            earlier = earlier.Earlier;
        }

        return earlier;
    }

    private void Fill(List<PendingAppend> appends)
    {
        var rows = ledger.Rows;
        rows.Clear();
        _planned.Clear();
        _planned.AddRange(appends.Where(static append => append.IsPlanned));

        // Neighbours in the table and its index are written one after another.
        _planned.Sort(static (one, other) =>
            (one.Shard.Value, one.FirstShardSequence).CompareTo((other.Shard.Value, other.FirstShardSequence)));
        foreach (var append in _planned)
        {
            if (append.Entity!.Id == 0)
            {
                append.Entity.Id = append.FirstShardSequence;
                rows.AddEntity(append.Entity);
            }

            for (var part = 0; part < append.Events; part++)
            {
                rows.AddEvent(append, part, ledger.KindOf(append.Request.Events[part].Name));
            }
        }

        _epochs = [.. _next.Keys.Select(shard => (new ShardId(shard), ledger.EpochOf(new ShardId(shard))))];
        foreach (var (shard, epoch) in _epochs)
        {
            rows.AddFence(
                shard, epoch, ledger.HeadOf(shard), _next[shard.Value], ledger.IndexedOf(shard), ledger.DueOf(shard));
        }
    }

    private void Send()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                ledger.Statements.Append(_taken);
                return;
            }
            catch (Exception error) when (PostgresErrors.IsRetryable(error) && attempt < MostTries)
            {
            }
        }
    }

    private void Fence(List<PendingAppend> appends)
    {
        Undo();
        foreach (var append in appends.Where(append => append.IsPlanned && !_taken.Contains(append.Shard)).ToArray())
        {
            append.Decided = FencedNow(append.Shard);
        }
    }

    private End AfterFailure(List<PendingAppend> appends, Exception error)
    {
        Undo();
        if (PostgresErrors.IsConstraint(error))
        {
            return End.Split;
        }

        Reject(appends);
        return End.Answered;
    }

    /// <summary>Forgets what the batch changed in memory only.</summary>
    private void Undo()
    {
        try
        {
            ledger.Load();
        }
        catch (Exception)
        {
            // The connection is dead and closed now; the next one loads everything.
        }
    }

    private void Answer(List<PendingAppend> appends)
    {
        foreach (var append in appends)
        {
            if (append.Entity is { } entity)
            {
                entity.InBatch = null;
            }

            append.Complete(Outcome(append));
        }
    }

    private AppendOutcome Outcome(PendingAppend append) => append.SameAs is { } first
        ? Outcome(first) is AppendOutcome.Appended written ? written with { AlreadyStored = true } : Outcome(first)
        : append.Decided ?? append.Written(ledger.EpochOf(append.Shard));

    private Dictionary<PendingAppend, AppendOutcome.Appended> Stored(List<PendingAppend> appends)
    {
        var sent = appends
            .Where(static append => append.Request.Command is not null)
            .Select(append => (append, ledger.EntityOf(append.Request.Entity).Id))
            .Where(static one => one.Id != 0)
            .ToList();
        return sent.Count == 0 ? [] : ledger.Statements.FindCommands(sent);
    }

    private bool IsFenced(PendingAppend append) =>
        ledger.IsLost(append.Shard) || append.Request.Epoch != ledger.EpochOf(append.Shard);

    private AppendOutcome.Fenced FencedNow(ShardId shard) =>
        new(shard, ledger.EpochOf(shard), !ledger.IsLost(shard));

    private AppendOutcome.Rejected NotWritten(Exception error) =>
        new(RejectionReason.Unavailable, PostgresErrors.Explain(ledger.Store, error).Message);
}
