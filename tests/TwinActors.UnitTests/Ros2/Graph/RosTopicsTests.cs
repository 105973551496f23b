using System.Collections.Immutable;
using TwinActors.Ros2.Graph;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Graph;

public class RosTopicsTests
{
    private static readonly RosTopics Topics = new(
    [
        Topic("/a/x", "p/msg/T"), Topic("/arm1/imu", "p/msg/A"), Topic("/arm1/imu", "p/msg/B"),
        Topic("/arm1/joints", "p/msg/T"), Topic("/arm10/imu", "p/msg/A"),
    ]);

    [Fact]
    public void A_topic_is_found_by_name_and_type()
    {
        Assert.Equal("p/msg/B", Topics.Find("/arm1/imu", "p/msg/B")?.Type);
        Assert.Null(Topics.Find("/arm1/imu", "p/msg/C"));
        Assert.Null(Topics.Find("/arm", "p/msg/A"));
        Assert.Null(RosTopics.None.Find("/a", "p/msg/T"));
    }

    [Fact]
    public void A_prefix_with_its_slash_is_one_robots() =>
        Assert.Equal(
            ["/arm1/imu", "/arm1/imu", "/arm1/joints"], Topics.Under("/arm1/").Select(topic => topic.Name));

    private static RosTopic Topic(string name, string type) =>
        new(name, type, ImmutableArray<RosEndpoint>.Empty, ImmutableArray<RosEndpoint>.Empty);
}
