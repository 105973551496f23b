using System.Text.Json.Nodes;
using TwinActors.Contracts.Robots;
using TwinActors.IntegrationTests.Cli;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Playback;
using TwinActors.Robotics;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Cdr;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Recordings of real robots, played over DDS by one process and followed by another.</summary>
[Collection(NodeRoom.Name)]
public sealed class BagTests(BagNode bags) : IClassFixture<BagNode>
{
    private const string JointState = "sensor_msgs/msg/JointState";

    private static readonly string[] Followed =
    [
        JointState, "sensor_msgs/msg/Imu", "sensor_msgs/msg/LaserScan", "nav_msgs/msg/Odometry",
        "sensor_msgs/msg/BatteryState", "sensor_msgs/msg/Temperature", "sensor_msgs/msg/Range",
    ];

    private static readonly string[] DefaultStreams =
        ["joints", "imu", "laser", "camera", "odometry", "diagnostics", "battery"];

    public static IEnumerable<TheoryDataRow<string>> Recordings => BagOracle.Bags()
        .Where(bag => bag.StartsWith("ros2bags/", StringComparison.Ordinal)
            && BagOracle.Read(bag).Topics.Any(topic => Followed.Contains(topic.Type)))
        .DefaultIfEmpty("")
        .Select(bag => new TheoryDataRow<string>(bag));

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task The_twin_ends_in_the_state_of_the_last_recorded_messages(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var node = await bags.NodeAsync();
        var oracle = BagOracle.Read(name);
        using var bag = BagReader.Open(oracle.Bag);
        var robots = Robots(bag, name.Split('/')[1].Replace('_', '-'));
        foreach (var robot in robots)
        {
            await node.RegisterAsync(robot.Registration);
        }

        var played = await TwinProgram.RunAsync(
            "bag", "play", oracle.Bag, "--as", robots[0].Id, "--rate", "max", "--domain", $"{node.Domain}",
            "--wait-for-readers", "60");

        Assert.True(played.ExitCode == 0, played.Output + played.Error);
        foreach (var robot in robots)
        {
            foreach (var topic in robot.Topics)
            {
                await AssertCountsAsync(node, robot, bag, topic);
            }

            await AssertJointsAsync(node, robot, bag, oracle);
            await AssertSensorsAsync(node, robot, oracle);
        }
    }

    [Fact]
    public async Task Topics_of_unknown_types_are_listed_and_counted_while_they_are_sent()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var node = await bags.NodeAsync();
        var bag = TestData.Path("ros2bags/aerial_arm_flight_1202a/ros2bag_ats_2025-12-02_12-44-28_0.mcap");
        await node.RegisterAsync(new RegisterRobotRequest("flight1"));

        await using var player = node.Twin("bag", "play", bag, "--as", "flight1", "--wait-for-readers", "60");
        var streams = await Eventually.AnswersAsync(
            () => node.GetAsync<IReadOnlyList<StreamDocument>>("robots/flight1/streams"),
            all => all.Count(stream => stream is { State: "unmapped", Problem: "type unknown", Received: > 0 }) >= 8,
            "unknown types are counted");

