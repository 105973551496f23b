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
}

/// <summary>The lanes of a mailbox that do not depend on the message type: system, notices, signals.</summary>
internal struct ControlLanes
{
    private WordLock _lock;
    private bool _isClosed;
    private SystemMessage? _systemHead;
    private SystemMessage? _systemTail;
    private Notice? _noticeHead;
    private Notice? _noticeTail;
    private ulong _signals;
    private int _systemDepth;

    public readonly bool HasSystem => Volatile.Read(in _systemHead) is not null;

    public readonly bool HasNotices => Volatile.Read(in _noticeHead) is not null;

    public readonly bool HasSignals => Volatile.Read(in _signals) != 0;

    public readonly int SystemDepth => Volatile.Read(in _systemDepth);

    public readonly ulong PendingSignals => Volatile.Read(in _signals);

    /// <summary>Adds to the system lane; false when the actor has ended.</summary>
    public bool TryAdd(SystemMessage message)
    {
        _lock.Enter();
        var isOpen = !_isClosed;
        if (isOpen)
        {
            _systemDepth++;
            if (_systemTail is null)
            {
                Volatile.Write(ref _systemHead, message);
            }
            else
            {
                _systemTail.Next = message;
            }

            _systemTail = message;
        }

        _lock.Exit();
        return isOpen;
    }

    /// <summary>Takes the oldest system message, or null.</summary>
    public SystemMessage? TakeSystem()
    {
        _lock.Enter();
        var message = _systemHead;
        if (message is not null)
        {
            _systemDepth--;
            _systemHead = message.Next;
            message.Next = null;
            if (_systemHead is null)
            {
                _systemTail = null;
            }
        }

        _lock.Exit();
        return message;
    }

    /// <summary>Puts a notice in line behind <paramref name="position"/> user messages; false when the actor has ended.</summary>
    public bool TryAdd(Notice notice, long position)
    {
        _lock.Enter();
        var isOpen = !_isClosed;
        if (isOpen)
        {
            notice.Position = position;
            notice.Next = null;
            if (_noticeTail is null)
            {
                Volatile.Write(ref _noticeHead, notice);
            }
            else
            {
                _noticeTail.Next = notice;
            }

            _noticeTail = notice;
        }

        _lock.Exit();
        return isOpen;
    }

    /// <summary>Takes the oldest notice whose turn it is after <paramref name="taken"/> user messages, or null.</summary>
    public Notice? TakeNotice(long taken)
    {
        _lock.Enter();
        var notice = _noticeHead;
        if (notice is not null && notice.Position <= taken)
        {
            _noticeHead = notice.Next;
            notice.Next = null;
            if (_noticeHead is null)
            {
                _noticeTail = null;
            }
        }
        else
        {
            notice = null;
        }

        _lock.Exit();
        return notice;
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

    /// <summary>Refuses everything from now on and hands out the system messages that still waited.</summary>
    public SystemMessage? Close()
    {
        _lock.Enter();
        _isClosed = true;
        var rest = _systemHead;
        _systemHead = null;
        _systemTail = null;
        _systemDepth = 0;
        _noticeHead = null;
        _noticeTail = null;
        _signals = 0;
        _lock.Exit();
        return rest;
    }
}
