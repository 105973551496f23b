using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>A robot that one node shows to Foxglove, followed by a twin over that way.</summary>
[Collection(NodeRoom.Name)]
public sealed class BridgeTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task A_robot_behind_a_Foxglove_bridge_is_followed_with_its_sensors()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("behind1", Model: "base", Link: "simulated"));
        await _node.ConnectedAsync("behind1");

        await _node.RegisterAsync(new RegisterRobotRequest(
            "bridged1",
            Model: "base",
            Link: "foxglove",
            Url: $"ws://{_node.Address.Authority}/foxglove",
            Streams:
            [
                new StreamRequest("joints", "/behind1/joint_states"),
                new StreamRequest("laser", "/behind1/laser/scan"),
            ]));
        var document = await _node.ConnectedAsync("bridged1");
        var laser = await Eventually.AnswersAsync(
            () => _node.StreamAsync("bridged1", "/behind1/laser/scan"), stream => stream.Received > 1, "scans come");

        await Eventually.AnswersAsync(
            () => _node.GetAsync<RobotDocument>("robots/bridged1"),
            bridged => bridged.Streams.Any(stream => stream is { Topic: "/behind1/twin", State: "unmapped" }),
            "what no stream takes is listed");
        var original = await _node.GetAsync<RobotDocument>("robots/behind1");
        Assert.Equal("foxglove", document.LinkKind);
        Assert.Equal(
            original.Joints.Joints.Select(joint => joint.Name), document.Joints.Joints.Select(joint => joint.Name));
        Assert.All(document.Joints.Joints, joint => Assert.NotNull(joint.Position));
        Assert.Equal((0, 1), (laser.Rejected, laser.Publishers));
    }
}
