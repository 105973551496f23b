using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Writes the appends of one batch in one transaction: plan, fence, insert, commit.</summary>
internal sealed class SqliteBatch(SqliteLedger ledger, Action<Action> commitStep)
{
    private readonly Dictionary<ShardId, long> _next = [];
    private readonly Dictionary<(EntityKey Entity, Guid Command), PendingAppend> _commands = [];

    private bool _fenced;
    private Exception? _unknown;

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
    public End Write(List<PendingAppend> appends)
    {
        try
        {
            ledger.Begin();
            Plan(appends);
            Fence(appends);
            Insert(appends);
        }
        catch (Exception error)
        {
            // COMMIT was never sent: nothing of this batch is in the file.
            ledger.Abandon();
            return AfterFailure(appends, error);
        }

        if (!appends.Exists(static append => append.IsPlanned))
        {
            ledger.Abandon();
            Answer(appends);
            return End.Answered;
        }

        try
        {
            commitStep(ledger.Statements.Commit);
        }
        catch (Exception error)
        {
            _unknown = error;
            return End.Unknown;
        }

        foreach (var (shard, next) in _next)
        {
            ledger.Moved(shard, next);
        }

        Answer(appends);
        if (_fenced)
        {
            ledger.Forget();
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
        ledger.Renew(_next.Keys, "commit with unknown outcome");
        foreach (var append in appends)
        {
            var first = append.SameAs ?? append;
            if (!first.IsPlanned)
            {
                continue;
            }

            if (ledger.IsLost(append.Shard))
            {
                // The next owner's events may stand where ours would: only the log itself can tell.
                append.Unknown(
                    $"Another node took shard {append.Shard} while a commit of {append.Request.Entity} was under way. "
                    + "Ask the new owner with the command id.",
                    _unknown);
            }
            else if (ledger.HeadOf(append.Shard) != _next[append.Shard])
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
            append.Unknown($"Journal {ledger.Path} was closed while a commit was under way.", _unknown);
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
        if (ledger.IsLost(shard) || request.Epoch != ledger.EpochOf(shard))
        {
            append.Decided = FencedNow(shard);
            return;
        }

        var entity = ledger.EntityOf(request.Entity, shard);
        if (request.Command is { } command)
        {
            if (_commands.TryGetValue((request.Entity, command), out var earlier))
            {
                append.SameAs = earlier;
                return;
            }

            if (entity.Id != 0 && ledger.Statements.FindCommand(Bytes(command), entity, request.Epoch) is { } first)
            {
                append.Decided = first;
                return;
            }
        }

        if (request.ExpectedSequence != entity.Last)
        {
            append.Decided = new AppendOutcome.Conflict(entity.Last);
            return;
        }

        var head = _next.GetValueOrDefault(shard, ledger.HeadOf(shard));
        append.Entity = entity;
        append.FirstSequence = entity.Last + 1;
        append.FirstShardSequence = head + 1;
        entity.Last += append.Events;
        _next[shard] = head + append.Events;
        if (request.Command is { } fresh)
        {
            _commands.Add((request.Entity, fresh), append);
        }
    }

    private void Fence(List<PendingAppend> appends)
    {
        foreach (var (shard, next) in _next.ToArray())
        {
            if (ledger.MoveHead(shard, next))
            {
                continue;
            }

            _next.Remove(shard);
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
        foreach (var append in appends)
        {
            if (!append.IsPlanned)
            {
                continue;
            }

            if (append.Entity!.Id == 0)
            {
                ledger.Register(append.Entity);
            }

            var epoch = ledger.EpochOf(append.Shard);
            var command = append.Request.Command is { } id ? Bytes(id) : null;
            for (var part = 0; part < append.Events; part++)
            {
                var kind = ledger.KindOf(append.Request.Events[part].Name);
                ledger.Statements.InsertEvent(append, part, epoch, kind, command);
            }
        }
    }

    private void Answer(List<PendingAppend> appends)
    {
        foreach (var append in appends)
        {
            append.Complete(Outcome(append));
        }
    }

    private AppendOutcome Outcome(PendingAppend append) => append.SameAs is { } first
        ? Outcome(first) is AppendOutcome.Appended written ? written with { AlreadyStored = true } : Outcome(first)
        : append.Decided ?? append.Written(ledger.EpochOf(append.Shard));

    private End AfterFailure(List<PendingAppend> appends, Exception error)
    {
        if (error is SqliteException sqlite && SqliteErrors.IsConstraint(sqlite) && appends.Count > 1)
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
                _ when ledger.IsLost(append.Shard) =>
                    new AppendOutcome.Fenced(append.Shard, ledger.EpochOf(append.Shard), IsOwner: false),
                _ => rejected,
            });
        }

        return End.Answered;
    }

    private AppendOutcome.Fenced FencedNow(ShardId shard)
    {
        var (epoch, isOwner) = ledger.CheckOwner(shard);
        return new AppendOutcome.Fenced(shard, epoch, isOwner);
    }

    private AppendOutcome.Rejected NotWritten(Exception error) =>
        new(RejectionReason.Unavailable, SqliteErrors.Explain(ledger.Path, error).Message);

    private static byte[] Bytes(Guid command) => command.ToByteArray(bigEndian: true);
}
