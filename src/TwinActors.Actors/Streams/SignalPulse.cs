// Hot path: Raise is called once per sample on a robot link's receive thread. It allocates nothing and never blocks.
using TwinActors.Kernel;

namespace TwinActors.Actors.Streams;

/// <summary>Makes what a robot link calls when a stream has new frames.</summary>
/// <param name="actor">Who is signalled.</param>
/// <param name="source">Number of the source, 0..63.</param>
/// <returns>Raises the signal; never blocks, throws or allocates; safe from any thread.</returns>
public delegate Action MakeSignal(ActorRef actor, int source);

/// <summary>Gathers the signals of all streams of a node and raises them together, once per period.</summary>
/// <remarks>
/// To wake a sleeping thread costs more than to take over a sample. With one wake per sample a fleet of 200 robots at
/// 100 Hz spends more time on waking than on everything else; gathered, its samples share a wake, and the actors run
/// one after another on the pool thread that signals them. A sample waits for at most one period. A node where
/// nothing comes in does not tick.
/// </remarks>
public sealed class SignalPulse : IDisposable, IThreadPoolWorkItem
{
    /// <summary>Longest wait of a signal: small beside the 5 ms that a sample may take into its twin.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    // 100 ms without a signal: long enough that a robot at 10 Hz and above does not make its link's thread wake ours.
    private const int QuietPeriods = 50;

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEvent _stop = new(initialState: false);
    private readonly Thread _thread;
    private Source? _raised;
    private int _isParked;
    private volatile bool _isStopped;

    /// <summary>Starts the pulse's thread.</summary>
    public SignalPulse()
    {
        _thread = new Thread(Run) { Name = "signal-pulse", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Makes a source of signals for an actor: a <see cref="MakeSignal"/>.</summary>
    public Action For(ActorRef actor, int source) => new Source(this, actor, source).Raise;

    /// <summary>Ends the thread; signals raised later are dropped.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _stop.Set();
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
        _stop.Dispose();
    }

    /// <summary>Signals every actor whose source was raised; called by the pool.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        for (var source = Interlocked.Exchange(ref _raised, null); source is not null;)
        {
            source = source.Signal();
        }
    }

    private void Run()
    {
        var quiet = 0;
        while (!_stop.WaitOne(Period))
        {
            if (Volatile.Read(ref _raised) is not null)
            {
                quiet = 0;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            else if (++quiet >= QuietPeriods)
            {
                Park();
                quiet = 0;
            }
        }
    }

    // A source raised between the last look and the parking is seen by the second look; one raised after it sees that
    // we are parked. Both orders hold because parking and raising are full fences.
    private void Park()
    {
        Interlocked.Exchange(ref _isParked, 1);
        if (Volatile.Read(ref _raised) is null && !_isStopped)
        {
            _wake.WaitOne();
        }

        Interlocked.Exchange(ref _isParked, 0);
    }

    // Raised sources form a stack, linked through themselves; a source is in it at most once.
    private sealed class Source(SignalPulse pulse, ActorRef actor, int number)
    {
        private Source? _next;
        private int _isRaised;

        public void Raise()
        {
            if (Interlocked.Exchange(ref _isRaised, 1) != 0)
            {
                return;
            }

            Source? first;
            do
            {
                first = Volatile.Read(ref pulse._raised);
                _next = first;
            }
            while (Interlocked.CompareExchange(ref pulse._raised, this, first) != first);

            if (Volatile.Read(ref pulse._isParked) != 0 && !pulse._isStopped
                && Interlocked.Exchange(ref pulse._isParked, 0) != 0)
            {
                pulse._wake.Set();
            }
        }

        public Source? Signal()
        {
            // The link to the next one is read before this source may be raised, and linked, again.
            var next = _next;
            _next = null;
            Volatile.Write(ref _isRaised, 0);
            actor.Signal(number);
            return next;
        }
    }
}
