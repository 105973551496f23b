using System.Runtime.Intrinsics;
using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Dynamics;

/// <content>Recursive Newton-Euler.</content>
public sealed partial class RigidBodyDynamics
{
    /// <summary>Efforts that give the joints these accelerations.</summary>
    /// <param name="positions">Positions.</param>
    /// <param name="velocities">Velocities.</param>
    /// <param name="accelerations">Accelerations.</param>
    /// <param name="gravity">Gravity in the root link's frame [m/s²].</param>
    /// <param name="efforts">Receives the efforts.</param>
    /// <exception cref="ArgumentException">A span has not one value per coordinate.</exception>
    public void InverseDynamics(
        ReadOnlySpan<double> positions,
        ReadOnlySpan<double> velocities,
        ReadOnlySpan<double> accelerations,
        Vector3 gravity,
        Span<double> efforts)
    {
        Require(positions.Length, nameof(positions));
        Require(velocities.Length, nameof(velocities));
        Require(accelerations.Length, nameof(accelerations));
        Require(efforts.Length, nameof(efforts));
        var bodies = _bodies.AsSpan();
        // A root that accelerates upwards feels what a root at rest feels in gravity.
        var upwards = Lanes.Of(-gravity);
        for (var i = 0; i < bodies.Length; i++)
        {
            ref readonly var body = ref bodies[i];
            ref var state = ref _states[i];
            Place(in body, ref state, positions[body.Coordinate]);
            Move(in body, ref state, velocities[body.Coordinate]);
            Accelerate(in body, ref state, upwards, accelerations[body.Coordinate]);
            var (moment, force) = Momentum(in body, state.AngularBias, state.LinearBias);
            var (gyroMoment, gyroForce) = Gyroscopic(in body, in state);
            state.Moment = moment + gyroMoment;
            state.Force = force + gyroForce;
        }

        for (var i = bodies.Length - 1; i >= 0; i--)
        {
            ref readonly var body = ref bodies[i];
            ref readonly var state = ref _states[i];
            efforts[body.Coordinate] = (body.IsLinear ? state.Force : state.Moment).GetElement(2)
                + (body.Armature * accelerations[body.Coordinate]);
            if (body.Parent >= 0)
            {
                ref var parent = ref _states[body.Parent];
                var force = state.ToParent * state.Force;
                parent.Force += force;
                parent.Moment += (state.ToParent * state.Moment) + Lanes.Cross(state.Offset, force);
            }
        }
    }

    // Turns the bias accelerations into the body's whole acceleration.
    private void Accelerate(
        in RigidBodyTree.Body body, ref State state, Vector256<double> root, double acceleration)
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

        var along = Lanes.Of(0, 0, acceleration);
        state.AngularBias += body.IsLinear ? angular : angular + along;
        state.LinearBias += body.IsLinear ? linear + along : linear;
    }
}
