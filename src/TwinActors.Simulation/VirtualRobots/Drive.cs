using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.VirtualRobots;

/// <summary>One joint as its drive sees it.</summary>
/// <param name="Motor">Motor and gear.</param>
/// <param name="Damping">Viscous friction [N·m·s/rad or N·s/m].</param>
/// <param name="Friction">Coulomb friction [N·m or N].</param>
/// <param name="Known">Both as the controller believes them to be.</param>
/// <param name="Brake">Effort that the closed brake holds [N·m or N].</param>
/// <param name="Onset">Speed beyond which the gear's losses are those of its direction [rad/s or m/s].</param>
/// <param name="Lower">Lower stop [rad or m]; -∞ for none.</param>
/// <param name="Upper">Upper stop [rad or m]; +∞ for none.</param>
internal readonly record struct Drive(
    MotorModel Motor, double Damping, double Friction, JointDynamics Known, double Brake, double Onset, double Lower,
    double Upper)
{
    /// <summary>Speed of a joint whose model gives no limit [rad/s or m/s].</summary>
    private const double DefaultVelocity = 1;

    /// <summary>Share of the highest effort that friction takes where the model says nothing of it [1].</summary>
    private const double DefaultLoss = 0.02;

    /// <summary>Drives of a model, one per movable joint.</summary>
    /// <param name="model">The robot.</param>
    /// <param name="motors">Motors; default: typical ones.</param>
    /// <param name="losses">Losses that the controller does not know; default: none.</param>
    /// <exception cref="ArgumentException">There is not one motor, or one entry of losses, per joint.</exception>
    public static Drive[] Of(
        RobotModel model, ImmutableArray<MotorModel> motors, ImmutableArray<JointDynamics?> losses)
    {
        var joints = model.MovableJoints;
        if (!losses.IsDefault && losses.Length != joints.Length)
        {
            throw new ArgumentException(
                $"Model '{model.Name}' has {joints.Length} movable joints; losses of {losses.Length} are given.",
                nameof(losses));
        }

        if (!motors.IsDefault && motors.Length != joints.Length)
        {
            throw new ArgumentException(
                $"Model '{model.Name}' has {joints.Length} movable joints; {motors.Length} motors are given.",
                nameof(motors));
        }

        var efforts = motors.IsDefault ? SufficientEfforts(model) : null;
        return [.. joints.Select((joint, i) => Of(
            joint,
            motors.IsDefault
                ? MotorModel.Typical(joint.Limits?.Effort ?? efforts![i], joint.Limits?.Velocity ?? DefaultVelocity)
                : motors[i],
            losses.IsDefault ? null : losses[i]))];
    }

    private static Drive Of(Joint joint, MotorModel motor, JointDynamics? losses)
    {
        var velocity = joint.Limits?.Velocity ?? DefaultVelocity;
        var known = joint.Dynamics
            ?? new JointDynamics(DefaultLoss * motor.EffortLimit / velocity, DefaultLoss * motor.EffortLimit);
        return new Drive(
            motor,
            (losses ?? known).Damping,
            (losses ?? known).Friction,
            known,
            motor.EffortLimit,
            0.01 * velocity,
            joint.Limits?.Lower ?? double.NegativeInfinity,
            joint.Limits?.Upper ?? double.PositiveInfinity);
    }

    // Three times what holds the stretched robot, however it is mounted, and what moves it briskly.
    private static double[] SufficientEfforts(RobotModel model)
    {
        var dynamics = new RigidBodyDynamics(new RigidBodyTree(model));
        var count = model.MovableJoints.Length;
        var (still, held, efforts) = (new double[count], new double[count], new double[count]);
        foreach (var direction in (ReadOnlySpan<Vector3>)[Vector3.UnitX, Vector3.UnitY, Vector3.UnitZ])
        {
            dynamics.InverseDynamics(still, still, still, direction * 9.80665, held);
            for (var i = 0; i < count; i++)
            {
                efforts[i] = Math.Max(efforts[i], Math.Abs(held[i]));
            }
        }

        var matrix = new double[count * count];
        dynamics.MassMatrix(still, matrix);
        const double Brisk = 10;
        return [.. efforts.Select((effort, i) => Math.Max(1, 3 * (effort + (Brisk * matrix[(i * count) + i]))))];
    }
}
