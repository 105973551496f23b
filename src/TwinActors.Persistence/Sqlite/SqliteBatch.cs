using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Writes the appends of one batch in one transaction: plan, fence, insert, commit.</summary>
/// <remarks>One object serves batch after batch, so that none but its first allocates.</remarks>
internal sealed class SqliteBatch
{
    private readonly SqliteLedger _ledger;
    private readonly Action<Action> _commitStep;
    private readonly Action _commit;
    private readonly SqliteIndexing _indexing;

    // Head of each shard after the batch; 0 for shards that it does not touch.
    private readonly long[] _next;
    private readonly List<ShardId> _touched = [];

    // Events that go into one row.
    private readonly List<PackedEvent?> _pack = [];

    private bool _looksUpCommands;
    private bool _fenced;
    private Exception? _unknown;

    public SqliteBatch(SqliteLedger ledger, Action<Action> commitStep)
    {
        _ledger = ledger;
        _commitStep = commitStep;
        _indexing = new SqliteIndexing(ledger);
        _commit = () => ledger.Statements.Commit();
        _next = new long[ledger.Owner.Shards];
    }

    /// <summary>How far a batch got.</summary>
    public enum End
    {
        /// <summary>Every append has its answer.</summary>
        Answered,

        /// <summary>The commit may or may not have happened; the appends wait for <see cref="Settle"/>.</summary>
        Unknown,

        /// <summary>One append broke a unique key and nothing was written: write each append alone.</summary>
        Split,
    }

    /// <summary>Writes the appends and answers them, unless the end says otherwise.</summary>
    /// <remarks>
    /// An append that fits to the end of its stream is taken for new without asking for its command: the unique index
    /// would not take a second one. When that happens the batch is written again, and each command is looked up.
    /// </remarks>
    public End Write(List<PendingAppend> appends)
    {
        var end = Write(appends, looksUpCommands: false);
        return end == End.Split ? Write(appends, looksUpCommands: true) : end;
    }

    private End Write(List<PendingAppend> appends, bool looksUpCommands)
    {
        Forget();
        _looksUpCommands = looksUpCommands;
        try
        {
            _ledger.Begin();
            Plan(appends);
            Fence(appends);
            Insert(appends);
            _indexing.Write(_touched);
        }
        catch (Exception error)
        {
            // COMMIT was never sent: nothing of this batch is in the file.
            _ledger.Abandon();
            return AfterFailure(appends, error);
        }

        if (!appends.Exists(static append => append.IsPlanned))
        {
            _ledger.Abandon();
            Answer(appends);
            return End.Answered;
        }

        try
        {
            _commitStep(_commit);
        }
        catch (Exception error)
        {
            _unknown = error;
            return End.Unknown;
        }

        foreach (var shard in _touched)
        {
            _ledger.Moved(shard, _next[shard.Value]);
        }

        _indexing.Committed();
        _ledger.Young.Add(appends);

        Answer(appends);
        if (_fenced)
        {
            _ledger.Forget();
        }

        return End.Answered;
    }

    /// <summary>
    /// Ends a batch with an unknown commit: takes its shards under the next epoch, reads their heads, and answers by
    /// what is really there.
    /// </summary>
    /// <remarks>
    /// Throws when the store does not let us; nothing has been answered then and it can be tried again.
    /// </remarks>
    public void Settle(List<PendingAppend> appends)
    {
        _ledger.Renew(_touched, "commit with unknown outcome");
        foreach (var append in appends)
        {
            var first = append.SameAs ?? append;
            if (!first.IsPlanned)
            {
                continue;
            }

            if (_ledger.IsLost(append.Shard))
            {
                // The next owner's events may stand where ours would: only the log itself can tell.
                append.Unknown(
                    $"Another node took shard {append.Shard} while a commit of {append.Request.Entity} was under way. "
                    + "Ask the new owner with the command id.",
                    _unknown);
            }
            else if (_ledger.HeadOf(append.Shard) != _next[append.Shard.Value])
            {
                append.Decided = NotWritten(_unknown!);
            }
        }

        Answer(appends);
    }

    /// <summary>Ends a batch that could not be settled before the journal closed.</summary>
    public void GiveUp(List<PendingAppend> appends)
    {
        foreach (var append in appends)
        {
            append.Unknown($"Journal {_ledger.Path} was closed while a commit was under way.", _unknown);
        }
    }

    private void Plan(List<PendingAppend> appends)
    {
        foreach (var append in appends)
        {
            PlanOne(append);
        }
    }

