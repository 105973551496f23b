using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using TwinActors.InteropTests.Ros2;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Simulation;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Simulation;

public sealed class SimulatedRobotProcessTests
{
    // A process of its own starts in a second on a free machine, and in half a minute on one that builds.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly uint _number = TestDomains.NextNumber();

    [Fact]
    public async Task A_simulated_base_publishes_joints_imu_laser_odometry_and_its_model()
    {
        using var domain = Join();
        using var robot = SimulatedRobotProcess.Start(_number, "--model", "base", "--id", "cart-1", "--seed", "3");
        var joints = new ConcurrentQueue<JsonObject>();
        var (imu, scans, odometry) = (0, 0, 0);
        var arrivals = new ConcurrentQueue<long>();
        using var jointReader = Read(domain, "joint_states", "sensor_msgs/msg/JointState", message =>
        {
            arrivals.Enqueue(Stamp.From(TimeProvider.System.GetUtcNow()).Nanoseconds);
            joints.Enqueue(message);
        });
        using var imuReader = Read(domain, "imu/data", "sensor_msgs/msg/Imu", _ => Interlocked.Increment(ref imu));
        using var scanReader = Read(
            domain, "laser/scan", "sensor_msgs/msg/LaserScan", _ => Interlocked.Increment(ref scans));
        using var odometryReader = Read(
            domain, "odom", "nav_msgs/msg/Odometry", _ => Interlocked.Increment(ref odometry));

        // Readers are found one after the other; each gets its own.
        await Eventually.TrueAsync(
            () => joints.Count >= 100 && scans >= 5 && imu >= 50 && odometry >= 25,
            "a second of samples is there",
            Patience);

        // Stamps are multiples of the period apart, whatever the machine was busy with.
        var stamps = joints.Select(message => StampOf(message)).ToArray();
        Assert.All(stamps.Zip(stamps.Skip(1)), pair => Assert.Equal(0, (pair.Second - pair.First) % 10_000_000));
        Assert.All(stamps.Zip(arrivals), pair => Assert.InRange(pair.First, 0, pair.Second));
        Assert.Equal(["left_wheel", "right_wheel"], joints.First()["name"]!.AsArray().Select(name => (string)name!));

        // Latched: a reader that comes late still gets the model.
        var models = new ConcurrentQueue<JsonObject>();
        using var modelReader = Read(
            domain, "robot_description", "std_msgs/msg/String", models.Enqueue, RosQos.Latched);
        await Eventually.TrueAsync(() => !models.IsEmpty, "the latched model is there", Patience);
        Assert.Equal(SampleRobots.FindUrdf("base"), (string)models.First()["data"]!);

        var (exitCode, error) = await robot.TerminateAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
        Assert.Contains("samples published, 0 dropped", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_control_connection_pauses_resumes_and_stops_the_robot()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        var port = FreePorts.Next();
        using var robot = SimulatedRobotProcess.Start(_number, "--model", "arm6", "--control", $"{port}");
        using var socket = await ConnectAsync(port, robot);

        Assert.Equal("running", (string)(await AskAsync(socket, """{"op":"status","id":7}"""))["state"]!);
        var paused = await AskAsync(socket, """{"op":"pause","id":8}""");
        Assert.Equal("paused", (string)paused["state"]!);
        Assert.Equal(8, (int)paused["id"]!);
        Assert.Equal("arm6", (string)paused["robots"]![0]!);

        var still = (long)paused["steps"]!;
        await AskAsync(socket, """{"op":"step"}""");
        await Eventually.TrueAsync(
            () => (long)AskAsync(socket, """{"op":"status"}""").GetAwaiter().GetResult()["steps"]! > still,
            "the one step is done", Patience);

        Assert.Equal("error", (string)(await AskAsync(socket, """{"op":"speed","factor":0}"""))["op"]!);
        Assert.Equal("error", (string)(await AskAsync(socket, "[]"))["op"]!);
        const string Fault = """{"op":"fault","robot":"arm6","component":"elbow","kind":"backlash","severity":1}""";
        Assert.Equal("fault", (string)(await AskAsync(socket, Fault))["op"]!);
        var refused = await AskAsync(socket, Fault.Replace("elbow", "knee", StringComparison.Ordinal));
        Assert.Contains("no component 'knee'", (string)refused["message"]!, StringComparison.Ordinal);
        Assert.Equal(50, (double)(await AskAsync(socket, """{"op":"speed","factor":50}"""))["speed"]!);
        var steps = (long)(await AskAsync(socket, """{"op":"resume"}"""))["steps"]!;
        await Eventually.TrueAsync(
            () => (long)AskAsync(socket, """{"op":"status"}""").GetAwaiter().GetResult()["steps"]! > steps + 500,
            "ten seconds of robot time have passed", Patience);

        await AskAsync(socket, """{"op":"stop"}""");
        var (exitCode, _) = await robot.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task The_control_connection_refuses_pages_of_strangers()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        var port = FreePorts.Next();
        using var robot = SimulatedRobotProcess.Start(_number, "--model", "arm6", "--control", $"{port}");
        using var first = await ConnectAsync(port, robot);
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "http://stranger.example");
        socket.Options.CollectHttpResponseDetails = true;

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(
            new Uri($"ws://127.0.0.1:{port}/"), TestContext.Current.CancellationToken));

        Assert.Equal(HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    private DdsDomain Join()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        return DdsDomain.Open(DdsDomainOptions.Loopback(_number));
    }

    private static RosTopicReader Read(
        DdsDomain domain, string topic, string type, Action<JsonObject> handler, RosQos? qos = null)
    {
        var schema = RosSchemaSet.Standard.Get(type);
        return domain.Subscribe($"/cart_1/{topic}", schema, qos ?? RosQos.Default, (payload, in _) =>
        {
            if (RosJson.TryDecode(schema, payload, out var message))
            {
                handler(message);
            }
        });
    }

    private static long StampOf(JsonObject message)
    {
        var stamp = message["header"]!["stamp"]!;
        return (stamp["sec"]!.GetValue<int>() * 1_000_000_000L) + stamp["nanosec"]!.GetValue<uint>();
    }

    private static async Task<ClientWebSocket> ConnectAsync(int port, SimulatedRobotProcess robot)
    {
        ClientWebSocket? connected = null;
        await Eventually.TrueAsync(
            () =>
            {
                robot.RequireRunning();
                var socket = new ClientWebSocket();
                try
                {
                    socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/"), TestContext.Current.CancellationToken)
                        .GetAwaiter().GetResult();
                    connected = socket;
                    return true;
                }
                catch (WebSocketException)
                {
                    socket.Dispose();
                    return false;
                }
            },
            "the control connection answers",
            Patience);
        return connected!;
    }

    private static async Task<JsonObject> AskAsync(ClientWebSocket socket, string request)
    {
        var stopping = TestContext.Current.CancellationToken;
        await socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, stopping);
        var buffer = new byte[4096];
        var answer = await socket.ReceiveAsync(buffer.AsMemory(), stopping);
        return JsonNode.Parse(buffer.AsSpan(0, answer.Count))!.AsObject();
    }
}
