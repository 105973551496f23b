using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Bridges;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Links;

/// <summary>A link over a WebSocket to a small rosbridge server that goes and comes back.</summary>
public sealed class BridgeRobotLinkTests : IDisposable
{
    private const string Sample = """
        {"op": "publish", "topic": "/joint_states", "msg": {"name": ["a"], "position": [1]}}
        """;

    private readonly WebSocketPeer _bridge = new();
    private readonly RobotStream _joints = new(new StreamOptions
    {
        Name = "joints",
        Topic = "/joint_states",
        Type = "sensor_msgs/msg/JointState",
        Kind = StreamKind.Joints,
        Slots = 16,
    });

    private static CancellationToken Stopping => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_connects_by_itself_says_how_it_is_and_connects_again_when_the_bridge_is_back()
    {
        await using var link = BridgeRobotLink.OverRosbridge(Options(_bridge.Url), RosSchemaSet.Standard);
        Assert.Equal(RobotLinkState.Closed, link.Status.State);
        await link.OpenAsync(Stopping);

        using (var first = await _bridge.AcceptAsync(Stopping))
        {
            Assert.Contains("\"subscribe\"", await WebSocketPeer.ReadAsync(first, Stopping), StringComparison.Ordinal);
            await Eventually.TrueAsync(
                () => link.Status.Reason?.Contains("has nothing of /joint_states", StringComparison.Ordinal) == true,
                "the link says what it waits for");
            await WebSocketPeer.SendAsync(first, Sample, Stopping);
            await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Connected, "a sample connects");
        }

        await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Lost, "the bridge is gone");
        Assert.Contains("tried again by itself", link.Status.Reason, StringComparison.Ordinal);
        using var second = await _bridge.AcceptAsync(Stopping);
        await WebSocketPeer.SendAsync(second, Sample, Stopping);
        await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Connected, "it is back");

        Assert.Equal(2, _joints.Counters.Received);
        await link.CloseAsync(Stopping);
        Assert.Equal((RobotLinkState.Closed, 0), (link.Status.State, _joints.Counters.Publishers));
    }

    [Fact]
    public async Task A_bridge_that_sends_nonsense_is_left_and_tried_again()
    {
        await using var link = BridgeRobotLink.OverRosbridge(Options(_bridge.Url), RosSchemaSet.Standard);
        await link.OpenAsync(Stopping);

        using (var first = await _bridge.AcceptAsync(Stopping))
        {
            await WebSocketPeer.SendAsync(first, "{nonsense", Stopping);
            using var second = await _bridge.AcceptAsync(Stopping);
            await WebSocketPeer.SendAsync(second, Sample, Stopping);
            await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Connected, "it is heard");
        }
    }

    [Fact]
    public async Task A_bridge_that_is_not_there_is_named_with_the_reason()
    {
        await using var link = BridgeRobotLink.OverFoxglove(
            Options($"ws://127.0.0.1:{FreePorts.Next()}/"), RosSchemaSet.Standard);

        await link.OpenAsync(Stopping);

        await Eventually.TrueAsync(
            () => link.Status.Reason?.Contains("is not connected", StringComparison.Ordinal) == true, "it says so");
        Assert.Equal(RobotLinkState.Searching, link.Status.State);
    }

    public void Dispose() => _bridge.Dispose();

    private RobotLinkOptions Options(string url) => new()
    {
        Robot = RobotId.Parse("arm1"),
        Kind = "rosbridge",
        Url = url,
        Streams = [_joints],
        Clock = TimeProvider.System,
    };
}
