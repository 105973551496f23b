namespace TwinActors.Kernel;

/// <summary>
/// Timers of one actor instance: each sends the actor a message of its own. Cancelled when the instance goes.
/// </summary>
/// <remarks>
/// Starting a key again replaces its timer, and a message of the replaced one that already waits is dropped. A
/// periodic timer keeps its rate; while its last message still waits, no further one is added.
/// </remarks>
/// <typeparam name="T">The messages of the actor.</typeparam>
public readonly struct Timers<T>
{
    private readonly ActorCell<T> _cell;

    internal Timers(ActorCell<T> cell) => _cell = cell;

    /// <summary>Sends a message once.</summary>
    /// <param name="key">Identifies the timer within the actor.</param>
    /// <param name="message">The message.</param>
    /// <param name="delay">Wait before it; resolution 1 ms.</param>
    public void StartSingleTimer(object key, T message, TimeSpan delay) =>
        _cell.StartTimer(key, message, delay, interval: null);

    /// <summary>Sends a message again and again.</summary>
    /// <param name="key">Identifies the timer within the actor.</param>
    /// <param name="message">The message.</param>
    /// <param name="interval">Time from one to the next; at least 1 ms.</param>
    /// <param name="initialDelay">Wait before the first; null: one interval.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="interval"/> is shorter than 1 ms.</exception>
    public void StartPeriodicTimer(object key, T message, TimeSpan interval, TimeSpan? initialDelay = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(1));
        _cell.StartTimer(key, message, initialDelay ?? interval, interval);
    }

    /// <summary>Whether a timer of this key has still to send.</summary>
    /// <param name="key">Identifies the timer within the actor.</param>
    public bool IsActive(object key) => _cell.IsTimerActive(key);

    /// <summary>Cancels the timer of this key; its message is not handled even if it waits already.</summary>
    /// <param name="key">Identifies the timer within the actor.</param>
    public void Cancel(object key) => _cell.CancelTimer(key);

    /// <summary>Cancels all timers.</summary>
    public void CancelAll() => _cell.CancelTimers();
}

/// <summary>
/// One start of a timer: a restarted key is another object, so an old message cannot be taken for a new one.
/// </summary>
internal sealed class ActorTimer<T> : TimerEntry
{
    private readonly ActorCell<T> _cell;
    private readonly TimerNotice<T> _notice;
    private TimeSpan _due;
    private volatile bool _isCancelled;
    private int _isWaiting;

    public ActorTimer(ActorCell<T> cell, object key, T message, TimeSpan? interval)
    {
        _cell = cell;
        _notice = new TimerNotice<T>(this);
        Key = key;
        Message = message;
        Interval = interval;
    }

    public object Key { get; }

    public T Message { get; }

    public TimeSpan? Interval { get; }

    public void Start(TimeSpan delay)
    {
        _due = _cell.Timers.Elapsed + delay;
        _cell.Timers.AddAt(this, _due);
    }

    public void Cancel()
    {
        _isCancelled = true;
        _cell.Timers.Remove(this);
    }

    /// <summary>Takes the timer's message out of the mailbox; false when the timer was cancelled meanwhile.</summary>
    public bool TryTake()
    {
        Interlocked.Exchange(ref _isWaiting, 0);
        return !_isCancelled;
    }

    internal override void Fire(int version)
    {
        if (_isCancelled)
        {
            return;
        }

        if (Interlocked.Exchange(ref _isWaiting, 1) == 0)
        {
            _cell.Post(_notice);
        }

        if (Interval is not { } interval)
        {
            return;
        }

        // Instants that passed while nobody looked are not made up for.
        var missed = Math.Max(0, (_cell.Timers.Elapsed - _due).Ticks / interval.Ticks);
        _due += interval * (missed + 1);
        _cell.Timers.AddAt(this, _due);
        if (_isCancelled)
        {
            _cell.Timers.Remove(this);
        }
    }
}

/// <summary>A due timer in line with the user messages.</summary>
internal sealed class TimerNotice<T>(ActorTimer<T> timer) : Notice
{
    public ActorTimer<T> Timer { get; } = timer;
}

/// <summary>
/// Tells an actor that it has had no message for a while. Looks when due, so that messages cost nothing.
/// </summary>
internal sealed class IdleTimer<T>(ActorCell<T> cell, TimeSpan after, T message) : TimerEntry
{
    private volatile bool _isCancelled;

    public T Message { get; } = message;

    public void Start() => cell.System.Clock.Add(this, after);

    public void Cancel()
    {
        _isCancelled = true;
        cell.System.Clock.Remove(this);
    }

    internal override void Fire(int version)
    {
        if (_isCancelled || cell.IsTerminated)
        {
            return;
        }

        var left = after - cell.IdleFor();
        if (left <= TimeSpan.Zero)
        {
            cell.Post(new IdleNotice<T>(this));
            return;
        }

        cell.System.Clock.Add(this, left);
        if (_isCancelled)
        {
            cell.System.Clock.Remove(this);
        }
    }
}

/// <summary>An idle time that is over, in line with the user messages.</summary>
internal sealed class IdleNotice<T>(IdleTimer<T> timer) : Notice
{
    public IdleTimer<T> Timer { get; } = timer;
}
