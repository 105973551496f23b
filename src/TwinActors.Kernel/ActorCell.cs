namespace TwinActors.Kernel;

/// <summary>What a cell is doing with its instance.</summary>
internal enum Phase : byte
{
    /// <summary>An instance is being made.</summary>
    Starting,

    /// <summary>Messages are handled.</summary>
    Running,

    /// <summary>A failure waits for the supervisor's directive; user messages wait.</summary>
    Failed,

    /// <summary>The old instance is gone; its children are still ending.</summary>
    Restarting,

    /// <summary>The old instance is gone; the next one is made when the wait is over.</summary>
    BackingOff,

    /// <summary>The children are ending, then the instance goes until a message needs it again.</summary>
    Passivating,

    /// <summary>There is no instance; the next message makes one.</summary>
    Passive,

    /// <summary>The children are ending, then the actor does.</summary>
    Stopping,

    /// <summary>Ended for good.</summary>
    Terminated,
}

/// <summary>
/// Everything about an actor that does not depend on its message type: status, control lanes, life cycle, supervision,
/// death watch. Whatever is rare lies in <see cref="Rare"/>, so that an idle actor stays small.
/// </summary>
internal abstract partial class ActorCell : IThreadPoolWorkItem
{
    private protected const int Quantum = 64;

    private const long Never = long.MinValue;
    private const int Idle = 0;
    private const int Scheduled = 1;

    private protected ControlLanes _control;
    private protected long _activeAt = Never;
    private protected Phase _phase;
    private protected bool _isParked;
    private protected bool _isExecuting;
    private int _status = Scheduled;
    private volatile bool _isStopRequested;
    private ChildSet? _children;
    private Rare? _rare;
    private CancellationTokenSource? _stopping;
    private Parking? _parking;

    protected ActorCell(Surroundings surroundings, ActorCell? parent, string name)
    {
        Surroundings = surroundings;
        Parent = parent;
        Name = name;
    }

    public Surroundings Surroundings { get; }

    public ActorCell? Parent { get; }

    public string Name { get; }

    public ActorSystem System => Surroundings.System;

    public Dispatcher Dispatcher => Surroundings.Dispatcher;

    public TimerWheel Timers => Surroundings.Timers;

    public abstract ActorRef AnyRef { get; }

    public string Path => Parent is null ? "" : $"{Parent.Path}/{Name}";

    public bool IsTerminated => _phase == Phase.Terminated;

    /// <summary>
    /// Whether the end is on its way or reached: such a cell is neither restarted nor given children.
    /// </summary>
    public bool IsEnding => _isStopRequested || _phase >= Phase.Stopping;

    public ChildSet Children =>
        _children ?? Interlocked.CompareExchange(ref _children, new ChildSet(), null) ?? _children;

    /// <summary>Whether the actor runs, awaits or is queued to run.</summary>
    public bool IsBusy => Volatile.Read(ref _status) != Idle;

    /// <summary>Whether user or urgent messages wait, or a handler awaits; seen from any thread.</summary>
    public bool HasUnfinished => _isParked || HasUserWork;

    public bool HasChildren => _children is { Count: > 0 };

    private protected Rare Extras =>
        _rare ?? Interlocked.CompareExchange(ref _rare, new Rare(), null) ?? _rare;

    private protected bool HasExtras => _rare is not null;

    /// <summary>Cancelled when the actor is told to stop, and when its instance is replaced.</summary>
    private protected CancellationToken StoppingToken
    {
        get
        {
            var source = _stopping;
            if (source is null)
            {
                source = new CancellationTokenSource();
                Interlocked.Exchange(ref _stopping, source);
                if (_isStopRequested)
                {
                    source.Cancel();
                }
            }

            return source.Token;
        }
    }

    /// <summary>Runs the actor for one quantum. Called by its dispatcher, by one thread at a time.</summary>
    public abstract void Execute();

    /// <summary>Queues the cell unless it is queued or runs already.</summary>
    public void Wake()
    {
        if (TryTakeIdle())
        {
            Dispatcher.Schedule(this, Turn.Wake);
        }
    }

