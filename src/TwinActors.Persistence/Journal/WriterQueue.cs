namespace TwinActors.Persistence.Journal;

/// <summary>Calls that wait for the writer thread, first in, first out, bounded.</summary>
internal sealed class WriterQueue(int capacity) : IDisposable
{
    private readonly Queue<PendingCall> _calls = new();
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private bool _closed;

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

            if (_calls.Count >= capacity)
            {
                return Offer.Full;
            }

            _calls.Enqueue(call);
            _wake.Set();
            return Offer.Accepted;
        }
    }

    /// <summary>Waits for calls and takes what is there, up to a limit; at least one.</summary>
    /// <returns>False when the queue is closed and empty.</returns>
    public bool Take(List<PendingCall> batch, int maximumEvents, int maximumBytes)
    {
        batch.Clear();
        while (true)
        {
            lock (_lock)
            {
                Drain(batch, maximumEvents, maximumBytes);
                if (batch.Count > 0)
                {
                    return true;
                }

                if (_closed)
                {
                    return false;
                }
            }

            _wake.WaitOne();
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

    public void Dispose() => _wake.Dispose();

    private void Drain(List<PendingCall> batch, int maximumEvents, int maximumBytes)
    {
        var events = 0;
        var bytes = 0;
        while (_calls.TryPeek(out var call))
        {
            if (batch.Count > 0 && (events + call.Events > maximumEvents || bytes + call.Bytes > maximumBytes))
            {
                return;
            }

            _calls.Dequeue();
            if (call.TryTake())
            {
                batch.Add(call);
                events += call.Events;
                bytes += call.Bytes;
            }
        }
    }
}
