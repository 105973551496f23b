// Hot path: run once per step of every virtual robot. Allocates nothing after construction.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Dynamics;

/// <summary>Forces and motion of one robot: inverse and forward dynamics and the mass matrix.</summary>
/// <remarks>
/// <para>R. Featherstone, "Rigid Body Dynamics Algorithms", Springer 2008: recursive Newton-Euler (table 5.1),
/// composite rigid bodies (table 6.2), articulated bodies (table 7.1), in body coordinates.</para>
/// <para>Spans have one value per coordinate of the tree. Positions in rad or m, velocities in rad/s or m/s,
/// accelerations in rad/s² or m/s², efforts in N·m or N, positive along the joint's axis. Friction and damping are the
/// caller's: they are part of the efforts. Values must be finite: a value that is not spreads to the results.</para>
/// <para>Holds the intermediate results of one call: one instance per thread.</para>
/// </remarks>
public sealed partial class RigidBodyDynamics
{
    private readonly RigidBodyTree _tree;
    private readonly RigidBodyTree.Body[] _bodies;
    private readonly State[] _states;

    /// <summary>Prepares computation.</summary>
    /// <param name="tree">The robot.</param>
    public RigidBodyDynamics(RigidBodyTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _tree = tree;
        _bodies = tree.Bodies.ToArray();
        _states = new State[tree.Count];
    }

    /// <summary>Gravity on the surface of the earth, z up [m/s²].</summary>
    public static Vector3 StandardGravity => new(0, 0, -9.80665);

    /// <summary>The robot.</summary>
    public RigidBodyTree Tree => _tree;

    /// <summary>Hangs a weight on a link, beyond what the model has; it replaces one that hangs on the same body, which
    /// is the link with all that is fixed to it.</summary>
    /// <param name="link">Name of the link.</param>
    /// <param name="mass">Mass [kg]; not negative, 0 takes the weight away.</param>
    /// <param name="position">Where it is, in the link's frame [m].</param>
    /// <exception cref="ArgumentException">The model has no such link, or the mass is negative or no
    /// number.</exception>
    public void SetPayload(string link, double mass, Vector3 position)
    {
        if (!(mass >= 0 && double.IsFinite(mass)))
        {
            throw new ArgumentException($"A payload has 0 kg or more, not {mass} kg.", nameof(mass));
        }

        var (body, pose) = _tree.PlaceOf(link);
        // What hangs on the root link moves nothing.
        if (body >= 0)
        {
            _bodies[body] = _tree.WithPoint(body, mass, pose.Apply(position));
        }
    }

    private void Require(int length, string parameter)
    {
        if (length != _tree.Count)
        {
            throw new ArgumentException(
                $"Model '{_tree.Model.Name}' has {_tree.Count} movable joints; {length} values are given.", parameter);
        }
    }

    // Where the body is in its parent's frame.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(in RigidBodyTree.Body body, ref State state, double position)
    {
        if (body.IsLinear)
        {
            state.ToParent = body.Rotation;
            state.Offset = Vector256.FusedMultiplyAdd(body.Rotation.Z, Vector256.Create(position), body.Offset);
        }
        else
        {
            var (sine, cosine) = Math.SinCos(position);
            var rotation = body.Rotation;
            state.ToParent = new Columns(
                (rotation.X * cosine) + (rotation.Y * sine), (rotation.Y * cosine) - (rotation.X * sine), rotation.Z);
            state.Offset = body.Offset;
        }

        state.FromParent = state.ToParent.Transpose();
    }

    // The parent's motion in this body's frame, before the joint adds its own.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Angular, Vector256<double> Linear) FromParent(
        in State state, Vector256<double> angular, Vector256<double> linear) =>
        (state.FromParent * angular, state.FromParent * (linear + Lanes.Cross(angular, state.Offset)));

    // Velocity of the body, and the acceleration that comes from the joint's axis being carried along.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Move(in RigidBodyTree.Body body, ref State state, double velocity)
    {
        Vector256<double> angular = default, linear = default;
        if (body.Parent >= 0)
        {
            ref readonly var parent = ref _states[body.Parent];
            (angular, linear) = FromParent(in state, parent.Angular, parent.Linear);
        }

        var along = Lanes.Of(0, 0, velocity);
        if (body.IsLinear)
        {
            linear += along;
            state.AngularBias = default;
            state.LinearBias = Lanes.Cross(angular, along);
        }
        else
        {
            angular += along;
            state.AngularBias = Lanes.Cross(angular, along);
            state.LinearBias = Lanes.Cross(linear, along);
        }

        state.Angular = angular;
        state.Linear = linear;
    }

    // Moment and force that accelerate a body that moves freely: I·a + v ×* I·v.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Moment, Vector256<double> Force) Momentum(
        in RigidBodyTree.Body body, Vector256<double> angular, Vector256<double> linear) =>
        ((body.Inertia * angular) + Lanes.Cross(body.Moment, linear),
            (linear * body.Mass) - Lanes.Cross(body.Moment, angular));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Moment, Vector256<double> Force) Gyroscopic(
        in RigidBodyTree.Body body, in State state)
    {
        var (moment, force) = Momentum(in body, state.Angular, state.Linear);
        return (
            Lanes.Cross(state.Angular, moment) + Lanes.Cross(state.Linear, force),
            Lanes.Cross(state.Angular, force));
    }

    private struct State
    {
        /// <summary>Takes coordinates of the body to its parent's.</summary>
        public Columns ToParent;

        /// <summary>The inverse of <see cref="ToParent"/>.</summary>
        public Columns FromParent;

        /// <summary>The body's origin in its parent's frame [m].</summary>
        public Vector256<double> Offset;

        /// <summary>Velocity [rad/s].</summary>
        public Vector256<double> Angular;

        /// <summary>Velocity of the origin [m/s].</summary>
        public Vector256<double> Linear;

        /// <summary>Acceleration without the joint's own [rad/s²]; later all of it.</summary>
        public Vector256<double> AngularBias;

        /// <summary>Acceleration without the joint's own [m/s²]; later all of it.</summary>
        public Vector256<double> LinearBias;

        /// <summary>Moment about the origin [N·m].</summary>
        public Vector256<double> Moment;

        /// <summary>Force [N].</summary>
        public Vector256<double> Force;

        /// <summary>Articulated or composite inertia: moment per angular acceleration.</summary>
        public Columns MomentPerAngular;

        /// <summary>Moment per linear acceleration; transposed: force per angular acceleration.</summary>
        public Columns MomentPerLinear;

        /// <summary>Force per linear acceleration.</summary>
        public Columns ForcePerLinear;

        /// <summary>Column of the inertia that belongs to the joint's axis: moment.</summary>
        public Vector256<double> AxisMoment;

        /// <summary>Column of the inertia that belongs to the joint's axis: force.</summary>
        public Vector256<double> AxisForce;

        /// <summary>One over the inertia felt by the joint [1/(kg·m²) or 1/kg].</summary>
        public double Mobility;

        /// <summary>Effort left for the joint [N·m or N].</summary>
        public double Effort;

        /// <summary>Composite mass [kg].</summary>
        public double Mass;

        /// <summary>Composite mass times centre of mass [kg·m].</summary>
        public Vector256<double> MassMoment;
    }
}
