using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.UnitTests.Simulation.VirtualRobots;

/// <summary>Virtual robots of one joint, whose motion can be written down.</summary>
internal static class Machine
{
    /// <summary>Mass of the only moving link [kg].</summary>
    public const double Mass = 2;

    /// <summary>Distance of its centre from the axis of a pendulum [m].</summary>
    public const double Lever = 0.5;

    /// <summary>Inertia about its own centre [kg·m²].</summary>
    public const double Inertia = 0.02;

    /// <summary>Weight of the link [N].</summary>
    public static double Weight => Mass * -RigidBodyDynamics.StandardGravity.Z;

    /// <summary>A weight on a lever that stands out level at 0 and sinks as the angle grows.</summary>
    public static RobotModel Pendulum(JointDynamics? losses = null, JointLimits? limits = null) =>
        Model(JointType.Revolute, Vector3.UnitY, new Vector3(Lever, 0, 0), losses, limits);

    /// <summary>A weight that slides up and down.</summary>
    public static RobotModel Slide(JointDynamics? losses = null, JointLimits? limits = null) =>
        Model(JointType.Prismatic, Vector3.UnitZ, Vector3.Zero, losses, limits);

    /// <summary>A weight on a lever that turns level, with friction, so that it stays where it is left.</summary>
    public static RobotModel Level() =>
        Model(JointType.Revolute, Vector3.UnitZ, new Vector3(Lever, 0, 0), new JointDynamics(0.5, 1), null);

    /// <summary>A robot without power whose brakes are gone.</summary>
    public static VirtualRobot Limp(RobotModel model, TimeSpan? substep = null)
    {
        var robot = new VirtualRobot(
            model, new VirtualRobotOptions { LongestSubstep = substep ?? TimeSpan.FromMilliseconds(1) })
        {
            IsPowered = false,
        };
        robot.Condition(0) = JointCondition.Healthy with { Brake = 0 };
        return robot;
    }

    /// <summary>Holds a robot of one joint at a position.</summary>
    public static void Hold(VirtualRobot robot, double position, double seconds)
    {
        for (var step = 0; step < seconds * 100; step++)
        {
            robot.Step(0.01, [position], [0], [0]);
        }
    }

    private static RobotModel Model(
        JointType type, Vector3 axis, Vector3 centre, JointDynamics? losses, JointLimits? limits)
    {
        var inertia = new InertiaMatrix(Inertia, 0, 0, Inertia, 0, Inertia);
        return new RobotModel(
            "machine",
            [
                new Link("base", null, [], []),
                new Link("weight", new Inertial(new Pose(centre, Quaternion.Identity), Mass, inertia), [], []),
            ],
            [
                new Joint(
                    "joint", type, "base", "weight", Pose.Identity, axis,
                    limits ?? new JointLimits(-10, 10, 5, 60), losses ?? new JointDynamics(0, 0)),
            ]);
    }
}
