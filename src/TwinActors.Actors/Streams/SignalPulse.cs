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
/// 100 Hz spends more time on waking than on everything else; gathered, its samples share a wake. A sample waits for at
/// most one period, and an idle node does not tick: the first signal starts the period.
/// </remarks>
public sealed class SignalPulse : IDisposable
{
    /// <summary>Longest wait of a signal: small beside the 5 ms that a sample may take into its twin.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private Source? _raised;

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
        _stop.Set();
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            _wake.WaitOne();
            if (_stop.Wait(Period))
            {
                return;
            }

            for (var source = Interlocked.Exchange(ref _raised, null); source is not null;)
            {
                source = source.Signal();
            }
        }
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

            if (first is null && !pulse._stop.IsSet)
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
