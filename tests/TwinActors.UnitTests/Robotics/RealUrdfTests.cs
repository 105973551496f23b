using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Robotics;

public sealed class RealUrdfTests
{
    [Theory]
    [InlineData("husky_bullet/husky.urdf", 11, 10, 4, 5, 44.0, 0, 0)]
    [InlineData("panda/panda.urdf", 13, 12, 9, 13, 17.5, 9, 1)]
    [InlineData("simple_humanoid/simple_humanoid.urdf", 31, 30, 29, 30, 130.8, 29, 0)]
    [InlineData("so100/so100.urdf", 7, 6, 6, 7, 1.6, 6, 0)]
    [InlineData("turtlebot3_waffle/turtlebot3_waffle.urdf", 13, 12, 2, 6, 1.6, 0, 0)]
    [InlineData("unitree_g1/g1_29dof_rev_1_0.urdf", 39, 38, 29, 35, 33.3, 29, 0)]
    [InlineData("unitree_g1_hand/g1_29dof_with_hand_rev_1_0.urdf", 53, 52, 43, 49, 34.4, 43, 0)]
    [InlineData("ur5/ur5_robot.urdf", 11, 10, 6, 10, 21.0, 6, 0)]
    public void Published_models_have_the_parts_that_another_reader_counted(
        string file, int links, int joints, int movable, int inertials, double mass, int limits, int mimics)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);

        var result = UrdfReader.Read(File.ReadAllText(TestData.Path($"urdf/{file}")), file);

        Assert.True(result.IsValid, string.Join('\n', result.Problems));
        var model = result.Model;
        Assert.Equal(links, model.Links.Length);
        Assert.Equal(joints, model.Joints.Length);
        Assert.Equal(movable, model.MovableJoints.Length);
        Assert.Equal(inertials, model.Links.Count(link => link.Inertial is not null));
        Assert.Equal(mass, model.Mass, 0.05);
        Assert.Equal(limits, model.Joints.Count(joint => joint.Limits is not null));
        Assert.Equal(mimics, model.Joints.Count(joint => joint.Mimic is not null));
    }

    [Fact]
    public void Meshes_are_kept_as_written_and_never_opened()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);

        var result = UrdfReader.Read(File.ReadAllText(TestData.Path("urdf/panda/panda.urdf")), "panda.urdf");

        var meshes = result.Model!.Links
            .SelectMany(
                link => link.Visuals.Select(visual => visual.Shape).Concat(link.Collisions.Select(c => c.Shape)))
            .OfType<Shape.Mesh>()
            .ToArray();
        Assert.Equal(20, meshes.Length);
        Assert.All(meshes, mesh => Assert.StartsWith("package://", mesh.FileName, StringComparison.Ordinal));
    }
}
