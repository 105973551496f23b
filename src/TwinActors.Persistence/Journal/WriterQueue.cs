namespace TwinActors.Persistence.Journal;

/// <summary>Calls that wait for the writer thread, first in, first out, bounded.</summary>
/// <remarks>
/// One timer looks after the deadlines of all calls, those that the writer has taken included: it rings when the
/// earliest could be due, about once per deadline under load, and looks at each.
/// </remarks>
internal sealed class WriterQueue : IDisposable
{
    private readonly int _capacity;
    private readonly TimeProvider _time;
    private readonly ITimer _alarm;
    private readonly AutoResetEvent _wake = new(initialState: false);

    // Callers only ever wait for an enqueue: the writer swaps the queues and takes calls out under a lock of its own.
    private readonly Lock _lock = new();
    private readonly Lock _takeLock = new();
    private Queue<PendingCall> _calls = new();
    private Queue<PendingCall> _leaving = new();
    private List<PendingCall> _taken = [];
    private long _alarmAt = long.MaxValue;
    private int _wakeAt; // waiting calls at which another one wakes the writer
    private bool _closed;

    public WriterQueue(int capacity, TimeProvider time)
    {
        _capacity = capacity;
        _time = time;
        _alarm = time.CreateTimer(
            static queue => ((WriterQueue)queue!).Expire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What became of an offered call.</summary>
    public enum Offer
    {
        Accepted,
        Full,
        Closed,
    }

    /// <summary>Adds a call.</summary>
    public Offer Add(PendingCall call)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return Offer.Closed;
            }

            // Read without the writer's lock: a bound that is a batch too high for a moment does no harm.
            if (_calls.Count + _leaving.Count >= _capacity)
            {
                return Offer.Full;
            }

            if (_calls.Count == _wakeAt)
            {
                _wake.Set();
            }

            _calls.Enqueue(call);
            Ring(call.Due);
            return Offer.Accepted;
        }
    }

    /// <summary>Waits for calls and takes what is there, up to a limit; at least one.</summary>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool Take(List<PendingCall> batch, int maximumEvents, int maximumBytes)
    {
        while (true)
        {
            lock (_takeLock)
            {
                batch.Clear();
                _taken = batch;
                var isClosed = _leaving.Count == 0 && Swap();
                Drain(batch, maximumEvents, maximumBytes);
                if (batch.Count > 0)
                {
                    return true;
                }

                if (isClosed)
                {
                    return false;
                }
            }

            _wake.WaitOne();
        }
    }

    /// <summary>Waits for some further calls before the next batch is taken, but no longer than a moment.</summary>
    public void Linger(int calls, TimeSpan moment)
    {
        lock (_lock)
        {
            if (_closed || _leaving.Count > 0)
            {
                return;
            }

            _wake.Reset();
            _wakeAt = _calls.Count + calls - 1;
        }

        _wake.WaitOne(moment);
        lock (_lock)
        {
            _wakeAt = 0;
        }
    }

    /// <summary>Refuses further calls; those already there can still be taken.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _wake.Set();
        }
    }

    public void Dispose()
    {
        _alarm.Dispose();
        _wake.Dispose();
    }

    // Under the lock.
    private void Ring(long due)
    {
        if (due < _alarmAt)
        {
            _alarmAt = due;
            var wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
            _alarm.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Expire()
    {
        List<PendingCall> late = [];
        lock (_takeLock)
        {
            lock (_lock)
            {
                var (now, next) = (_time.GetTimestamp(), long.MaxValue);
                foreach (var call in _taken.Concat(_leaving).Concat(_calls))
                {
                    if (call.Due <= now)
                    {
                        late.Add(call);
                    }
                    else
                    {
                        next = Math.Min(next, call.Due);
                    }
                }

                _alarmAt = long.MaxValue;
                Ring(next);
            }
        }

        foreach (var call in late)
        {
            call.Expire();
        }
    }

    // Whether nothing more will come.
    private bool Swap()
    {
        lock (_lock)
        {
            (_calls, _leaving) = (_leaving, _calls);
            return _closed;
        }
    }

    private void Drain(List<PendingCall> batch, int maximumEvents, int maximumBytes)
    {
        var events = 0;
        var bytes = 0;
        while (_leaving.TryPeek(out var call))
        {
            if (batch.Count > 0 && (events + call.Events > maximumEvents || bytes + call.Bytes > maximumBytes))
            {
                return;
            }

            _leaving.Dequeue();
            if (call.TryTake())
            {
                batch.Add(call);
                events += call.Events;
                bytes += call.Bytes;
            }
        }
    }
}
