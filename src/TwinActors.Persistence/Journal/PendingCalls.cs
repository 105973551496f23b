using System.Threading.Tasks.Sources;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Journal;

/// <summary>A call that waits for the writer thread.</summary>
/// <remarks>
/// Queued → taken by the writer, or queued → abandoned by a caller whose deadline passed: whoever moves it first
/// wins, so that an abandoned append is certainly not written.
/// </remarks>
internal abstract class PendingCall(ShardId shard)
{
    private const int Queued = 0;
    private const int Taken = 1;
    private const int Abandoned = 2;
    private int _state = Queued;

    /// <summary>Shard that the call is about.</summary>
    public ShardId Shard { get; } = shard;

    /// <summary>Events that the call adds to a batch.</summary>
    public virtual int Events => 0;

    /// <summary>Bytes of event bodies that the call adds to a batch.</summary>
    public virtual int Bytes => 0;

    /// <summary>When the queue lets the call expire [ticks of its clock]; the greatest number: never.</summary>
    public virtual long Due => long.MaxValue;

    /// <summary>Claims the call for the writer; false when the caller has given up.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Queued) == Queued;

    /// <summary>Withdraws the call; false when the writer has it already.</summary>
    public bool TryAbandon() => Interlocked.CompareExchange(ref _state, Abandoned, Queued) == Queued;

    /// <summary>Ends the call because it is due; without effect on one that was answered.</summary>
    public virtual void Expire()
    {
    }
}

/// <summary>An append and, once the writer has taken it, its place in the batch.</summary>
/// <remarks>
/// Hot path: the call is its own promise and the queue its timer, so an append allocates this object, its request and
/// its outcome. The answer is awaited once.
/// </remarks>
internal sealed class PendingAppend(AppendRequest request, ShardId shard, int bytes, long due, WriterCalls calls)
    : PendingCall(shard), IValueTaskSource<AppendOutcome>
{
    private const int Unanswered = 0;
    private const int Answered = 1;

    private ManualResetValueTaskSourceCore<AppendOutcome> _done = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private int _answer = Unanswered;

    public AppendRequest Request { get; } = request;

    public override int Events => Request.Events.Count;

    public override int Bytes { get; } = bytes;

    public override long Due { get; } = due;

    /// <summary>Completes with the outcome, or fails when that is unknown.</summary>
    public ValueTask<AppendOutcome> Done => new(this, _done.Version);

    /// <summary>Entity as the writer knows it; set when the append has a place in the batch.</summary>
    public EntityState? Entity { get; set; }

    /// <summary>Sequence of its first event in the entity's stream.</summary>
    public long FirstSequence { get; set; }

    /// <summary>Sequence of its first event in the shard.</summary>
    public long FirstShardSequence { get; set; }

    /// <summary>Where a store that numbers its rows puts the first event.</summary>
    public long FirstPlace { get; set; }

    /// <summary>The append before it to the same entity in the same batch.</summary>
    public PendingAppend? Earlier { get; set; }

    /// <summary>An earlier append of the same command in the same batch: the two share one outcome.</summary>
    public PendingAppend? SameAs { get; set; }

    /// <summary>Outcome that does not depend on the commit.</summary>
    public AppendOutcome? Decided { get; set; }

    /// <summary>Whether the events are to be written.</summary>
    public bool IsPlanned => Decided is null && SameAs is null;

    /// <summary>Forgets the place in a batch that was rolled back.</summary>
    public void Unplan()
    {
        Entity = null;
        Earlier = null;
        SameAs = null;
        Decided = null;
    }

    /// <summary>The outcome once the events are durable under an epoch.</summary>
    public AppendOutcome.Appended Written(long epoch) => new(
        epoch,
        FirstSequence,
        FirstSequence + Events - 1,
        new JournalPosition(Shard.Value, FirstShardSequence + Events - 1),
        AlreadyStored: false);

    public void Complete(AppendOutcome outcome)
    {
        if (TryAnswer())
        {
            _done.SetResult(outcome);
        }
    }

    public void Unknown(string message, Exception? error)
    {
        if (TryAnswer())
        {
            _done.SetException(new JournalOutcomeUnknownException(Request.Entity, Request.Command, message, error));
        }
    }

    /// <inheritdoc/>
    public override void Expire()
    {
        if (Interlocked.CompareExchange(ref _answer, Unanswered, Unanswered) == Unanswered)
        {
            calls.Expire(this);
        }
    }

    /// <summary>Lets a token stop the wait; call it before the writer can see the append.</summary>
    public void StopWith(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _cancellation = cancellationToken.UnsafeRegister(
                static (call, token) => ((PendingAppend)call!).Stop(token), this);
        }
    }

    AppendOutcome IValueTaskSource<AppendOutcome>.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<AppendOutcome>.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<AppendOutcome>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _done.OnCompleted(continuation, state, token, flags);

    private void Stop(CancellationToken cancellationToken)
    {
        TryAbandon();
        if (TryAnswer())
        {
            _done.SetException(new OperationCanceledException(cancellationToken));
        }
    }

    private bool TryAnswer()
    {
        if (Interlocked.CompareExchange(ref _answer, Answered, Unanswered) != Unanswered)
        {
            return false;
        }

        _cancellation.Unregister();
        return true;
    }
}

/// <summary>Something else than an append: it is done behind the appends that were called before it.</summary>
internal abstract class PendingWork(EntityKey entity, ShardId shard) : PendingCall(shard)
{
    public EntityKey Entity { get; } = entity;

    public abstract void Fail(JournalException error);
}

/// <summary>Something else than an append, with its result.</summary>
internal abstract class PendingWork<T>(EntityKey entity, ShardId shard) : PendingWork(entity, shard)
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Done => _done.Task;

    public void Complete(T result) => _done.TrySetResult(result);

    public override void Fail(JournalException error) => _done.TrySetException(error);
}

/// <summary>A question for the end of a stream.</summary>
internal sealed class PendingHead(EntityKey entity, ShardId shard) : PendingWork<StreamHead>(entity, shard);

/// <summary>A snapshot to be kept; its result is the number of older ones that were deleted.</summary>
internal sealed class PendingSnapshot(NewSnapshot snapshot, ShardId shard) : PendingWork<long>(snapshot.Entity, shard)
{
    public NewSnapshot Snapshot { get; } = snapshot;
}

/// <summary>Events to be deleted behind snapshots; its result is their number.</summary>
internal sealed class PendingDeletion(EntityKey entity, ShardId shard, long epoch, long through)
    : PendingWork<long>(entity, shard)
{
    public long Epoch { get; } = epoch;

    public long Through { get; } = through;
}

/// <summary>What the writer knows about one entity of a shard it owns.</summary>
internal sealed class EntityState(EntityKey entity, ShardId shard, long id, long last)
{
    public EntityKey Entity { get; } = entity;

    public ShardId Shard { get; } = shard;

    /// <summary>Number of the entity in its shard; 0 while it has no row.</summary>
    public long Id { get; set; } = id;

    /// <summary>Sequence of the last event, those of the batch under way included.</summary>
    public long Last { get; set; } = last;

    /// <summary>Its last append in the batch under way; absent between batches.</summary>
    public PendingAppend? InBatch { get; set; }
}
