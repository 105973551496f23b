using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Graph;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

public class RosGraphTests
{
    private const string Imu = "sensor_msgs/msg/Imu";

    [Fact]
    public async Task Topics_come_and_go_with_their_writers_and_readers()
    {
        using var domain = TestDomains.Open();
        using var stranger = new Stranger(domain);
        using var graph = new RosGraph(domain);
        var changes = 0;
        graph.Changed += () => Interlocked.Increment(ref changes);

        var writer = stranger.Advertise("/arm1/imu", Imu, RosQos.SensorData);
        using var reader = domain.Subscribe(
            "/arm1/imu", RosSchemaSet.Standard.Get(Imu), RosQos.SensorData, (_, in _) => { });
        await Eventually.TrueAsync(
            () => graph.Topics.Find("/arm1/imu", Imu) is { Publishers: [_], Subscribers: [_] }, "both are seen");

        var topic = Assert.Single(graph.Topics.All);
        Assert.False(topic.Publishers[0].IsOurs);
        Assert.Equal(RosReliability.BestEffort, topic.Publishers[0].Qos.Reliability);
        Assert.StartsWith("typehash=RIHS01_7d9a00ff", topic.Publishers[0].UserData, StringComparison.Ordinal);
        Assert.True(topic.Subscribers[0].IsOurs);
        await Eventually.TrueAsync(() => Volatile.Read(ref changes) > 0, "the change is told");

        writer.Dispose();
        await Eventually.TrueAsync(
            () => graph.Topics.Find("/arm1/imu", Imu) is { Publishers: [], Subscribers: [_] }, "the writer is gone");
    }

    [Fact]
    public async Task What_was_there_before_is_seen_and_probes_are_not()
    {
        using var domain = TestDomains.Open();
        using var stranger = new Stranger(domain);
        using var writer = stranger.Advertise("/map", "nav_msgs/msg/OccupancyGrid", RosQos.Latched);

        using var graph = new RosGraph(domain);

        await Eventually.TrueAsync(() => graph.Topics.All.Length > 0, "the topic is seen");
        Assert.Equal("/map", Assert.Single(graph.Topics.All).Name);
        Assert.Equal(RosDurability.TransientLocal, graph.Topics.All[0].Publishers[0].Qos.Durability);
    }
}
