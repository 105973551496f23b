using System.Collections.Immutable;
using TwinActors.Contracts.Robots;
using TwinActors.Host.Api;
using TwinActors.Host.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.UnitTests.Actors;

namespace TwinActors.UnitTests.Host.Api;

public sealed class RegistrationTests
{
    private readonly Registration _registration =
        new(SimulatedFleet.Options, "ros2", new ReplayPaths("/none", "/none"), new BridgeUrls(true));

    [Fact]
    public void A_model_with_more_joints_than_a_twin_holds_is_refused_with_both_numbers()
    {
        Assert.Empty(ProblemsOf(new RegisterRobotRequest("arm1", Urdf: Chain(RobotDescription.MostJoints))));

        var problem = Assert.Single(ProblemsOf(
            new RegisterRobotRequest("arm1", Urdf: Chain(RobotDescription.MostJoints + 1))));
        Assert.Contains("has 1025 movable joints; the most is 1024", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_streams_that_name_the_same_topic_are_refused_with_the_field()
    {
        var problem = Assert.Single(ProblemsOf(new RegisterRobotRequest(
            "arm1", Streams: [new StreamRequest("gripper", "/arm1/joint_states", "sensor_msgs/msg/JointState")])));

        Assert.StartsWith("streams[0].topic: /arm1/joint_states feeds stream joints already", problem);
    }

    private ImmutableArray<string> ProblemsOf(RegisterRobotRequest request)
    {
        _registration.Read(request, out var problems);
        return problems;
    }

    private static string Chain(int joints)
    {
        var links = Enumerable.Range(0, joints + 1).Select(i => $"<link name='l{i}'/>");
        var between = Enumerable.Range(0, joints).Select(i =>
            $"<joint name='j{i}' type='continuous'><parent link='l{i}'/><child link='l{i + 1}'/></joint>");
        return $"<robot name='chain'>{string.Concat(links)}{string.Concat(between)}</robot>";
    }
}
