using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Kinematics;
using TwinActors.UnitTests.Robotics.Dynamics;

namespace TwinActors.UnitTests.Robotics.Kinematics;

public sealed class KinematicTreeTests
{
    public static TheoryData<string> Robots => Machines.Names;

    [Fact]
    public void A_planar_arm_reaches_where_trigonometry_says()
    {
        var rod = new Machines.Rod(Mass: 1, Centre: 0.5, Inertia: 0.1, Length: 0.7);
        var tree = new KinematicTree(Machines.Chain(rod, rod, rod));

        tree.Place(Pose.Identity, [0.4, 0.8, -0.3]);

        var tip = tree.Poses[tree.PlaceOf("rod2")].Apply(new Vector3(0, 0, -0.7));
        Assert.Equal(0.7 * (Math.Sin(0.4) + Math.Sin(1.2) + Math.Sin(0.9)), tip.X, 1e-12);
        Assert.Equal(0, tip.Y, 1e-12);
        Assert.Equal(-0.7 * (Math.Cos(0.4) + Math.Cos(1.2) + Math.Cos(0.9)), tip.Z, 1e-12);
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void The_Jacobian_is_the_slope_of_the_pose(string name)
    {
        var model = Machines.Load(name);
        var count = model.MovableJoints.Length;
        var tree = new KinematicTree(model);
        var root = new Pose(new Vector3(1, 2, 3), Quaternion.FromRollPitchYaw(0.1, 0.2, 0.3));
        var point = new Vector3(0.05, -0.02, 0.1);
        var q = Machines.Numbers(new Random(2), count, 1.5);
        var place = tree.Poses.Length - 1;
        var (angular, linear) = (new Vector3[count], new Vector3[count]);

        tree.Place(root, q);
        tree.Jacobian(place, point, angular, linear);

        const double step = 1e-6;
        for (var joint = 0; joint < count; joint++)
        {
            var (before, after) = (At(joint, -step), At(joint, step));
            AssertNear((after.Apply(point) - before.Apply(point)) * (0.5 / step), linear[joint]);
            // For a small rotation the imaginary part is half the angle times the axis.
            var turn = after.Rotation * before.Rotation.Inverse();
            AssertNear(new Vector3(turn.X, turn.Y, turn.Z) * (turn.W < 0 ? -1 / step : 1 / step), angular[joint]);
        }

        Pose At(int joint, double by)
        {
            var moved = q.ToArray();
            moved[joint] += by;
            tree.Place(root, moved);
            return tree.Poses[place];
        }
    }

    [Fact]
    public void A_link_that_the_model_lacks_is_named()
    {
        var tree = new KinematicTree(Machines.Load("sample arm6"));

        var error = Assert.Throws<ArgumentException>(() => tree.PlaceOf("tail"));

        Assert.Contains("no link 'tail'", error.Message, StringComparison.Ordinal);
    }

    private static void AssertNear(Vector3 expected, Vector3 actual) =>
        Assert.True((expected - actual).Length < 1e-7, $"{expected} expected, {actual} found.");
}
