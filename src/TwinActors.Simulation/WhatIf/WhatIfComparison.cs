using System.Collections.Immutable;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.Simulation.WhatIf;

/// <summary>What became of two runs from one state.</summary>
/// <param name="Joints">One row per movable joint, in model order.</param>
/// <param name="Seconds">Instants of the two trajectories, since the fork [s]; evenly spaced.</param>
/// <param name="Base">Positions of the base run [rad or m], one row per joint, one value per instant.</param>
/// <param name="Branch">Positions of the branch [rad or m], likewise.</param>
public sealed record WhatIfOutcome(
    ImmutableArray<JointDifference> Joints,
    ImmutableArray<double> Seconds,
    ImmutableArray<ImmutableArray<double>> Base,
    ImmutableArray<ImmutableArray<double>> Branch);

/// <summary>Lets two virtual robots go on from one state, each its own way, and says how far they come apart.</summary>
/// <remarks>Ticks of 10 ms, as fast as the machine can. No randomness: the same input gives the same bytes on the same
/// kind of processor.</remarks>
public static class WhatIfComparison
{
    /// <summary>Longest simulated time [s].</summary>
    public const double LongestSeconds = 3600;

    /// <summary>Most instants of a trajectory.</summary>
    public const int MostInstants = 500;

    private const double TickSeconds = 0.01;

    // Ticks between two looks at the cancellation: some milliseconds.
    private const int TicksPerLook = 256;

    /// <summary>Runs both and compares them.</summary>
    /// <param name="model">The robot; it has mass.</param>
    /// <param name="start">State of both at the fork, one value per movable joint.</param>
    /// <param name="seconds">Simulated time [s]; above 0, at most <see cref="LongestSeconds"/>.</param>
    /// <param name="baseRun">The robot as it is.</param>
    /// <param name="branch">The robot with what is changed.</param>
    /// <param name="thresholds">From when on they count as apart.</param>
    /// <param name="stopping">Gives up.</param>
    /// <exception cref="ArgumentException">A value is outside its range.</exception>
    public static WhatIfOutcome Run(
        RobotModel model,
        MotionKnot start,
        double seconds,
        WhatIfRun baseRun,
        WhatIfRun branch,
        DifferenceThresholds thresholds,
        CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(thresholds);
        if (!(seconds is > 0 and <= LongestSeconds))
        {
            throw new ArgumentOutOfRangeException(
                nameof(seconds), seconds, $"A what-if takes above 0 and at most {LongestSeconds} s, not {seconds} s.");
        }

        var ticks = Math.Max(1, (int)Math.Round(seconds / TickSeconds));
        var stride = (ticks + MostInstants - 1) / MostInstants;
        var (one, other) = (new Runner(model, start, baseRun), new Runner(model, start, branch));
        var table = new DifferenceTable(model, thresholds);
        var (instants, ofBase, ofBranch) = (new List<double>(), Rows(model), Rows(model));
        for (var tick = 1; tick <= ticks; tick++)
        {
            if (tick % TicksPerLook == 0)
            {
                stopping.ThrowIfCancellationRequested();
            }

            var now = tick * TickSeconds;
            one.Go(now, TickSeconds);
            other.Go(now, TickSeconds);
            table.Add(now, one.Robot, other.Robot);
            if (tick % stride == 0)
            {
                instants.Add(now);
                Append(ofBase, one.Robot);
                Append(ofBranch, other.Robot);
            }
        }

        return new WhatIfOutcome(table.Rows, [.. instants], Frozen(ofBase), Frozen(ofBranch));
    }

    private static List<double>[] Rows(RobotModel model) => [.. model.MovableJoints.Select(_ => new List<double>())];

    private static void Append(List<double>[] rows, VirtualRobot robot)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i].Add(robot.Positions[i]);
        }
    }

    private static ImmutableArray<ImmutableArray<double>> Frozen(List<double>[] rows) =>
        [.. rows.Select(row => row.ToImmutableArray())];

    /// <summary>A virtual robot on its path.</summary>
    private sealed class Runner
    {
        private readonly MotionPath _path;
        private readonly RobotFaults _faults;
        private readonly MimicJoints _mimics;
        private readonly double[] _positions;
        private readonly double[] _velocities;
        private readonly double[] _before;
        private readonly double[] _accelerations;

        public Runner(RobotModel model, MotionKnot start, WhatIfRun run)
        {
            Robot = new VirtualRobot(model, run.Options);
            Robot.Place(start.Positions.AsSpan(), start.Velocities.AsSpan());
            if (run.Payload is { } payload)
            {
                Robot.SetPayload(payload.Link, payload.Mass);
            }

            _path = run.Path;
            _mimics = new MimicJoints(model);
            _faults = new RobotFaults(model, [.. model.MovableJoints.Select(joint => joint.Name)]);
            foreach (var fault in run.Faults)
            {
                _faults.Add(fault, SimulatedOutputs.Motors);
            }

            _positions = new double[Robot.Count];
            _velocities = new double[Robot.Count];
            _accelerations = new double[Robot.Count];
            _before = [.. start.Velocities];
        }

        public VirtualRobot Robot { get; }

        public void Go(double now, double dt)
        {
            _faults.Apply(TimeSpan.FromSeconds(now - dt), Robot);
            _path.Evaluate(now, _positions, _velocities);
            _mimics.Follow(_positions, _velocities);
            for (var i = 0; i < _before.Length; i++)
            {
                _accelerations[i] = (_velocities[i] - _before[i]) / dt;
                _before[i] = _velocities[i];
            }

            Robot.Step(dt, _positions, _velocities, _accelerations);
        }
    }

    /// <summary>The differences of all joints.</summary>
    private sealed class DifferenceTable(RobotModel model, DifferenceThresholds thresholds)
    {
        private readonly DifferenceSum[] _positions = new DifferenceSum[model.MovableJoints.Length];
        private readonly DifferenceSum[] _velocities = new DifferenceSum[model.MovableJoints.Length];
        private readonly DifferenceSum[] _efforts = new DifferenceSum[model.MovableJoints.Length];
        private readonly DifferenceSum[] _temperatures = new DifferenceSum[model.MovableJoints.Length];

        public ImmutableArray<JointDifference> Rows =>
            [.. model.MovableJoints.Select((joint, i) => new JointDifference(
                joint.Name, _positions[i].Value, _velocities[i].Value, _efforts[i].Value,
                _temperatures[i].Value))];

        public void Add(double now, VirtualRobot one, VirtualRobot other)
        {
            Add(_positions, now, one.Positions, other.Positions, thresholds.Position);
            Add(_velocities, now, one.Velocities, other.Velocities, thresholds.Velocity);
            Add(_efforts, now, one.Efforts, other.Efforts, thresholds.Effort);
            Add(_temperatures, now, one.WindingTemperatures, other.WindingTemperatures, thresholds.Temperature);
        }

        private static void Add(
            DifferenceSum[] sums, double now, ReadOnlySpan<double> one, ReadOnlySpan<double> other, double threshold)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i].Add(now, other[i] - one[i], threshold);
            }
        }
    }
}
