using TwinActors.Ros2.Schemas;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Schemas;

public class RosNamesTests
{
    [Fact]
    public void Topics_travel_under_rt()
    {
        Assert.Equal("rt/arm1/joint_states", RosNames.ToDdsTopic("/arm1/joint_states"));
        Assert.True(RosNames.TryFromDdsTopic("rt/arm1/joint_states", out var topic));
        Assert.Equal("/arm1/joint_states", topic);
        Assert.False(RosNames.TryFromDdsTopic("rq/arm1/get_stateRequest", out _));
        Assert.False(RosNames.TryFromDdsTopic("ros_discovery_info", out _));
    }

    [Theory]
    [InlineData("joint_states")]
    [InlineData("/")]
    [InlineData("/a//b")]
    [InlineData("/a/")]
    [InlineData("/1a")]
    [InlineData("/a-b")]
    public void A_name_that_is_no_full_topic_name_is_refused(string name)
    {
        Assert.False(RosNames.IsTopic(name));
        Assert.Throws<ArgumentException>(() => RosNames.ToDdsTopic(name));
    }

    [Theory]
    [InlineData("sensor_msgs/msg/JointState", "sensor_msgs::msg::dds_::JointState_")]
    [InlineData("std_srvs/srv/Trigger_Request", "std_srvs::srv::dds_::Trigger_Request_")]
    public void Types_translate_both_ways(string ros, string dds)
    {
        Assert.Equal(dds, RosNames.ToDdsType(ros));
        Assert.True(RosNames.TryFromDdsType(dds, out var back));
        Assert.Equal(ros, back);
    }

    [Theory]
    [InlineData("plain_dds_type")]
    [InlineData("a::b::c")]
    [InlineData("a::dds_::T_")]
    [InlineData("::msg::dds_::T_")]
    public void A_plain_dds_type_has_no_ros_name(string dds) => Assert.False(RosNames.TryFromDdsType(dds, out _));
}
