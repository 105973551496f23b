namespace TwinActors.Testing;

/// <summary>
/// A clock that stands still until a test moves it. Timers fire in the test's thread, in the order of their due
/// times.
/// </summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly DateTimeOffset _start;
    private TimeSpan _elapsed;
    private TimeSpan _step;
    private long _nextOrder;

    /// <param name="start">The first instant; null: 2026-01-01, midnight UTC.</param>
    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _start = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Time passed since the start.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _elapsed;
            }
        }
    }

    /// <summary>Number of timers that have still to fire.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => _start + Elapsed + _step;

    /// <summary>Sets the time of day, as a clock that is corrected does; no timer takes notice.</summary>
    /// <param name="by">How far.</param>
    public void Step(TimeSpan by) => _step += by;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock and fires what is due on the way, each at its own instant.</summary>
    /// <param name="time">How far; not negative.</param>
    public void Advance(TimeSpan time)
    {
        var target = Elapsed + time;
        while (AdvanceToNext(target))
        {
        }
    }

    /// <summary>
    /// Moves the clock to the next due timer and fires it, or to <paramref name="limit"/> when none is due before.
    /// </summary>
    /// <param name="limit">Where the clock stops at the latest, as time since the start.</param>
    /// <returns>Whether a timer was fired.</returns>
    public bool AdvanceToNext(TimeSpan limit)
    {
        ManualTimer? next;
        lock (_gate)
        {
            next = _timers.MinBy(timer => (timer.Due, timer.Order));
            if (next is null || next.Due > limit)
            {
                _elapsed = limit > _elapsed ? limit : _elapsed;
                return false;
            }

            _elapsed = next.Due > _elapsed ? next.Due : _elapsed;
            _timers.Remove(next);
            if (next.Period > TimeSpan.Zero)
            {
                Add(next, _elapsed + next.Period);
            }
        }

        next.Fire();
        return true;
    }

    private void Add(ManualTimer timer, TimeSpan due)
    {
        timer.Due = due;
        timer.Order = _nextOrder++;
        _timers.Add(timer);
    }

    private sealed class ManualTimer(ManualTimeProvider time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; set; }

        public long Order { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                Period = period;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    time.Add(this, time._elapsed + dueTime);
                }
            }

            return true;
        }

        public void Dispose()
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
