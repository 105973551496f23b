using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Robotics.Dynamics;

/// <summary>Robots whose dynamics the tests know, and states to put them in.</summary>
internal static class Machines
{
    public const double Gravity = 9.80665;

    public static TheoryData<string> Names
    {
        get
        {
            var names = new TheoryData<string>(SampleRobots.Names.Select(name => $"sample {name}"));
            foreach (var name in new[]
            {
                "husky_bullet/husky.urdf", "panda/panda.urdf", "simple_humanoid/simple_humanoid.urdf",
                "so100/so100.urdf", "unitree_g1/g1_29dof_rev_1_0.urdf",
                "unitree_g1_hand/g1_29dof_with_hand_rev_1_0.urdf", "ur5/ur5_robot.urdf",
            })
            {
                names.Add(name);
            }

            return names;
        }
    }

    /// <summary>A sample robot, or a published one when the reference data is there.</summary>
    public static RobotModel Load(string name)
    {
        if (name.StartsWith("sample ", StringComparison.Ordinal))
        {
            return SampleRobots.Load(name["sample ".Length..]);
        }

        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        return UrdfReader.Read(File.ReadAllText(TestData.Path($"urdf/{name}")), name).Model!;
    }

    /// <summary>A chain in the plane y = 0 that hangs along -z and turns about -y, so that a positive angle swings it
    /// towards x.</summary>
    public static RobotModel Chain(params ImmutableArray<Rod> rods)
    {
        var links = ImmutableArray.CreateBuilder<Link>();
        var joints = ImmutableArray.CreateBuilder<Joint>();
        links.Add(new Link("world", null, [], []));
        for (var i = 0; i < rods.Length; i++)
        {
            var rod = rods[i];
            var length = i == 0 ? 0 : rods[i - 1].Length;
            links.Add(new Link($"rod{i}", rod.Inertial, [], []));
            joints.Add(new Joint(
                $"hinge{i}", JointType.Continuous, i == 0 ? "world" : $"rod{i - 1}", $"rod{i}",
                new Pose(new Vector3(0, 0, -length), Quaternion.Identity), -Vector3.UnitY));
        }

        return new RobotModel("chain", links.ToImmutable(), joints.ToImmutable());
    }

    /// <summary>Numbers between -1 and 1, times a factor.</summary>
    public static double[] Numbers(Random random, int count, double factor) =>
        [.. Enumerable.Range(0, count).Select(_ => ((2 * random.NextDouble()) - 1) * factor)];

    /// <summary>Inertia of every rotor that a joint without mass behind it needs to be moved at all.</summary>
    public static ImmutableArray<double> Rotors(RobotModel model) =>
        [.. model.MovableJoints.Select(_ => 0.01)];

    public static double[] Solve(
        RigidBodyTree tree, double[] positions, double[] velocities, double[] accelerations, Vector3 gravity)
    {
        var efforts = new double[tree.Count];
        new RigidBodyDynamics(tree).InverseDynamics(positions, velocities, accelerations, gravity, efforts);
        return efforts;
    }

    /// <summary>A rod of a chain.</summary>
    /// <param name="Mass">Mass [kg].</param>
    /// <param name="Centre">Distance of the centre of mass from the hinge [m].</param>
    /// <param name="Inertia">Inertia about the centre of mass, across the plane [kg·m²].</param>
    /// <param name="Length">Distance to the next hinge [m].</param>
    internal readonly record struct Rod(double Mass, double Centre, double Inertia, double Length)
    {
        public Inertial Inertial => new(
            new Pose(new Vector3(0, 0, -Centre), Quaternion.Identity), Mass,
            new InertiaMatrix(0.3, 0, 0, Inertia, 0, 0.2));
    }
}
