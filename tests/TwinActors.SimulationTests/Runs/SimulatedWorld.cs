using TwinActors.Testing;

namespace TwinActors.SimulationTests.Runs;

/// <summary>
/// The one thread of a run. The seed chooses what happens next among all that is ready: an actor of any node, or
/// something on its way between them. Time moves only when nothing is ready.
/// </summary>
internal sealed class SimulatedWorld
{
    private readonly List<Action> _ready = [];
    private readonly List<SimulatedNode> _busy = [];

    /// <param name="seed">Decides everything.</param>
    /// <param name="keepsTrace">Whether the trace is kept as text.</param>
    public SimulatedWorld(int seed, bool keepsTrace)
    {
        Random = new Random(seed);
        Trace = new Trace(Time, keepsTrace);
    }

    /// <summary>The only source of chance.</summary>
    public Random Random { get; }

    /// <summary>The clock that all nodes share, each with an offset of its own.</summary>
    public ManualTimeProvider Time { get; } = new();

    /// <summary>What has happened.</summary>
    public Trace Trace { get; }

    /// <summary>Number of things done so far: orders what happens at the same instant.</summary>
    public long Step { get; private set; }

    /// <summary>The nodes that run or are paused.</summary>
    public List<SimulatedNode> Nodes { get; } = [];

    /// <summary>Whether the dice say so.</summary>
    public bool Chance(double probability) => probability > 0 && Random.NextDouble() < probability;

    /// <summary>A time from 0 to several times <paramref name="mean"/>, mostly short.</summary>
    public TimeSpan Draw(TimeSpan mean) => TimeSpan.FromTicks((long)(-Math.Log(1 - Random.NextDouble()) * mean.Ticks));

    /// <summary>A time between two others.</summary>
    public TimeSpan Draw(TimeSpan from, TimeSpan to) => from + ((to - from) * Random.NextDouble());

    /// <summary>Makes something ready now, beside all else that is.</summary>
    public void Soon(Action action) => _ready.Add(action);

    /// <summary>Makes something happen later.</summary>
    public void After(TimeSpan delay, Action action)
    {
        if (delay <= TimeSpan.Zero)
        {
            Soon(action);
            return;
        }

        _ = Time.CreateTimer(static run => ((Action)run!)(), action, delay, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does one thing; false when none is left before <paramref name="end"/>.</summary>
    public bool RunOne(TimeSpan end)
    {
        Step++;
        _busy.Clear();
        foreach (var node in Nodes)
        {
            if (node.HasWork)
            {
                _busy.Add(node);
            }
        }

        var count = _ready.Count + _busy.Count;
        if (count == 0)
        {
            return Time.AdvanceToNext(end);
        }

        var choice = count == 1 ? 0 : Random.Next(count);
        if (choice < _busy.Count)
        {
            _busy[choice].RunOne();
            return true;
        }

        var index = choice - _busy.Count;
        var action = _ready[index];
        _ready.RemoveAt(index);
        action();
        return true;
    }
}
