namespace TwinActors.Kernel;

/// <summary>Something that the cell itself handles before any other message.</summary>
internal abstract class SystemMessage
{
    public SystemMessage? Next;

    /// <summary>The actor and everything below it ends.</summary>
    public sealed class Stop : SystemMessage;

    /// <summary>The actor fails with <see cref="ActorKilledException"/>.</summary>
    public sealed class Kill : SystemMessage;

    /// <summary>The supervisor lets a failed actor go on with the state it has.</summary>
    public sealed class Resume : SystemMessage;

    /// <summary>The supervisor wants a fresh instance, after <paramref name="delay"/>.</summary>
    public sealed class Restart(Exception cause, TimeSpan delay) : SystemMessage
    {
        public Exception Cause { get; } = cause;

        public TimeSpan Delay { get; } = delay;
    }

    /// <summary>The delay of a restart is over.</summary>
    public sealed class Recreate : SystemMessage;

    /// <summary>A child has failed and waits for a directive.</summary>
    public sealed class ChildFailed(ActorCell child, Exception cause) : SystemMessage
    {
        public ActorCell Child { get; } = child;

        public Exception Cause { get; } = cause;
    }

    /// <summary>A child has ended; its name is free.</summary>
    public sealed class ChildGone : SystemMessage;

    /// <summary>Someone wants to learn of the actor's end: another cell, or a task completion source.</summary>
    public sealed class Watch(object watcher) : SystemMessage
    {
        public object Watcher { get; } = watcher;
    }

    /// <summary>Takes a <see cref="Watch"/> back.</summary>
    public sealed class Unwatch(object watcher) : SystemMessage
    {
        public object Watcher { get; } = watcher;
    }
}

/// <summary>
/// Something that stands in line with the user messages, after those that were there when it came: a due timer, a
/// death, a poison pill. Never counted against the capacity and never dropped.
/// </summary>
internal abstract class Notice
{
    public Notice? Next;

    /// <summary>Number of user messages that must have been taken before this one's turn.</summary>
    public long Position;

    /// <summary>Called when its turn has come and it asks nothing of the actor, or when the actor has ended.</summary>
    public virtual void Conclude()
    {
    }
}

/// <summary>The lanes of a mailbox that do not depend on the message type: system, notices, signals.</summary>
// Each list is a circle, known by its last element, whose next one is the first: one word per list in every actor.
internal struct ControlLanes
{
    private WordLock _lock;
    private bool _isClosed;
    private SystemMessage? _lastSystem;
    private Notice? _lastNotice;
    private ulong _signals;

    public readonly bool HasSystem => Volatile.Read(in _lastSystem) is not null;

    public readonly bool HasNotices => Volatile.Read(in _lastNotice) is not null;

    public readonly bool HasSignals => Volatile.Read(in _signals) != 0;

    public readonly ulong PendingSignals => Volatile.Read(in _signals);

    /// <summary>Adds to the system lane; false when the actor has ended.</summary>
    public bool TryAdd(SystemMessage message)
    {
        _lock.Enter();
        var isOpen = !_isClosed;
        if (isOpen)
        {
            message.Next = _lastSystem?.Next ?? message;
            if (_lastSystem is not null)
            {
                _lastSystem.Next = message;
            }

            Volatile.Write(ref _lastSystem, message);
        }

        _lock.Exit();
        return isOpen;
    }

    /// <summary>Takes the oldest system message, or null.</summary>
    public SystemMessage? TakeSystem()
    {
        _lock.Enter();
        var first = _lastSystem?.Next;
        if (first is not null)
        {
            if (first == _lastSystem)
            {
                _lastSystem = null;
            }
            else
            {
                _lastSystem!.Next = first.Next;
            }

            first.Next = null;
        }

        _lock.Exit();
        return first;
    }

    /// <summary>
    /// Puts a notice in line behind <paramref name="position"/> user messages; false when the actor has ended.
    /// </summary>
    public bool TryAdd(Notice notice, long position)
    {
        _lock.Enter();
        var isOpen = !_isClosed;
        if (isOpen)
        {
            notice.Position = position;
            notice.Next = _lastNotice?.Next ?? notice;
            if (_lastNotice is not null)
            {
                _lastNotice.Next = notice;
            }

            Volatile.Write(ref _lastNotice, notice);
        }

        _lock.Exit();
        return isOpen;
    }

    /// <summary>
    /// Takes the oldest notice if it is its turn after <paramref name="taken"/> user messages, or null.
    /// </summary>
    public Notice? TakeNotice(long taken)
    {
        _lock.Enter();
        var first = _lastNotice?.Next;
        if (first is null || first.Position > taken)
        {
            _lock.Exit();
            return null;
        }

        if (first == _lastNotice)
        {
            _lastNotice = null;
        }
        else
        {
            _lastNotice!.Next = first.Next;
        }

        first.Next = null;
        _lock.Exit();
        return first;
    }

    /// <summary>Marks a source as having news; true when it had none, so that the cell must be woken.</summary>
    // Always a full fence, even when the bit is set: what the caller wrote before must be seen by whoever clears it.
    public bool Raise(int source)
    {
        var bit = 1UL << source;
        return (Interlocked.Or(ref _signals, bit) & bit) == 0;
    }

    /// <summary>Takes all pending signal bits at once.</summary>
    public ulong TakeSignals() => Interlocked.Exchange(ref _signals, 0);

    /// <summary>Number of waiting system messages.</summary>
    public int CountSystem()
    {
        _lock.Enter();
        var count = 0;
        for (var message = _lastSystem?.Next; message is not null; message = message.Next)
        {
            count++;
            if (message == _lastSystem)
            {
                break;
            }
        }

        _lock.Exit();
        return count;
    }

    /// <summary>
    /// Refuses everything from now on and hands out the system messages that still waited, in a line.
    /// </summary>
    public SystemMessage? Close()
    {
        _lock.Enter();
        _isClosed = true;
        var first = _lastSystem?.Next;
        if (_lastSystem is not null)
        {
            _lastSystem.Next = null;
        }

        var notice = _lastNotice?.Next;
        if (_lastNotice is not null)
        {
            _lastNotice.Next = null;
        }

        _lastSystem = null;
        _lastNotice = null;
        _signals = 0;
        _lock.Exit();
        for (; notice is not null; notice = notice.Next)
        {
            notice.Conclude();
        }

        return first;
    }
}