    /// <summary>Makes the caller the actor's only thread if it rests; <see cref="Release"/> ends that.</summary>
    private protected bool TryTakeIdle() =>
        Volatile.Read(ref _status) == Idle && Interlocked.CompareExchange(ref _status, Scheduled, Idle) == Idle;

    /// <summary>Makes a fresh cell run for the first time.</summary>
    public void Start() => Dispatcher.Schedule(this, Turn.Wake);

    public void Signal(int source)
    {
        if (_control.Raise(source))
        {
            Wake();
        }
    }

    /// <summary>Sends to the system lane; false when the actor has ended.</summary>
    public bool Send(SystemMessage message)
    {
        if (!_control.TryAdd(message))
        {
            return false;
        }

        Wake();
        return true;
    }

    /// <summary>Puts a notice in line behind the user messages of now; false when the actor has ended.</summary>
    public bool Post(Notice notice)
    {
        if (!_control.TryAdd(notice, UserMessagesEnqueued))
        {
            return false;
        }

        Wake();
        return true;
    }

    public void Stop()
    {
        if (_isStopRequested)
        {
            return;
        }

        _isStopRequested = true;
        Send(new SystemMessage.Stop());
        CancelStoppingToken();
    }

    /// <summary>Shows a tap the messages from now on.</summary>
    public abstract void Add(ActorTap tap);

    public abstract void Remove(ActorTap tap);

    private protected abstract long UserMessagesEnqueued { get; }

    private protected abstract bool HasUserWork { get; }

    /// <summary>
    /// Goes on once <paramref name="running"/> is complete. The caller must leave the cell alone after this.
    /// </summary>
    private protected void Park(ValueTask running)
    {
        var parking = _parking ??= new Parking(() => Dispatcher.Schedule(this, Turn.Continue));
        parking.Running = running;
        _isParked = true;
        running.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(parking.Resume);
    }

    /// <summary>Ends the parking; throws what the handler threw.</summary>
    private protected void Unpark()
    {
        var running = _parking!.Running;
        _parking.Running = default;
        _isParked = false;
        running.GetAwaiter().GetResult();
    }

    /// <summary>Gives the thread back. A sender that slipped in since the last look is not overlooked.</summary>
    private protected void Release()
    {
        _isExecuting = false;
        if (!HasWork)
        {
            Interlocked.Exchange(ref _status, Idle);
            if (!HasWork || Interlocked.CompareExchange(ref _status, Scheduled, Idle) != Idle)
            {
                return;
            }
        }

        Dispatcher.Schedule(this, Turn.Yield);
    }

    private protected bool HasMessages => HasUserWork || _control.HasNotices || _control.HasSignals;

    private bool HasWork =>
        _control.HasSystem || (_phase is Phase.Running or Phase.Passive && HasMessages);

    // Callbacks on the token may run the rest of a handler: not on the stopping thread, unless there is only one.
    private void CancelStoppingToken()
    {
        var source = Volatile.Read(ref _stopping);
        if (source is null)
        {
            return;
        }

        if (Dispatcher.IsDeterministic)
        {
            source.Cancel();
        }
        else
        {
            _ = source.CancelAsync();
        }
    }

    /// <summary>What an actor awaits; made when it first awaits something.</summary>
    private sealed class Parking(Action resume)
    {
        public ValueTask Running;

        public Action Resume { get; } = resume;
    }

    /// <summary>What only few actors have.</summary>
    private protected sealed class Rare
    {
        public long Overflowed;
        public HashSet<object>? Watchers;
        public Dictionary<ActorCell, Notice?>? Watched;
        public List<ActorCell>? Escalated;
        public RestartTimer? RestartTimer;
        public Exception? RestartCause;
        public TimeSpan RestartDelay;
        public int Restarts;
        public int Retries;
        public long RetriesSince;
        public int BackoffRestarts;
        public long? RunningSince;
        public TimeSpan RanFor;
        public Exception? LastFailure;
        public DateTimeOffset LastFailureAt;
    }
}
