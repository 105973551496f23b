using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using Xunit;

namespace TwinActors.UnitTests.Simulation;

public sealed class SampleRobotTests
{
    [Theory]
    [InlineData("humanoid", 28, 56)]
    [InlineData("arm6", 6, 31)]
    [InlineData("base", 2, 36)]
    public void The_samples_read_without_any_problem(string name, int movable, double mass)
    {
        var result = UrdfReader.Read(SampleRobots.FindUrdf(name)!, name);

        Assert.Empty(result.Problems);
        Assert.Equal(movable, result.Model?.MovableJoints.Length);
        Assert.Equal(movable, result.Model?.DegreesOfFreedom);
        Assert.Equal(mass, result.Model!.Mass, 1.0);
    }

    [Fact]
    public void The_samples_are_made_of_primitive_shapes_with_colours()
    {
        foreach (var link in SampleRobots.Names.SelectMany(name => SampleRobots.Load(name).Links))
        {
            Assert.DoesNotContain(link.Visuals, visual => visual.Shape is Shape.Mesh);
            Assert.All(link.Visuals, visual => Assert.NotNull(visual.Material?.Colour));
        }
    }

    [Fact]
    public void Every_revolute_joint_of_the_samples_has_all_limits_and_losses()
    {
        var joints = SampleRobots.Names.SelectMany(name => SampleRobots.Load(name).MovableJoints).ToArray();

        Assert.All(joints, joint => Assert.NotNull(joint.Limits?.Velocity));
        Assert.All(joints, joint => Assert.NotNull(joint.Limits?.Effort));
        Assert.All(joints, joint => Assert.NotNull(joint.Dynamics));
        Assert.All(joints, joint => Assert.Equal(joint.Type is JointType.Revolute, joint.Limits?.Lower is not null));
    }

    [Fact]
    public void An_unknown_sample_is_named_together_with_the_known_ones()
    {
        Assert.Null(SampleRobots.FindUrdf("../base"));
        var exception = Assert.Throws<ArgumentException>(() => SampleRobots.Load("walker"));
        Assert.Contains("arm6, base, humanoid", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(28)]
    [InlineData(1000)]
    public void Synthetic_robots_have_the_joints_asked_for(int joints)
    {
        var result = UrdfReader.Read(SyntheticRobots.Urdf(joints), "synthetic");

        Assert.Empty(result.Problems);
        Assert.Equal(joints, result.Model?.MovableJoints.Length);
    }
}
