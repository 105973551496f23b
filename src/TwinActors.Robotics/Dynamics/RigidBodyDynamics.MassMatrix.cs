using System.Runtime.Intrinsics;

namespace TwinActors.Robotics.Dynamics;

/// <content>Composite rigid bodies.</content>
public sealed partial class RigidBodyDynamics
{
    /// <summary>The mass matrix: effort of each joint per acceleration of each.</summary>
    /// <param name="positions">Positions.</param>
    /// <param name="matrix">Receives n × n values, row by row; symmetric [kg·m², kg·m or kg].</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    public void MassMatrix(ReadOnlySpan<double> positions, Span<double> matrix)
    {
        Require(positions.Length, nameof(positions));
        var count = _tree.Count;
        if (matrix.Length != count * count)
        {
            throw new ArgumentException(
                $"A mass matrix of {count} × {count} values is needed; there is room for {matrix.Length}.",
                nameof(matrix));
        }

        var bodies = _bodies.AsSpan();
        for (var i = 0; i < bodies.Length; i++)
        {
            ref readonly var body = ref bodies[i];
            ref var state = ref _states[i];
            Place(in body, ref state, positions[body.Coordinate]);
            state.Mass = body.Mass;
            state.MassMoment = body.Moment;
            state.MomentPerAngular = body.Inertia;
        }

        matrix.Clear();
        for (var i = bodies.Length - 1; i >= 0; i--)
        {
            ref readonly var body = ref bodies[i];
            ref readonly var state = ref _states[i];
            Fill(in body, in state, matrix);
            if (body.Parent >= 0)
            {
                Compose(in state, ref _states[body.Parent]);
            }
        }
    }

    // Column of the joint: the force that accelerates it, as every joint below feels it.
    private void Fill(in RigidBodyTree.Body body, in State state, Span<double> matrix)
    {
        var axis = Lanes.Of(0, 0, 1);
        var moment = body.IsLinear ? Lanes.Cross(state.MassMoment, axis) : state.MomentPerAngular.Z;
        var force = body.IsLinear ? axis * state.Mass : -Lanes.Cross(state.MassMoment, axis);
        var (row, count) = (body.Coordinate, _tree.Count);
        matrix[(row * count) + row] = (body.IsLinear ? force : moment).GetElement(2) + body.Armature;
        var offset = state.Offset;
        var toParent = state.ToParent;
        for (var below = body.Parent; below >= 0;)
        {
            force = toParent * force;
            moment = (toParent * moment) + Lanes.Cross(offset, force);
            ref readonly var carrier = ref _tree.Bodies[below];
            var value = (carrier.IsLinear ? force : moment).GetElement(2);
            matrix[(row * count) + carrier.Coordinate] = value;
            matrix[(carrier.Coordinate * count) + row] = value;
            offset = _states[below].Offset;
            toParent = _states[below].ToParent;
            below = carrier.Parent;
        }
    }

    // Adds a body's composite to its parent's: about the parent's origin, at c' = c + r,
    // I' = I - [r][h] - [h][r] - m[r][r].
    private static void Compose(in State state, ref State parent)
    {
        var moment = state.ToParent * state.MassMoment;
        var offset = Columns.CrossBy(state.Offset);
        var mixed = offset * Columns.CrossBy(moment);
        var far = offset * Columns.CrossBy(state.Offset * state.Mass);
        parent.Mass += state.Mass;
        parent.MassMoment += moment + (state.Offset * state.Mass);
        parent.MomentPerAngular += (state.ToParent * (state.MomentPerAngular * state.FromParent))
            - mixed - mixed.Transpose() - far;
    }
}
