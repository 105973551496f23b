using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.WhatIf;

namespace TwinActors.Host.WhatIf;

/// <summary>The motion of a robot as its recordings have it.</summary>
internal static class RecordedMotion
{
    // A robot that sends more rarely than this is not followed.
    private const long LookBackNs = 1_000_000_000;

    /// <summary>The joints at one instant: the newest state received by then, at most a second old.</summary>
    /// <param name="folder">The robot's recordings.</param>
    /// <param name="model">The robot.</param>
    /// <param name="atNs">The instant [ns since 1970, node's clock].</param>
    /// <returns>The state and when it was received [ns since 1970]; null when no recording has one with a position for
    /// every joint.</returns>
    public static (MotionKnot State, long AtNs)? FindState(RecordingFolder folder, RobotModel model, long atNs)
    {
        var joints = new JointValues(model);
        long? newest = null;
        foreach (var state in RecordedJointState.Read(folder, new BagWindow(atNs - LookBackNs, atNs + 1)))
        {
            joints.Take(state);
            newest = state.LogTimeNs;
        }

        return newest is { } found && joints.IsComplete ? (joints.Knot(0), found) : null;
    }

    /// <summary>The path that the joints took from one instant on.</summary>
    /// <param name="folder">The robot's recordings.</param>
    /// <param name="model">The robot.</param>
    /// <param name="start">State at the instant.</param>
    /// <param name="atNs">The instant [ns since 1970, node's clock].</param>
    /// <param name="seconds">How far [s].</param>
    public static MotionPath PathOf(
        RecordingFolder folder, RobotModel model, MotionKnot start, long atNs, double seconds)
    {
        var joints = new JointValues(model, start);
        var knots = ImmutableArray.CreateBuilder<MotionKnot>();
        knots.Add(start);
        var until = atNs + (long)(seconds * 1e9) + LookBackNs;
        long? firstStampNs = null;
        foreach (var state in RecordedJointState.Read(folder, new BagWindow(atNs, until)))
        {
            // Stamps say when the joints were there; arrivals jitter. A robot that stamps nothing has only those.
            var now = state.StampNs > 0 ? state.StampNs : state.LogTimeNs;
            firstStampNs ??= now;
            joints.Take(state);
            var at = (now - firstStampNs.Value) * 1e-9;
            if (at > knots[^1].Seconds)
            {
                knots.Add(joints.Knot(at));
            }
        }

        return MotionPath.Through(joints.HasVelocities ? knots.ToImmutable() : WithSpeeds(knots.ToImmutable()));
    }

    // A robot that sends no velocities has those of its positions.
    private static ImmutableArray<MotionKnot> WithSpeeds(ImmutableArray<MotionKnot> knots)
    {
        var all = ImmutableArray.CreateBuilder<MotionKnot>(knots.Length);
        for (var i = 0; i < knots.Length; i++)
        {
            var (before, behind) = (knots[Math.Max(0, i - 1)], knots[Math.Min(knots.Length - 1, i + 1)]);
            var seconds = behind.Seconds - before.Seconds;
            all.Add(knots[i] with
            {
                Velocities = seconds > 0
                    ? [.. behind.Positions.Zip(before.Positions, (later, earlier) => (later - earlier) / seconds)]
                    : knots[i].Velocities,
            });
        }

        return all.MoveToImmutable();
    }

    /// <summary>The newest position and velocity of each joint.</summary>
    private sealed class JointValues
    {
        private readonly Dictionary<string, int> _places;
        private readonly double[] _positions;
        private readonly double[] _velocities;

        public JointValues(RobotModel model, MotionKnot? start = null)
        {
            _places = model.MovableJoints.Select((joint, i) => (joint.Name, i))
                .ToDictionary(pair => pair.Name, pair => pair.i, StringComparer.Ordinal);
            _positions = [.. start?.Positions ?? [.. Enumerable.Repeat(double.NaN, _places.Count)]];
            _velocities = [.. start?.Velocities ?? [.. new double[_places.Count]]];
        }

        public bool IsComplete => Array.TrueForAll(_positions, double.IsFinite);

        public bool HasVelocities { get; private set; }

        public MotionKnot Knot(double seconds) => new(seconds, [.. _positions], [.. _velocities]);

        public void Take(RecordedJointState state)
        {
            Take(state, "position", _positions);
            HasVelocities |= Take(state, "velocity", _velocities);
        }

        private bool Take(RecordedJointState state, string signal, double[] values)
        {
            var read = state.Signal(signal);
            for (var i = 0; i < read.Length; i++)
            {
                if (double.IsFinite(read[i]) && _places.TryGetValue(state.Columns.Joints[i], out var place))
                {
                    values[place] = read[i];
                }
            }

            return read.Length > 0;
        }
    }
}
