using System.Text.Json.Nodes;
using TwinActors.Contracts.Robots;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>A robot with message types of its own: definitions and a mapping are all that it takes.</summary>
public sealed class OwnMessageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Fields_of_a_robots_own_type_become_signals_of_its_joints()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        Define("Motor", "string name\nfloat32 temperature\n");
        Define("Motors", "std_msgs/Header header\nMotor[] motors\n");
        var mapping = """
            twin.robot.signals."joint/*/temperature" {
              topic = "/<id>/motors", field = "motors[name=*].temperature", unit = K
            }
            """;
        var configuration = _folder.Write("node.conf", $"twin.ros2.message-folders = [\"{_folder.Path}\"]\n{mapping}");
        await using var node = await NodeProcess.StartAsync("--config", configuration);
        await node.RegisterAsync(new RegisterRobotRequest(
            "own1",
            Streams: [new StreamRequest("motors", "/<id>/motors", "my_msgs/msg/Motors")],
            Signals: [new SignalRequest("component/battery/state", "/<id>/motors", "battery.state", "V")]));
        Assert.True(RosMessageFolders.TryAdd(RosSchemaSet.Standard, [_folder.Path], out var types, out _));
        var type = types.Get("my_msgs/msg/Motors");
        Assert.True(RosJson.TryEncode(
            type,
            JsonNode.Parse("""{"motors":[{"name":"hip","temperature":310.5},{"name":"knee","temperature":341}]}"""),
            out var message,
            out _));
        using var domain = DdsDomain.Open(DdsDomainOptions.Loopback(node.Domain));
        using var writer = domain.Advertise("/own1/motors", type, RosQos.Default);
        await Eventually.TrueAsync(() => writer.Subscribers == 1, "the node reads the topic");
        writer.Write(message);

        var signals = await Eventually.AnswersAsync(
            () => node.GetAsync<IReadOnlyList<SignalDocument>>("robots/own1/signals"),
            all => all.Any(signal => signal.Value is not null),
            "the signals have values");

        Assert.Equal(
            [
                ("component/battery/state", null, "V", "my_msgs/msg/Motors has no field battery.state"),
                ("joint/hip/temperature", 310.5, "K", null), ("joint/knee/temperature", 341, "K", null),
            ],
            signals.Select(signal => (signal.Signal, signal.Value, signal.Unit, signal.Problem)));
        var document = await node.GetAsync<RobotDocument>("robots/own1");
        Assert.Equal(3, document.Signals.Count);
        var motors = document.Sensors.Single(sensor => sensor.Name == "motors");
        Assert.Equal("knee", (string?)motors.Value!["motors"]![1]!["name"]);
    }

    private void Define(string name, string text)
    {
        var folder = Path.Combine(_folder.Path, "my_msgs", "msg");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, $"{name}.msg"), text);
    }
}
