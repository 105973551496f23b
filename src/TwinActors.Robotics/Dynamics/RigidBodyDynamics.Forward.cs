using System.Runtime.Intrinsics;
using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Dynamics;

/// <content>Articulated bodies.</content>
public sealed partial class RigidBodyDynamics
{
    /// <summary>Accelerations that these efforts give the joints.</summary>
    /// <param name="positions">Positions.</param>
    /// <param name="velocities">Velocities.</param>
    /// <param name="efforts">Efforts of the joints.</param>
    /// <param name="gravity">Gravity in the root link's frame [m/s²].</param>
    /// <param name="accelerations">Receives the accelerations. A joint that moves no mass at all and has no armature
    /// gets NaN or an infinity.</param>
    /// <exception cref="ArgumentException">A span has not one value per coordinate.</exception>
    public void ForwardDynamics(
        ReadOnlySpan<double> positions,
        ReadOnlySpan<double> velocities,
        ReadOnlySpan<double> efforts,
        Vector3 gravity,
        Span<double> accelerations)
    {
        Require(positions.Length, nameof(positions));
        Require(velocities.Length, nameof(velocities));
        Require(efforts.Length, nameof(efforts));
        Require(accelerations.Length, nameof(accelerations));
        var bodies = _bodies.AsSpan();
        for (var i = 0; i < bodies.Length; i++)
        {
            ref readonly var body = ref bodies[i];
            ref var state = ref _states[i];
            Place(in body, ref state, positions[body.Coordinate]);
            Move(in body, ref state, velocities[body.Coordinate]);
            (state.Moment, state.Force) = Gyroscopic(in body, in state);
            state.MomentPerAngular = body.Inertia;
            state.MomentPerLinear = Columns.CrossBy(body.Moment);
            state.ForcePerLinear = Columns.Diagonal(body.Mass);
        }

        for (var i = bodies.Length - 1; i >= 0; i--)
        {
            Articulate(in bodies[i], ref _states[i], efforts[bodies[i].Coordinate]);
        }

        var upwards = Lanes.Of(-gravity);
        for (var i = 0; i < bodies.Length; i++)
        {
            ref readonly var body = ref bodies[i];
            accelerations[body.Coordinate] = Release(in body, ref _states[i], upwards);
        }
    }

    /// <summary>Inertia that each joint moved in the last call of <see cref="ForwardDynamics"/>: its own body with all
    /// that hangs on it free to give way, and its armature.</summary>
    /// <param name="inertias">Receives the inertias [kg·m² or kg].</param>
    /// <exception cref="ArgumentException">The span has not one value per coordinate.</exception>
    public void CopyFeltInertias(Span<double> inertias)
    {
        Require(inertias.Length, nameof(inertias));
        var bodies = _bodies.AsSpan();
        for (var i = 0; i < bodies.Length; i++)
        {
            inertias[bodies[i].Coordinate] = 1 / _states[i].Mobility;
        }
    }

    // What the parent feels of this body and all that hangs on it, when the joint is free to give way.
    private void Articulate(in RigidBodyTree.Body body, ref State state, double effort)
    {
        // The inertia's column of the axis: moment and force per acceleration of the joint.
        state.AxisMoment = body.IsLinear ? state.MomentPerLinear.Z : state.MomentPerAngular.Z;
        state.AxisForce = body.IsLinear ? state.ForcePerLinear.Z : RowZ(in state.MomentPerLinear);
        var felt = (body.IsLinear ? state.AxisForce : state.AxisMoment).GetElement(2) + body.Armature;
        state.Mobility = 1 / felt;
        state.Effort = effort - (body.IsLinear ? state.Force : state.Moment).GetElement(2);
        if (body.Parent < 0)
        {
            return;
        }

        var perAngular = state.MomentPerAngular.MinusOuter(state.AxisMoment, state.AxisMoment, state.Mobility);
        var perLinear = state.MomentPerLinear.MinusOuter(state.AxisMoment, state.AxisForce, state.Mobility);
        var forcePerLinear = state.ForcePerLinear.MinusOuter(state.AxisForce, state.AxisForce, state.Mobility);
        var given = state.Effort * state.Mobility;
        var moment = state.Moment + (perAngular * state.AngularBias) + (perLinear * state.LinearBias)
            + (state.AxisMoment * given);
        var force = state.Force + (perLinear.Transpose() * state.AngularBias) + (forcePerLinear * state.LinearBias)
            + (state.AxisForce * given);

        ref var parent = ref _states[body.Parent];
        var turnedForce = state.ToParent * force;
        parent.Force += turnedForce;
        parent.Moment += (state.ToParent * moment) + Lanes.Cross(state.Offset, turnedForce);

        // The inertia in the parent's axes, then about the parent's origin at r:
        // C' = C, B' = B + [r]C, A' = A + ([r]Bᵀ)ᵀ + [r]B'ᵀ.
        var offset = state.Offset;
        forcePerLinear = state.ToParent * (forcePerLinear * state.FromParent);
        perLinear = state.ToParent * (perLinear * state.FromParent);
        perAngular = state.ToParent * (perAngular * state.FromParent);
        var shifted = perLinear + forcePerLinear.CrossedBy(offset);
        parent.ForcePerLinear += forcePerLinear;
        parent.MomentPerLinear += shifted;
        parent.MomentPerAngular += perAngular
            + perLinear.Transpose().CrossedBy(offset).Transpose()
            + shifted.Transpose().CrossedBy(offset);
    }

    private double Release(in RigidBodyTree.Body body, ref State state, Vector256<double> root)
    {
        Vector256<double> angular, linear;
        if (body.Parent >= 0)
        {
            ref readonly var parent = ref _states[body.Parent];
            (angular, linear) = FromParent(in state, parent.AngularBias, parent.LinearBias);
        }
        else
        {
            (angular, linear) = (default, state.FromParent * root);
        }

        angular += state.AngularBias;
        linear += state.LinearBias;
        var acceleration = state.Mobility * (state.Effort
            - Vector256.Sum(Vector256.FusedMultiplyAdd(state.AxisMoment, angular, state.AxisForce * linear)));
        var along = Lanes.Of(0, 0, acceleration);
        state.AngularBias = body.IsLinear ? angular : angular + along;
        state.LinearBias = body.IsLinear ? linear + along : linear;
        return acceleration;
    }

    private static Vector256<double> RowZ(in Columns matrix) =>
        Lanes.Of(matrix.X.GetElement(2), matrix.Y.GetElement(2), matrix.Z.GetElement(2));
}
