using System.Collections.Immutable;
using TwinActors.Robotics;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Twins;

public sealed class StreamPlanTests
{
    private const string JointState = "sensor_msgs/msg/JointState";
    private static readonly RobotId Robot = RobotId.Parse("arm-1");

    private static readonly ImmutableArray<StreamDefault> Defaults =
        [new("joints", "/<id>/joint_states", JointState, null, null, 16)];

    [Fact]
    public void A_topic_that_feeds_a_stream_already_is_refused_with_the_field_and_the_way_out()
    {
        var problem = Assert.Single(StreamPlan.Problems(
            Robot, Defaults, [Stream("imu", "/arm_1/imu"), Stream("gripper", "/arm_1/joint_states")]));

        Assert.StartsWith("streams[1].topic: /arm_1/joint_states feeds stream joints already", problem);
        Assert.Contains("""{"name": "joints", "enabled": false}""", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_is_free_once_its_stream_is_left_out_or_has_another()
    {
        Assert.Empty(StreamPlan.Problems(
            Robot,
            Defaults,
            [Stream("gripper", "/<id>/joint_states"), Stream("joints", null) with { Enabled = false }]));
        Assert.Empty(StreamPlan.Problems(
            Robot, Defaults, [Stream("gripper", "/<id>/joint_states"), Stream("joints", "/<id>/arm")]));
    }

    private static StreamOverride Stream(string name, string? topic) =>
        new(name, topic, JointState, null, null, Enabled: true);
}
