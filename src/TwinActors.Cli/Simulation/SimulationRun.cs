using System.Collections.Immutable;
using TwinActors.Simulation.Faults;

namespace TwinActors.Cli.Simulation;

/// <summary>Runs simulated robots on as many threads as they need.</summary>
internal sealed class SimulationRun
{
    /// <summary>Robots on one thread: 250 × 100 Hz leaves 40 µs per step, three times what one takes.</summary>
    private const int RobotsPerLoop = 250;

    private readonly ImmutableArray<SimulationPublisher> _robots;
    private readonly ImmutableArray<SimulationLoop> _loops;

    /// <param name="robots">At least one; all with the same period.</param>
    /// <param name="time">Clock of deadlines and of the robots.</param>
    public SimulationRun(ImmutableArray<SimulationPublisher> robots, TimeProvider time)
    {
        _robots = robots;
        var loops = Math.Clamp((robots.Length + RobotsPerLoop - 1) / RobotsPerLoop, 1, Environment.ProcessorCount);
        var size = (robots.Length + loops - 1) / loops;
        _loops = [.. robots.Chunk(size).Select(some => new SimulationLoop([.. some], Pace, time))];
    }

    /// <summary>How fast simulated time goes.</summary>
    public SimulationPace Pace { get; } = new();

    /// <summary>Names of the robots.</summary>
    public IEnumerable<string> Names => _robots.Select(robot => robot.Id.Value);

    /// <summary>Gives a robot a fault; safe from any thread.</summary>
    /// <param name="robot">The robot's name.</param>
    /// <param name="fault">The fault. Its beginning is counted from now.</param>
    /// <returns>Why that cannot be; <see langword="null"/> when it can.</returns>
    public string? Inject(string robot, Fault fault)
    {
        var known = _robots.FirstOrDefault(
            one => string.Equals(one.Id.Value, robot, StringComparison.OrdinalIgnoreCase));
        return known is null
            ? $"There is no robot '{robot}' here; there are {string.Join(", ", Names.Take(20))}."
            : known.Inject(fault);
    }

    /// <summary>What has been done so far; safe from any thread.</summary>
    public SimulationTally Tally => new(
        _robots.Length,
        _robots.Sum(robot => robot.Steps),
        _robots.Sum(robot => robot.Published),
        _robots.Sum(robot => robot.Busy),
        _loops.Sum(loop => loop.Missed));

    /// <summary>Runs until told to stop; the threads are gone when the task ends.</summary>
    /// <exception cref="Ros2.Dds.DdsException">DDS refused a sample; all robots have stopped then.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var threads = _loops.Select(loop => Task.Factory.StartNew(
            () => RunLoop(loop, ending),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        await Task.WhenAll(threads).ConfigureAwait(false);
    }

    private static void RunLoop(SimulationLoop loop, CancellationTokenSource ending)
    {
        try
        {
            loop.Run(ending.Token);
        }
        finally
        {
            // One loop that fails ends them all: half a fleet would look like a fleet.
            ending.Cancel();
        }
    }
}

/// <summary>Counts of a run.</summary>
/// <param name="Robots">Robots.</param>
/// <param name="Steps">Steps done, those passed over too.</param>
/// <param name="Published">Samples handed to DDS.</param>
/// <param name="Busy">Samples dropped because reliable readers were too far behind.</param>
/// <param name="Missed">Steps passed over because this process was held up.</param>
internal readonly record struct SimulationTally(int Robots, long Steps, long Published, long Busy, long Missed);
