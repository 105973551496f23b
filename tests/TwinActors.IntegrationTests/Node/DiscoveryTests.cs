using System.Net;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Robots that are seen before anybody has registered them.</summary>
[Collection(NodeRoom.Name)]
public sealed class DiscoveryTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task A_robot_on_the_network_is_offered_with_its_topics_until_it_is_registered()
    {
        await using var robot = _node.Twin("sim", "run", "--model", "base", "--id", "stray-1");

        var offered = await DiscoveredAsync("stray_1", found =>
            found is { DescriptionTopic: not null } && found.Topics.Count(IsSample) >= 8);
        var urdf = await _node.SendAsync(HttpMethod.Get, $"robots/discovered/{offered!.Id}/urdf");
        var none = await _node.SendAsync(HttpMethod.Get, "robots/discovered/nobody/urdf");
        await _node.RegisterAsync(new RegisterRobotRequest("stray-1", Model: "base"));
        var known = await DiscoveredAsync("stray_1", found => found is { Registered: true });
        var followed = await _node.ConnectedAsync("stray-1");
        var stopped = await robot.StopAsync();
        var gone = await DiscoveredAsync("stray_1", found => found is null);
        var lost = await Eventually.AnswersAsync(
            () => _node.GetAsync<RobotDocument>("robots/stray-1"),
            twin => twin is { Robot.Link: "lost", Joints.Quality: "stale" },
            "it is lost");

        Assert.Equal("/stray_1/robot_description", offered.DescriptionTopic);
        Assert.Equal((HttpStatusCode.OK, "application/xml"), (urdf.Status, urdf.MediaType));
        Assert.Contains("<robot name=\"base\"", urdf.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, none.Status);
        Assert.False(offered.Registered);
        Assert.Null(offered.Problem);
        Assert.Equal(
            [
                ("/stray_1/imu/data", "sensor_msgs/msg/Imu"),
                ("/stray_1/joint_states", "sensor_msgs/msg/JointState"),
                ("/stray_1/laser/scan", "sensor_msgs/msg/LaserScan"),
                ("/stray_1/motor/current", "std_msgs/msg/Float64MultiArray"),
                ("/stray_1/motor/temperature", "std_msgs/msg/Float64MultiArray"),
                ("/stray_1/motor/vibration", "std_msgs/msg/Float64MultiArray"),
                ("/stray_1/motor/voltage", "std_msgs/msg/Float64MultiArray"),
                ("/stray_1/odom", "nav_msgs/msg/Odometry"),
            ],
            offered.Topics.Where(IsSample).Select(topic => (topic.Name, topic.Type)));
        Assert.NotNull(known);
        Assert.Equal(0, stopped);
        Assert.Null(gone);
        Assert.True(lost.LinkReason is not null, lost + _node.Words);
        // What was last seen stays, with its age.
        Assert.Equal(
            followed.Joints.Joints.Select(joint => joint.Name), lost.Joints.Joints.Select(joint => joint.Name));
        Assert.All(lost.Joints.Joints, joint => Assert.NotNull(joint.Position));
    }

    private static bool IsSample(DiscoveredTopicDocument topic) => topic.Type != "std_msgs/msg/String";

    private Task<DiscoveredRobotDocument?> DiscoveredAsync(
        string id, Func<DiscoveredRobotDocument?, bool> isWanted) => Eventually.AnswersAsync(
        async () => (await _node.GetAsync<IReadOnlyList<DiscoveredRobotDocument>>("robots/discovered"))
            .SingleOrDefault(robot => robot.Id == id),
        isWanted,
        $"{id} is discovered as wanted");
}
