// Hot path: run once per step of a simulated robot. Allocates nothing after construction.
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Kinematics;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Loads;

/// <summary>Effort that a motor needs to hold its joint against gravity and to keep it moving against
/// friction.</summary>
/// <remarks>
/// τ = ∂V/∂q + d·q̇ + f·tanh(q̇/ε), with V the potential energy of the links beyond the joint, d and f from the URDF
/// <c>dynamics</c>. It is a load, not dynamics: inertial forces and contacts are left out, and the root link counts as
/// held, so the legs of a humanoid carry themselves and not the body.
/// </remarks>
internal sealed class StaticLoad
{
    private const double StandardGravity = 9.80665;

    /// <summary>Speed at which friction has built up to 76 % [rad/s or m/s]; smooths the step through
    /// standstill.</summary>
    private const double FrictionOnset = 0.02;

    private readonly KinematicTree _tree;
    private readonly double[] _masses;
    private readonly Vector3[] _centres;
    private readonly double[] _subtreeMasses;
    private readonly Vector3[] _moments;
    private readonly JointLosses[] _losses;

    public StaticLoad(RobotModel model, KinematicTree tree)
    {
        _tree = tree;
        var links = model.Joints.Length + 1;
        _masses = new double[links];
        _centres = new Vector3[links];
        _subtreeMasses = new double[links];
        _moments = new Vector3[links];
        foreach (var link in model.Links)
        {
            if (link.Inertial is { } inertial)
            {
                var place = tree.PlaceOf(link.Name);
                _masses[place] = inertial.Mass;
                _centres[place] = inertial.Origin.Translation;
            }
        }

        _losses = [.. model.MovableJoints.Select(joint => new JointLosses(
            joint.Dynamics?.Damping ?? 0,
            joint.Dynamics?.Friction ?? 0,
            joint.Limits?.Effort ?? double.MaxValue))];
    }

    /// <summary>Computes the efforts for the poses that the tree holds now.</summary>
    /// <param name="velocities">Velocities of the movable joints [rad/s or m/s].</param>
    /// <param name="efforts">Receives their efforts, within the limits of the model [N·m or N].</param>
    public void Compute(ReadOnlySpan<double> velocities, Span<double> efforts)
    {
        var poses = _tree.Poses;
        for (var i = 0; i < poses.Length; i++)
        {
            _subtreeMasses[i] = _masses[i];
            _moments[i] = poses[i].Apply(_centres[i]) * _masses[i];
        }

        var nodes = _tree.Nodes;
        // Children come after their parents, so walking backwards every subtree is complete when it is used.
        for (var i = nodes.Length - 1; i >= 0; i--)
        {
            ref readonly var node = ref nodes[i];
            var place = i + 1;
            if (node.Movable >= 0)
            {
                efforts[node.Movable] = Limit(node.Movable, Gravity(node, place), velocities[node.Movable]);
            }

            _subtreeMasses[node.Parent] += _subtreeMasses[place];
            _moments[node.Parent] += _moments[place];
        }
    }

    private double Gravity(in KinematicTree.Node node, int place)
    {
        var pose = _tree.Poses[place];
        var axis = pose.Rotation.Rotate(node.Axis);
        var mass = _subtreeMasses[place];
        if (node.IsLinear)
        {
            return StandardGravity * mass * axis.Z;
        }

        // ∂z/∂q of a point at r from the axis is the z part of axis × r; Σ m r is the moment about the joint's origin.
        var moment = _moments[place] - (pose.Translation * mass);
        return StandardGravity * ((axis.X * moment.Y) - (axis.Y * moment.X));
    }

    private double Limit(int joint, double gravity, double velocity)
    {
        ref readonly var losses = ref _losses[joint];
        var effort = gravity + (losses.Damping * velocity) + (losses.Friction * Math.Tanh(velocity / FrictionOnset));
        return Math.Clamp(effort, -losses.Limit, losses.Limit);
    }

    private readonly record struct JointLosses(double Damping, double Friction, double Limit);
}