    private void PlanOne(PendingAppend append)
    {
        var request = append.Request;
        var shard = append.Shard;
        if (_ledger.IsLost(shard) || request.Epoch != _ledger.EpochOf(shard))
        {
            append.Decided = FencedNow(shard);
            return;
        }

        var entity = _ledger.EntityOf(request.Entity, shard);
        var fits = request.ExpectedSequence == entity.Last;
        if (request.Command is { } command)
        {
            if (SameInBatch(entity, command) is { } earlier)
            {
                append.SameAs = earlier;
                return;
            }

            if ((_looksUpCommands || !fits) && entity.Id != 0
                && _ledger.Statements.FindCommand(command, entity, request.Epoch) is { } first)
            {
                append.Decided = first;
                return;
            }
        }

        if (!fits)
        {
            append.Decided = new AppendOutcome.Conflict(entity.Last);
            return;
        }

        ref var next = ref _next[shard.Value];
        if (next == 0)
        {
            next = _ledger.HeadOf(shard);
            _touched.Add(shard);
        }

        append.Entity = entity;
        append.Earlier = entity.InBatch;
        append.FirstSequence = entity.Last + 1;
        append.FirstShardSequence = next + 1;
        entity.Last += append.Events;
        entity.InBatch = append;
        next += append.Events;
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

    private void Fence(List<PendingAppend> appends)
    {
        for (var index = _touched.Count - 1; index >= 0; index--)
        {
            var shard = _touched[index];
            if (_ledger.MoveHead(shard, _next[shard.Value]))
            {
                continue;
            }

            _touched.RemoveAt(index);
            _next[shard.Value] = 0;
            _fenced = true;
            var fenced = FencedNow(shard);
            foreach (var append in appends.Where(append => append.IsPlanned && append.Shard == shard))
            {
                append.Decided = fenced;
            }
        }
    }

    private void Insert(List<PendingAppend> appends)
    {
        _pack.Clear();
        var place = _ledger.Young.LastPlace + 1;
        foreach (var append in appends)
        {
            if (!append.IsPlanned)
            {
                continue;
            }

            if (append.Entity!.Id == 0)
            {
                _ledger.Register(append.Entity);
            }

            append.FirstPlace = place;
            place += append.Events;
            if (_ledger.IsPacked(append))
            {
                Pack(append);
                continue;
            }

            // The places of a pack lie one after another.
            WritePack();
            var epoch = _ledger.EpochOf(append.Shard);
            for (var part = 0; part < append.Events; part++)
            {
                var kind = _ledger.KindOf(append.Request.Events[part].Name);
                _ledger.Statements.InsertEvent(append, part, epoch, kind);
            }
        }

        WritePack();
    }

    private void Pack(PendingAppend append)
    {
        for (var part = 0; part < append.Events; part++)
        {
            var @event = append.Request.Events[part];
            _pack.Add(new PackedEvent(
                append.FirstPlace + part,
                append.Shard.Value,
                append.FirstShardSequence + part,
                _ledger.EpochOf(append.Shard),
                append.Entity!.Id,
                append.FirstSequence + part,
                part,
                _ledger.KindOf(@event.Name),
                append.Request.AtNs,
                @event.Body));
        }
    }

    private void WritePack()
    {
        if (_pack.Count > 0)
        {
            _ledger.Statements.Packs.Insert(_pack);
            _pack.Clear();
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

    private void Forget()
    {
        foreach (var shard in _touched)
        {
            _next[shard.Value] = 0;
        }

        _touched.Clear();
        _fenced = false;
        _unknown = null;
    }

    private AppendOutcome Outcome(PendingAppend append) => append.SameAs is { } first
        ? Outcome(first) is AppendOutcome.Appended written ? written with { AlreadyStored = true } : Outcome(first)
        : append.Decided ?? append.Written(_ledger.EpochOf(append.Shard));

    private End AfterFailure(List<PendingAppend> appends, Exception error)
    {
        if (error is SqliteException sqlite && SqliteErrors.IsConstraint(sqlite)
            && (appends.Count > 1 || !_looksUpCommands))
        {
            foreach (var append in appends)
            {
                append.Unplan();
            }

            return End.Split;
        }

        var rejected = NotWritten(error);
        foreach (var append in appends)
        {
            append.Complete(append.Decided switch
            {
                AppendOutcome.Appended or AppendOutcome.Fenced => append.Decided,
                // A file that is locked can be read: who holds the lock may be the shard's next owner.
                _ when _ledger.IsLost(append.Shard) =>
                    new AppendOutcome.Fenced(append.Shard, _ledger.EpochOf(append.Shard), IsOwner: false),
                _ => rejected,
            });
        }

        return End.Answered;
    }

    private AppendOutcome.Fenced FencedNow(ShardId shard)
    {
        var (epoch, isOwner) = _ledger.CheckOwner(shard);
        return new AppendOutcome.Fenced(shard, epoch, isOwner);
    }

    private AppendOutcome.Rejected NotWritten(Exception error) =>
        new(RejectionReason.Unavailable, SqliteErrors.Explain(_ledger.Path, error).Message);
}
