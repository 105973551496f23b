// Hot path: RunDue runs once per robot and tick. It allocates nothing (TickSchedulerTests hold it at 0 bytes).
using System.Runtime.InteropServices;

namespace TwinActors.Actors.Synchronization;

/// <summary>One tick of one robot.</summary>
/// <param name="LateNs">How long after its deadline it began [ns].</param>
/// <param name="Missed">Deadlines before it that had passed when it began: they are left out, not made up for.</param>
internal readonly record struct Tick(long LateNs, int Missed);

/// <summary>The one clock of a node's synchronizers: calls each at its own absolute deadlines.</summary>
/// <remarks>
/// <para>Deadlines are whole multiples of a period from one origin, so that a late tick delays none behind it. The
/// robots of one rate are spread over slots <see cref="Beat"/> apart: together they would hold each other up, and each
/// on its own would cost a wake of the thread, which costs more than a tick.</para>
/// <para>On the system's clock a thread of its own sleeps from deadline to deadline; on any other clock a timer of that
/// clock calls. Ticks never run beside each other. They must be short and must not wait.</para>
/// </remarks>
internal sealed partial class TickScheduler : IDisposable
{
    /// <summary>Distance of two slots.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(2);

    // Longest sleep while there is something to tick: a schedule that comes or changes is noticed after it.
    private const long LongestSleepNs = 20_000_000;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<TickSchedule, long> _due = new();
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Thread? _thread;
    private readonly ITimer? _timer;
    private int _added;
    private volatile bool _isStopped;

    /// <summary>Starts the scheduler.</summary>
    /// <param name="time">The clock of the deadlines.</param>
    public TickScheduler(TimeProvider time)
    {
        _time = time;
        _origin = time.GetTimestamp();
        if (time == TimeProvider.System)
        {
            _thread = new Thread(Run) { Name = "ticks", IsBackground = true };
            _thread.Start();
        }
        else
        {
            _timer = time.CreateTimer(_ => FireTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Time since the origin of all deadlines [ns].</summary>
    private long NowNs => _time.GetElapsedTime(_origin).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>Adds a schedule.</summary>
    /// <param name="hz">Its rate [Hz], above 0.</param>
    /// <param name="tick">Called at each deadline; must not wait.</param>
    /// <param name="failed">Called once when <paramref name="tick"/> throws; the schedule has ended then.</param>
    public TickSchedule Add(double hz, Action<Tick> tick, Action<Exception> failed)
    {
        var schedule = new TickSchedule(this, tick, failed);
        lock (_gate)
        {
            schedule.Place(hz, _added++, NowNs);
            _due.Enqueue(schedule, schedule.DeadlineNs);
        }

        Announce();
        return schedule;
    }

    /// <summary>Ends the thread after the tick that runs now.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _timer?.Dispose();
        _news.Set();
        if (_thread is not null && _thread != Thread.CurrentThread)
        {
            _thread.Join();
        }

        _news.Dispose();
    }

    internal void Change(TickSchedule schedule, double hz)
    {
        lock (_gate)
        {
            if (_due.Remove(schedule, out _, out _))
            {
                schedule.Place(hz, schedule.Number, NowNs);
                _due.Enqueue(schedule, schedule.DeadlineNs);
            }
        }

        Announce();
    }

    internal void Remove(TickSchedule schedule)
    {
        lock (_gate)
        {
            _due.Remove(schedule, out _, out _);
        }
    }

    /// <summary>Runs every tick that is due.</summary>
    /// <returns>Time until the next deadline [ns]; null when nothing is scheduled.</returns>
    internal long? RunDue()
    {
        while (!_isStopped)
        {
            TickSchedule schedule;
            Tick tick;
            lock (_gate)
            {
                if (!_due.TryPeek(out schedule!, out var deadline))
                {
                    return null;
                }

                var now = NowNs;
                if (deadline > now)
                {
                    return deadline - now;
                }

                tick = schedule.Take(now);
                _due.DequeueEnqueue(schedule, schedule.DeadlineNs);
            }

            schedule.Run(tick);
        }

        return null;
    }

    // A thread that parks must see what came while it decided to.
    private void Announce()
    {
        if (_timer is not null)
        {
            StartTimer();
        }
        else if (Thread.CurrentThread != _thread)
        {
            _news.Set();
        }
    }

    private void Run()
    {
        while (!_isStopped)
        {
            switch (RunDue())
            {
                case null when _isStopped:
                    break;
                case null:
                    _news.WaitOne();
                    break;
                case { } wait:
                    Sleep(Math.Min(wait, LongestSleepNs));
                    break;
            }
        }
    }

    private void FireTimer()
    {
        RunDue();
        StartTimer();
    }

    private void StartTimer()
    {
        lock (_gate)
        {
            if (!_isStopped && _due.TryPeek(out _, out var deadline))
            {
                var wait = Math.Max(0, deadline - NowNs);
                _timer!.Change(
                    TimeSpan.FromTicks((wait + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick),
                    Timeout.InfiniteTimeSpan);
            }
        }
    }

    // The waits of .NET are whole milliseconds, as long as the jitter may be. A signal that ends the sleep early costs
    // one more look.
    private static void Sleep(long ns)
    {
        var length = new Timespec(ns / 1_000_000_000, ns % 1_000_000_000);
        _ = NanoSleep(in length, 0);
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in Timespec length, nint remaining);

    private readonly struct Timespec(long seconds, long nanoseconds)
    {
        public readonly nint Seconds = (nint)seconds;
        public readonly nint Nanoseconds = (nint)nanoseconds;
    }
}

/// <summary>The deadlines of one robot.</summary>
internal sealed class TickSchedule
{
    private readonly TickScheduler _scheduler;
    private readonly Action<Tick> _tick;
    private readonly Action<Exception> _failed;
    private double _periodNs;
    private long _slotNs;
    private long _number;

    internal TickSchedule(TickScheduler scheduler, Action<Tick> tick, Action<Exception> failed)
    {
        _scheduler = scheduler;
        _tick = tick;
        _failed = failed;
    }

    /// <summary>The next deadline, from the origin of all [ns].</summary>
    internal long DeadlineNs => _slotNs + (long)(_number * _periodNs);

    /// <summary>Number of the schedule in its scheduler, which decides about its slot.</summary>
    internal int Number { get; private set; }

    /// <summary>Changes the rate from the next deadline on.</summary>
    /// <param name="hz">The rate [Hz], above 0.</param>
    public void ChangeRate(double hz) => _scheduler.Change(this, hz);

    /// <summary>Ends it; a tick that runs now on the scheduler's thread may still be running.</summary>
    public void End() => _scheduler.Remove(this);

    internal void Place(double hz, int number, long nowNs)
    {
        Number = number;
        _periodNs = 1e9 / hz;
        var beat = TickScheduler.Beat.Ticks * TimeSpan.NanosecondsPerTick;
        var slots = Math.Max(1, (int)(_periodNs / beat));
        _slotNs = number % slots * beat;
        _number = Math.Max(0, (long)Math.Ceiling((nowNs - _slotNs) / _periodNs));
    }

    internal Tick Take(long nowNs)
    {
        var late = nowNs - DeadlineNs;
        var missed = (int)(late / _periodNs);
        _number += missed + 1;
        return new Tick(late - (long)(missed * _periodNs), missed);
    }

    internal void Run(Tick tick)
    {
        try
        {
            _tick(tick);
        }
        catch (Exception failure)
        {
            End();
            _failed(failure);
        }
    }
}
