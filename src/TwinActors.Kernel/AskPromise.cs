using System.Collections.Concurrent;
using System.Threading.Tasks.Sources;

namespace TwinActors.Kernel;

// Hot path: pooled, and its own timer entry, so that an ask allocates nothing here.

/// <summary>One ask in progress: the awaitable of the asker and the target of the reply.</summary>
internal sealed class AskPromise<TReply> : TimerEntry, IReplyTarget<TReply>, IValueTaskSource<TReply>
{
    // A late reply no longer knows whom the ask went to.
    private const string AskPath = "/ask";
    private const int LargestPool = 1024;

    private static readonly ConcurrentQueue<AskPromise<TReply>> Pool = new();
    private static int s_pooled;

    // Version * 2, plus 1 once the promise is decided: whoever moves it from even to odd decides.
    private int _state;
    private ManualResetValueTaskSourceCore<TReply> _core;
    private ActorCell? _asked;
    private ActorSystem? _system;
    private TimeSpan _deadline;
    private CancellationTokenRegistration _cancellation;

    public ValueTask<TReply> Task => new(this, _core.Version);

    public ReplyTo<TReply> ReplyTo => new(this, Version);

    /// <summary>Starts an ask.</summary>
    public static AskPromise<TReply> Rent(ActorCell asked, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (Pool.TryDequeue(out var promise))
        {
            Interlocked.Decrement(ref s_pooled);
        }
        else
        {
            promise = new AskPromise<TReply>();
        }

        // Under a deterministic dispatcher nothing may leave its thread, so the asker goes on inside the reply.
        promise._core.RunContinuationsAsynchronously = !asked.Dispatcher.IsDeterministic;
        promise._asked = asked;
        promise._system = asked.System;
        promise._deadline = deadline;
        asked.System.Clock.Add(promise, deadline);
        if (cancellationToken.CanBeCanceled)
        {
            promise._cancellation = cancellationToken.UnsafeRegister(
                static (state, token) => ((AskPromise<TReply>)state!).Cancel(token), promise);
        }

        return promise;
    }

    public void Reply(int version, TReply reply)
    {
        if (TryDecide(version))
        {
            _asked!.System.Clock.Remove(this);
            _core.SetResult(reply);
            return;
        }

        _system!.DeadLetters.Add(AskPath, reply, DeadLetterReason.LateReply);
    }

    public void Fail(int version, Exception failure)
    {
        if (TryDecide(version))
        {
            _asked!.System.Clock.Remove(this);
            _core.SetException(failure);
        }
    }

    public TReply GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Return();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    internal override void Fire(int version)
    {
        if (TryDecide(version))
        {
            _core.SetException(new AskTimeoutException(_asked!.Path, _deadline));
        }
    }

    private void Cancel(CancellationToken cancellationToken) =>
        Fail(Version, new OperationCanceledException(cancellationToken));

    private bool TryDecide(int version) =>
        Interlocked.CompareExchange(ref _state, (version * 2) + 1, version * 2) == version * 2;

    private void Return()
    {
        _cancellation.Dispose();
        _cancellation = default;
        _asked = null;
        _core.Reset();
        Version = (Version + 1) & (int.MaxValue >> 1);
        Volatile.Write(ref _state, Version * 2);
        if (Interlocked.Increment(ref s_pooled) <= LargestPool)
        {
            Pool.Enqueue(this);
        }
        else
        {
            Interlocked.Decrement(ref s_pooled);
        }
    }
}