        Assert.Contains(streams, stream => stream is
        {
            Topic: "/flight1/fmu/out/vehicle_odometry",
            Type: "px4_msgs/msg/VehicleOdometry",
            Received: > 0,
        });
        // What is known fills its stream beside them.
        await Eventually.AnswersAsync(
            () => node.StreamAsync("flight1", "/flight1/joint_states"), stream => stream.Received > 0, "joints come");
    }

    // One robot for all sensors and the first topic of joints; every further topic of joints has a robot of its own,
    // since topics that name the same joints overwrite each other. A topic without joint names is followed once more by
    // a robot that knows their order.
    private static List<FollowingRobot> Robots(BagReader bag, string id)
    {
        var options = new PlaybackOptions
        {
            Robot = RobotId.Parse(id),
            Rate = null,
            WaitForReaders = TimeSpan.Zero,
        };
        var topics = PlaybackPlan.Create(bag, options)
            .Where(topic => topic is { Target: not null, Source.MessageCount: > 0 }
                && Followed.Contains(topic.Source.Type))
            .ToList();
        var joints = topics.Where(topic => topic.Source.Type == JointState).ToList();
        var robots = new List<FollowingRobot>
        {
            new(id, [.. topics.Except(joints.Skip(1))], []),
        };
        robots.AddRange(joints.Skip(1).Select((topic, i) => new FollowingRobot($"{id}-joints{i + 2}", [topic], [])));
        robots.AddRange(joints.Where(topic => Messages(bag, topic).All(message => Names(message).Count == 0))
            .Select((topic, i) => new FollowingRobot($"{id}-ordered{i + 1}", [topic], AxesOf(bag, topic))));
        return robots;
    }

    private static IReadOnlyList<string> AxesOf(BagReader bag, PlannedTopic topic) =>
        [.. Messages(bag, topic).Last()["position"]!.AsArray().Select((_, i) => $"axis{i + 1}")];

    private static async Task AssertCountsAsync(
        NodeProcess node, FollowingRobot robot, BagReader bag, PlannedTopic topic)
    {
        var stream = await Eventually.AnswersAsync(
            () => node.StreamAsync(robot.Id, topic.Target!),
            stream => stream.Received >= topic.Source.MessageCount,
            $"all of {topic.Target} has come");

        Assert.Equal(topic.Source.MessageCount, stream.Received);
        Assert.Equal((0, 0), (stream.Lost, stream.Thinned));
        if (topic.Source.Type != JointState)
        {
            Assert.Equal(0, stream.Rejected);
            return;
        }

        var refused = Messages(bag, topic).Select(message => Refusal(message, robot.JointOrder)).OfType<string>()
            .CountBy(reason => reason).ToDictionary();
        Assert.Equal(refused.Values.Sum(), stream.Rejected);
        Assert.All(refused, reason => Assert.Equal(reason.Value, stream.Reasons[reason.Key]));
    }

    private static async Task AssertJointsAsync(
        NodeProcess node, FollowingRobot robot, BagReader bag, BagOracle oracle)
    {
        if (robot.Topics.FirstOrDefault(topic => topic.Source.Type == JointState) is not { } topic)
        {
            return;
        }

        var document = await node.GetAsync<JointsDocument>($"robots/{robot.Id}/joints");
        if (Messages(bag, topic).All(message => Refusal(message, robot.JointOrder) is not null))
        {
            Assert.Equal(("missing", 0), (document.Quality, document.Joints.Count));
            return;
        }

        var last = oracle.Topics.Single(known => known.Name == topic.Source.Name)
            .Samples.Single(sample => sample.Which == "last").Value;
        var expected = OracleComparison.Joints(last)
            .Select((joint, i) => joint with { Name = joint.Name ?? robot.JointOrder[i] }).ToList();
        var found = document.Joints.Where(joint => expected.Exists(one => one.Name == joint.Name))
            .Select(joint => new OracleJoint(joint.Name, joint.Position, joint.Velocity, joint.Effort)).ToList();
        Assert.Equal(
            expected.OrderBy(joint => joint.Name, StringComparer.Ordinal),
            found.OrderBy(joint => joint.Name, StringComparer.Ordinal));
        var stamp = last.GetProperty("header").GetProperty("stamp");
        var stamped = Stamp.FromRos(stamp.GetProperty("sec").GetInt32(), stamp.GetProperty("nanosec").GetUInt32());
        if (stamped.Nanoseconds != 0)
        {
            Assert.Equal(stamped.ToString(), document.Stamp);
        }
    }

    private static async Task AssertSensorsAsync(NodeProcess node, FollowingRobot robot, BagOracle oracle)
    {
        var sensors = await node.GetAsync<IReadOnlyList<SensorDocument>>($"robots/{robot.Id}/sensors");
        foreach (var topic in robot.Topics.Where(topic => topic.Source.Type != JointState))
        {
            var sensor = Assert.Single(sensors, one => one.Topic == topic.Target);
            foreach (var last in oracle.Topics.Single(known => known.Name == topic.Source.Name)
                .Samples.Where(sample => sample.Which == "last"))
            {
                // The oracle prints a float32 as the double that it is, the node by its own shortest text.
                Assert.Empty(OracleComparison.Differences(last.Value, sensor.Value, tolerance: 1e-7));
            }
        }
    }

    private static IEnumerable<JsonObject> Messages(BagReader bag, PlannedTopic topic)
    {
        foreach (var message in bag.Read(other => other == topic.Source))
        {
            Assert.True(RosJson.TryDecode(topic.Schema!, message.Data.Span, out var value));
            yield return value;
        }
    }

    private static List<string> Names(JsonObject message) =>
        [.. message["name"]!.AsArray().Select(joint => joint!.GetValue<string>())];

    // The rule of the architecture, written once more: names from the message, else from the order when lengths match.
    private static string? Refusal(JsonObject message, IReadOnlyList<string> order)
    {
        var names = Names(message);
        string[] quantities = ["position", "velocity", "effort"];
        var lengths = quantities.Select(quantity => message[quantity]!.AsArray().Count).ToList();
        if (names.Count == 0 && lengths.Max() == order.Count)
        {
            names = [.. order];
        }

        return names switch
        {
            _ when names.Count == 0 || names.Contains("") => "unnamed",
            _ when names.Distinct().Count() < names.Count => "duplicate",
            _ when lengths.Exists(length => length != 0 && length != names.Count) => "length",
            _ => null,
        };
    }

    /// <summary>A robot that follows some topics of a recording.</summary>
    private sealed record FollowingRobot(
        string Id, IReadOnlyList<PlannedTopic> Topics, IReadOnlyList<string> JointOrder)
    {
        public RegisterRobotRequest Registration
        {
            get
            {
                var followed = Topics.Select((topic, i) => new StreamRequest(
                    topic.Source.Type == JointState ? "joints" : $"sensor{i}",
                    topic.Target,
                    topic.Source.Type)).ToList();
                var others = DefaultStreams.Where(name => followed.TrueForAll(stream => stream.Name != name))
                    .Select(name => new StreamRequest(name, Enabled: false));
                return new RegisterRobotRequest(
                    Id, JointOrder: JointOrder.Count > 0 ? JointOrder : null, Streams: [.. followed, .. others]);
            }
        }
    }
}

/// <summary>A node that keeps every sample, however fast a recording is played; started when first needed.</summary>
public sealed class BagNode : IAsyncDisposable
{
    private NodeProcess? _node;

    public async Task<NodeProcess> NodeAsync() => _node ??= await NodeProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
