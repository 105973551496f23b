using System.Diagnostics;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Bridges;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Foxglove;

/// <summary>A robot that Foxglove's own server (@foxglove/ws-protocol) offers, read by our link.</summary>
public sealed class FoxgloveServerTests
{
    private readonly RobotStream _joints = new(new StreamOptions
    {
        Name = "joints",
        Topic = "/joint_states",
        Type = "sensor_msgs/msg/JointState",
        Kind = StreamKind.Joints,
        Slots = 64,
    });

    [Fact]
    public async Task Joint_states_of_another_makers_server_become_samples_and_its_other_channels_are_listed()
    {
        Assert.SkipUnless(
            NodePackages.Has("@foxglove", "ws-protocol"), "Node.js or @foxglove/ws-protocol is not installed here.");
        using var server = Process.Start(new ProcessStartInfo(
            "node", [Path.Combine(AppContext.BaseDirectory, "Peers", "Foxglove", "serve.mjs"), NodePackages.Folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            var port = await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            await using var link = BridgeRobotLink.OverFoxglove(
                new RobotLinkOptions
                {
                    Robot = RobotId.Parse("arm1"),
                    Kind = "foxglove",
                    Url = $"ws://127.0.0.1:{port}",
                    Streams = [_joints],
                    Clock = TimeProvider.System,
                },
                RosSchemaSet.Standard);
            await link.OpenAsync(TestContext.Current.CancellationToken);
            await Eventually.TrueAsync(() => _joints.Published >= 10, "ten joint states come");

            Assert.Equal(RobotLinkState.Connected, link.Status.State);
            Assert.Equal((0, 1), (_joints.Counters.Rejected, _joints.Counters.Publishers));
            var note = Assert.Single(link.Unmapped);
            Assert.Equal(("/notes", "not configured"), (note.Topic, note.Reason));
            var (frame, cursor) = (new SampleFrame<JointLayout>(), new RingCursor(0));
            for (var i = 0; i < 10; i++)
            {
                Assert.True(cursor.TryNext(_joints.Joints!, frame));
                var row = frame.Header.StampNs / 1_000_000_000 - 1000;
                Assert.Equal(["shoulder", "elbow"], frame.Layout!.Names);
                Assert.Equal([row, -row], frame.Layout.Positions(frame.Bytes).ToArray());
            }
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
        }
    }
}
