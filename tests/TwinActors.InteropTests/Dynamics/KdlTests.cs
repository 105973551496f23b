using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Kinematics;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using TwinActors.Testing;
using TwinActors.Testing.Kdl;
using Xunit;

namespace TwinActors.InteropTests.Dynamics;

/// <summary>Kinematics and dynamics beside an independent implementation.</summary>
public sealed class KdlTests
{
    // A link that both can move without a rotor: KDL knows none.
    public static TheoryData<string, string> Robots => new()
    {
        { "arm6", "" },
        { "humanoid", "" },
        { "ur5/ur5_robot.urdf", "tool0" },
        { "unitree_g1/g1_29dof_rev_1_0.urdf", "left_wrist_yaw_link" },
        { "simple_humanoid/simple_humanoid.urdf", "" },
    };

    [Theory]
    [MemberData(nameof(Robots))]
    public async Task Poses_efforts_and_accelerations_are_those_of_KDL(string name, string tip)
    {
        Assert.SkipUnless(KdlPeer.WhyUnavailable is null, KdlPeer.WhyUnavailable ?? "");
        var model = Load(name);
        tip = tip.Length > 0 ? tip : LastMassive(model);
        var tree = new RigidBodyTree(model);
        var random = new Random(21);
        for (var trial = 0; trial < 5; trial++)
        {
            var state = new KdlState(
                Numbers(random, tree.Count, 2), Numbers(random, tree.Count, 3), Numbers(random, tree.Count, 8),
                Numbers(random, tree.Count, 20), new Vector3(0.4, -0.9, -9.7));

            var theirs = await KdlPeer.SolveAsync(model, tip, state);

            AssertSame(theirs.Efforts, Efforts(tree, state));
            AssertSame(theirs.ChainAccelerations, ChainAccelerations(model, tip, state));
            AssertSamePoses(theirs, model, state);
        }
    }

    private static RobotModel Load(string name)
    {
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            return SampleRobots.Load(name);
        }

        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        return UrdfReader.Read(File.ReadAllText(TestData.Path($"urdf/{name}")), name).Model!;
    }

    private static string LastMassive(RobotModel model) => model.JointsFromRoot
        .Last(joint => joint.IsMovable && model.FindLink(joint.Child)!.Inertial is { Mass: > 0 }).Child;

    private static double[] Efforts(RigidBodyTree tree, KdlState state)
    {
        var efforts = new double[tree.Count];
        new RigidBodyDynamics(tree).InverseDynamics(
            state.Positions, state.Velocities, state.Accelerations, state.Gravity, efforts);
        return efforts;
    }

    // The chain as a robot of its own: what hangs elsewhere on the tree is not there in KDL either.
    private static double[] ChainAccelerations(RobotModel model, string tip, KdlState state)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { tip };
        for (var link = tip; link != model.Root.Name;)
        {
            link = model.Joints.Single(joint => joint.Child == link).Parent;
            names.Add(link);
        }

        var chain = new RobotModel(
            "chain",
            [.. model.Links.Where(link => names.Contains(link.Name))],
            [.. model.Joints.Where(joint => names.Contains(joint.Child)).Select(joint => joint with { Mimic = null })]);
        var tree = new RigidBodyTree(chain);
        double[] Of(double[] values) =>
            [.. chain.MovableJoints.Select(joint => values[IndexOf(model, joint.Name)])];
        var accelerations = new double[tree.Count];
        new RigidBodyDynamics(tree).ForwardDynamics(
            Of(state.Positions), Of(state.Velocities), Of(state.ChainEfforts), state.Gravity, accelerations);
        return [.. KdlPeer.ChainTo(chain, tip).Select(joint => accelerations[IndexOf(chain, joint.Name)])];
    }

    private static int IndexOf(RobotModel model, string joint) =>
        model.MovableJoints.ToList().FindIndex(one => one.Name == joint);

    private static void AssertSamePoses(KdlAnswer theirs, RobotModel model, KdlState state)
    {
        var kinematics = new KinematicTree(model);
        kinematics.Place(Pose.Identity, state.Positions);
        foreach (var (link, pose) in theirs.Poses)
        {
            var ours = kinematics.Poses[kinematics.PlaceOf(link)];
            Assert.True((ours.Translation - pose.Translation).Length < 1e-9, $"{link}: {ours} instead of {pose}");
            var turn = ours.Rotation * pose.Rotation.Inverse();
            Assert.True(new Vector3(turn.X, turn.Y, turn.Z).Length < 1e-8, $"{link}: {ours} instead of {pose}");
        }
    }

    private static void AssertSame(double[] theirs, double[] ours)
    {
        Assert.Equal(theirs.Length, ours.Length);
        var scale = theirs.Max(Math.Abs) + 1;
        Assert.All(theirs.Zip(ours), pair => Assert.Equal(pair.First, pair.Second, 1e-9 * scale));
    }

    private static double[] Numbers(Random random, int count, double factor) =>
        [.. Enumerable.Range(0, count).Select(_ => ((2 * random.NextDouble()) - 1) * factor)];
}
