namespace TwinActors.Kernel;

/// <summary>The one dedicated thread of an actor system: runs its control actors and fires its timers.</summary>
/// <remarks>Sleeps until there is work or the next timer is due; an idle system costs no processor time.</remarks>
internal sealed class ControlThread : Dispatcher, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<ActorCell> _ready = [];
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Thread _thread;
    private readonly TimerWheel _wheel;
    private volatile bool _isStopping;

    /// <param name="name">Name of the thread, for debuggers.</param>
    /// <param name="time">The clock of the timers that this thread fires.</param>
    public ControlThread(string name, TimeProvider time)
    {
        _wheel = new TimerWheel(time, Wake);
        _thread = new Thread(Run) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>The timers that this thread fires.</summary>
    public TimerWheel Wheel => _wheel;

    /// <summary>Ends the thread after the actor that runs now.</summary>
    public void Dispose()
    {
        _isStopping = true;
        Wake();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    internal override void Schedule(ActorCell cell, Turn turn)
    {
        lock (_gate)
        {
            _ready.Enqueue(cell);
        }

        Wake();
    }

    private void Wake()
    {
        if (Thread.CurrentThread != _thread)
        {
            _news.Set();
        }
    }

    private void Run()
    {
        while (!_isStopping)
        {
            var untilNext = _wheel.FireDue();
            if (TryTake() is { } cell)
            {
                cell.Execute();
                continue;
            }

            _news.WaitOne(untilNext ?? Timeout.InfiniteTimeSpan);
        }

        _news.Dispose();
    }

    private ActorCell? TryTake()
    {
        lock (_gate)
        {
            return _ready.TryDequeue(out var cell) ? cell : null;
        }
    }
}
