// Hot path: Raise is called once per sample on a robot link's receive thread. It allocates nothing and never blocks.
using TwinActors.Kernel;

namespace TwinActors.Actors.Streams;

/// <summary>How long a signal may wait to be gathered with others.</summary>
public enum Urgency
{
    /// <summary>Somebody looks: at most <see cref="SignalPulse.Period"/>.</summary>
    Prompt,

    /// <summary>Frames wait in a ring that has room for many more: at most
    /// <see cref="SignalPulse.RelaxedPeriod"/>.</summary>
    Relaxed,
}

/// <summary>Makes what a robot link calls when a stream has new frames.</summary>
/// <param name="actor">Who is signalled.</param>
/// <param name="source">Number of the source, 0..63.</param>
/// <param name="urgency">How long the signal may wait.</param>
/// <returns>Raises the signal; never blocks, throws or allocates; safe from any thread.</returns>
public delegate Action MakeSignal(ActorRef actor, int source, Urgency urgency);

/// <summary>Gathers the signals of all streams of a node and raises them together, once per period.</summary>
/// <remarks>
/// To wake a sleeping thread costs more than to take over a sample. With one wake per sample a fleet of 200 robots at
/// 100 Hz spends more time on waking than on everything else; gathered, its samples share a wake, and the actors run
/// one after another on the pool thread that signals them. While all signals are relaxed the pulse beats slowly; a
/// node where nothing comes in does not tick.
/// </remarks>
public sealed class SignalPulse : IDisposable, IThreadPoolWorkItem
{
    /// <summary>Longest wait of a prompt signal: small beside the 5 ms that a sample may take into its twin.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(2);

    /// <summary>Longest wait of a relaxed signal: 20 frames of a stream at 1 kHz.</summary>
    public static readonly TimeSpan RelaxedPeriod = TimeSpan.FromMilliseconds(20);

    // Beats without a signal before the pulse slows down: 100 ms without a prompt one, long enough that a robot at
    // 10 Hz and above does not make its link's thread wake ours; then 1 s without any.
    private const int QuietBeats = 50;

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Thread _thread;
    private Source? _raised;
    private volatile Pace _pace;
    private volatile bool _isPrompt;
    private volatile bool _isStopped;

    /// <summary>Starts the pulse's thread.</summary>
    public SignalPulse()
    {
        _thread = new Thread(Run) { Name = "signal-pulse", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether the thread sleeps until a signal comes.</summary>
    internal bool IsParked => _pace == Pace.Parked;

    // In order: a signal wakes the thread when the pace is above its own.
    private enum Pace
    {
        Prompt,
        Relaxed,
        Parked,
    }

    /// <summary>Makes a source of signals for an actor: a <see cref="MakeSignal"/>.</summary>
    public Action For(ActorRef actor, int source, Urgency urgency) =>
        new Source(this, actor, source, urgency == Urgency.Prompt ? Pace.Prompt : Pace.Relaxed).Raise;

    /// <summary>Ends the thread; signals raised later are dropped.</summary>
    public void Dispose()
    {
        _isStopped = true;
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
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
        var withoutPrompt = 0;
        var withoutAny = 0;
        while (!_isStopped)
        {
            _wake.WaitOne(_pace switch
            {
                Pace.Prompt => Period,
                Pace.Relaxed => RelaxedPeriod,
                _ => Timeout.InfiniteTimeSpan,
            });
            withoutPrompt = _isPrompt ? 0 : withoutPrompt + 1;
            _isPrompt = false;
            withoutAny++;
            if (Volatile.Read(ref _raised) is not null)
            {
                withoutAny = 0;
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }

            SlowDown(withoutPrompt < QuietBeats ? Pace.Prompt : withoutAny < QuietBeats ? Pace.Relaxed : Pace.Parked);
        }
    }

    // A signal raised between the last look and the slowing down is seen by the second look; one raised after it sees
    // the new pace. Both orders hold because changing the pace and raising are full fences.
    private void SlowDown(Pace pace)
    {
        Interlocked.Exchange(ref _pace, pace);
        if ((pace > Pace.Prompt && _isPrompt) || (pace == Pace.Parked && Volatile.Read(ref _raised) is not null))
        {
            Interlocked.Exchange(ref _pace, Pace.Prompt);
        }
    }

    private void Quicken(Pace pace)
    {
        if (_pace > pace && Interlocked.Exchange(ref _pace, pace) > pace && !_isStopped)
        {
            _wake.Set();
        }
    }

    // Raised sources form a stack, linked through themselves; a source is in it at most once.
    private sealed class Source(SignalPulse pulse, ActorRef actor, int number, Pace pace)
    {
        private Source? _next;
        private int _isRaised;

        public void Raise()
        {
            if (Interlocked.Exchange(ref _isRaised, 1) != 0)
            {
                return;
            }

            if (pace == Pace.Prompt)
            {
                pulse._isPrompt = true;
            }

            Source? first;
            do
            {
                first = Volatile.Read(ref pulse._raised);
                _next = first;
            }
            while (Interlocked.CompareExchange(ref pulse._raised, this, first) != first);
            pulse.Quicken(pace);
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
