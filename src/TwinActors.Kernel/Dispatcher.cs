namespace TwinActors.Kernel;

/// <summary>Names of the dispatchers that <see cref="Props{T}.Dispatcher"/> can choose from.</summary>
public static class Dispatchers
{
    /// <summary>The process-wide thread pool; the default.</summary>
    public const string Shared = "shared";

    /// <summary>
    /// One dedicated thread of the actor system that also drives its timers. It does not starve when the pool does.
    /// Its actors must be short and must not await.
    /// </summary>
    public const string Control = "control";
}

/// <summary>Decides on which thread, and when, an actor that has work runs.</summary>
public abstract class Dispatcher
{
    private protected Dispatcher()
    {
    }

    /// <summary>
    /// Whether the dispatcher runs only when its owner says so, so that nothing may leave its thread.
    /// </summary>
    internal virtual bool IsDeterministic => false;

    /// <summary>Queues an actor that has work. It is queued at most once at a time.</summary>
    internal abstract void Schedule(ActorCell cell, Turn turn);
}

/// <summary>Why an actor is queued.</summary>
internal enum Turn
{
    /// <summary>It was idle and something came.</summary>
    Wake,

    /// <summary>It used up its quantum and has more to do.</summary>
    Yield,

    /// <summary>What its handler awaited is complete.</summary>
    Continue,
}

/// <summary>Runs actors on the process-wide thread pool.</summary>
internal sealed class SharedPool : Dispatcher
{
    // A woken actor's data is warm in this core's cache, but a worker drains its own queue first: work from outside
    // would wait for seconds. Sending every 64th wake-up and every yield through the global queue ends that.
    private const int LocalWakes = 64;

    [ThreadStatic]
    private static int t_wakes;

    public static SharedPool Instance { get; } = new();

    internal override void Schedule(ActorCell cell, Turn turn)
    {
        var isLocal = turn != Turn.Yield && (++t_wakes & (LocalWakes - 1)) != 0;
        ThreadPool.UnsafeQueueUserWorkItem(cell, isLocal);
    }
}

/// <summary>
/// Runs actors on the calling thread, one quantum at a time, in an order that a seed decides: the same seed and the
/// same inputs give the same run. For tests and simulations, together with a clock that is moved by hand.
/// </summary>
/// <param name="seed">Decides which ready actor runs next.</param>
public sealed class DeterministicDispatcher(int seed) : Dispatcher
{
    private readonly Lock _gate = new();
    private readonly List<ActorCell> _ready = [];
    private readonly Random _random = new(seed);

    /// <summary>The seed, for the message of a failing test.</summary>
    public int Seed { get; } = seed;

    /// <summary>Number of actors that have work.</summary>
    public int Ready
    {
        get
        {
            lock (_gate)
            {
                return _ready.Count;
            }
        }
    }

    internal override bool IsDeterministic => true;

    /// <summary>Runs one ready actor for one quantum; false when none is ready.</summary>
    public bool RunOne()
    {
        ActorCell next;
        lock (_gate)
        {
            if (_ready.Count == 0)
            {
                return false;
            }

            var index = _random.Next(_ready.Count);
            next = _ready[index];
            _ready.RemoveAt(index);
        }

        next.Execute();
        return true;
    }

    /// <summary>Runs ready actors until none is left.</summary>
    /// <param name="limit">Highest number of quanta to run.</param>
    /// <returns>Number of quanta run.</returns>
    /// <exception cref="InvalidOperationException">
    /// Actors were still ready after <paramref name="limit"/> quanta.
    /// </exception>
    public int RunUntilIdle(int limit = 1_000_000)
    {
        for (var quanta = 0; quanta < limit; quanta++)
        {
            if (!RunOne())
            {
                return quanta;
            }
        }

        throw new InvalidOperationException($"Actors are still busy after {limit} quanta (seed {Seed}).");
    }

    internal override void Schedule(ActorCell cell, Turn turn)
    {
        lock (_gate)
        {
            _ready.Add(cell);
        }
    }
}
