using System.Diagnostics;
using System.Text.Json.Nodes;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Foxglove;

/// <summary>A live robot, read by Foxglove's own client (@foxglove/ws-protocol).</summary>
public sealed class FoxgloveClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("foxglove.sdk.v1")]
    [InlineData("foxglove.websocket.v1")]
    public async Task Joints_sensors_model_and_summary_of_a_live_robot_are_decoded(string subprotocol)
    {
        Assert.SkipUnless(
            NodePackages.Has("@foxglove", "ws-protocol"), "Node.js or @foxglove/ws-protocol is not installed here.");
        await using var node = await NodeProcess.StartAsync();
        await node.RegisterAsync(new RegisterRobotRequest("fox1", Model: "base", Link: "simulated"));

        var read = await ReadAsync(node, subprotocol, "fox1");

        Assert.Equal(["time"], read["info"]!["capabilities"]!.AsArray().Select(word => word!.GetValue<string>()));
        Assert.Contains("/fox1/laser/scan", read["topics"]!.AsArray().Select(topic => topic!.GetValue<string>()));
        Assert.DoesNotContain(
            "/fox1/camera/image_raw", read["topics"]!.AsArray().Select(topic => topic!.GetValue<string>()));
        // A machine with much other work may make the client slow; nothing else is to be complained of.
        Assert.All(read["statuses"]!.AsArray(), status => Assert.Contains(
            "the client is slow", status!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Equal(("fox1", "odom"), (read["twin"]!.GetValue<string>(), read["odom"]!.GetValue<string>()));
        Assert.True(read["description"]!.GetValue<int>() > 100, "The URDF came.");
        var joints = read["joints"]!.AsArray();
        Assert.All(joints, joint => Assert.Equal(
            joint!["name"]!.AsArray().Count, joint["position"]!.AsArray().Count));
        Assert.True(joints.Select(joint => joint!["position"]![0]!.GetValue<double>()).Distinct().Count() > 10);
        var times = joints.Select(joint => long.Parse(
            joint!["time"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(times.Order(), times);
    }

    private static async Task<JsonNode> ReadAsync(NodeProcess node, string subprotocol, string robot)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "Foxglove", "read.mjs");
        var url = $"ws://{node.Address.Authority}/foxglove";
        using var reader = Process.Start(new ProcessStartInfo(
            "node", ["--experimental-websocket", script, url, NodePackages.Folder, subprotocol, robot])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var error = reader.StandardError.ReadToEndAsync(deadline.Token);
            var output = await reader.StandardOutput.ReadToEndAsync(deadline.Token);
            await reader.WaitForExitAsync(deadline.Token);
            Assert.True(reader.ExitCode == 0, await error);
            return JsonNode.Parse(output)!;
        }
        finally
        {
            if (!reader.HasExited)
            {
                reader.Kill();
            }
        }
    }
}
