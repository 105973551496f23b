using System.Collections.Immutable;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Volatile;

namespace TwinActors.SimulationTests.Store;

/// <summary>One question of a node to the store, from the moment it is asked.</summary>
internal abstract class Call
{
    private CancellationTokenRegistration _cancellation;
    private ITimer? _deadline;

    /// <summary>Whether it has left the node.</summary>
    public bool IsSent { get; set; }

    /// <summary>Whether whoever asked has an answer of some kind.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The shards that it writes to.</summary>
    public virtual IEnumerable<ShardId> Writes => [];

    /// <summary>Begins the wait.</summary>
    public void Begin(TimeProvider time, TimeSpan deadline, Action<Call> overdue, CancellationToken cancellationToken)
    {
        _deadline = time.CreateTimer(_ => overdue(this), null, deadline, Timeout.InfiniteTimeSpan);
        _cancellation = cancellationToken.UnsafeRegister(_ => Cancel(cancellationToken), null);
    }

    /// <summary>Happens at the store.</summary>
    public abstract void Execute();

    /// <summary>Happens at the store once more; nobody hears of it.</summary>
    public virtual void Repeat()
    {
    }

    /// <summary>Half of it happens at the store: a torn write.</summary>
    public virtual void ExecuteHalf()
    {
    }

    /// <summary>Gives what the store answered to whoever asked.</summary>
    public void Answer()
    {
        if (End())
        {
            SetResult();
        }
    }

    /// <summary>No answer will come for something that left the node.</summary>
    public void Lose(string reason)
    {
        if (End())
        {
            SetLost(reason);
        }
    }

    /// <summary>It never left the node.</summary>
    public void Withdraw(string reason)
    {
        if (End())
        {
            SetNotSent(reason);
        }
    }

    protected abstract void SetResult();

    protected abstract void SetLost(string reason);

    protected abstract void SetNotSent(string reason);

    protected abstract void SetCanceled(CancellationToken cancellationToken);

    private void Cancel(CancellationToken cancellationToken)
    {
        if (End())
        {
            SetCanceled(cancellationToken);
        }
    }

    private bool End()
    {
        if (IsOver)
        {
            return false;
        }

        IsOver = true;
        _deadline?.Dispose();
        _cancellation.Dispose();
        return true;
    }
}

/// <summary>A call with an answer.</summary>
internal abstract class Call<T> : Call
{
    private readonly TaskCompletionSource<T> _answer = new();
    private T? _result;
    private Exception? _failure;

    /// <summary>The answer, for whoever asked.</summary>
    public Task<T> Task => _answer.Task;

    protected void Return(T result) => _result = result;

    protected void Throw(Exception failure) => _failure = failure;

    protected void SetResult(T result) => _answer.SetResult(result);

    protected void SetException(Exception failure) => _answer.SetException(failure);

    protected override void SetResult()
    {
        if (_failure is not null)
        {
            _answer.SetException(_failure);
        }
        else
        {
            _answer.SetResult(_result!);
        }
    }

    protected override void SetLost(string reason) =>
        _answer.SetException(new JournalException(JournalFault.Failed, reason));

    protected override void SetNotSent(string reason) =>
        _answer.SetException(new JournalException(JournalFault.TimedOut, reason));

    protected override void SetCanceled(CancellationToken cancellationToken) =>
        _answer.SetCanceled(cancellationToken);
}

/// <summary>Writes the events of one command.</summary>
internal sealed class AppendCall(SimulatedStore store, VolatileJournal journal, AppendRequest request, bool isRefused)
    : Call<AppendOutcome>
{
    public override IEnumerable<ShardId> Writes { get; } = [ShardId.Of(request.Entity, journal.Owner.Shards)];

    public override void Execute() => Return(isRefused
        ? new AppendOutcome.Rejected(RejectionReason.Unavailable, "The store refuses this statement.")
        : store.Append(journal, request));

    public override void Repeat()
    {
        if (!isRefused)
        {
            store.Append(journal, request);
        }
    }

    public override void ExecuteHalf() => store.Append(journal, request with { Events = [request.Events[0]] });

    protected override void SetLost(string reason) =>
        SetException(new JournalOutcomeUnknownException(request.Entity, request.Command, reason));

    protected override void SetNotSent(string reason) =>
        SetResult(new AppendOutcome.Rejected(RejectionReason.Unavailable, reason));
}

/// <summary>Asks a volatile journal, which answers at once.</summary>
internal class StoreCall<T>(Func<ValueTask<T>> ask) : Call<T>
{
    public override void Execute()
    {
        var answer = ask();
        if (answer.IsCompletedSuccessfully)
        {
            Return(answer.GetAwaiter().GetResult());
        }
        else
        {
            Throw(answer.AsTask().Exception!.InnerException!);
        }
    }
}

/// <summary>Reads where a stream ends.</summary>
internal sealed class HeadCall(VolatileJournal journal, EntityKey entity)
    : StoreCall<StreamHead>(() => journal.ReadHeadAsync(entity, CancellationToken.None));

/// <summary>Reads the next events of a stream.</summary>
internal sealed class ReadCall(VolatileJournal journal, EntityKey entity, long after, int limit)
    : Call<ImmutableArray<StoredEvent>>
{
    public override void Execute() =>
        Return([.. journal.ReadStreamAsync(entity, after, CancellationToken.None).ToBlockingEnumerable().Take(limit)]);
}

/// <summary>Begins new epochs for shards with an append of which nobody knows whether it is written.</summary>
internal sealed class BumpCall(SimulatedStore store, VolatileJournal journal, ShardId[] shards) : Call<bool>
{
    public ShardId[] Shards => shards;

    public override void Execute()
    {
        foreach (var shard in shards)
        {
            store.TryBump(shard, journal.Owner.Incarnation);
        }
    }
}

/// <summary>Calls that travel and happen together.</summary>
internal sealed class Statement(SimulatedJournal journal, ImmutableArray<Call> calls)
{
    public ImmutableArray<Call> Calls => calls;

    /// <summary>Whether its answer gets lost on the way back.</summary>
    public bool LosesAnswer { get; set; }

    /// <summary>Whether it happens once more, later; nobody hears of that.</summary>
    public bool IsRepeated { get; set; }

    public void Execute()
    {
        foreach (var call in calls)
        {
            call.Execute();
        }
    }

    public void Repeat()
    {
        foreach (var call in calls)
        {
            call.Repeat();
        }
    }

    public void ExecuteHalf()
    {
        foreach (var call in calls)
        {
            call.ExecuteHalf();
        }
    }

    public void Return() => journal.Return(this);
}
