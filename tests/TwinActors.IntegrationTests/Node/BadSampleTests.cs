using System.Text.Json.Nodes;
using TwinActors.Contracts.Robots;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Robots that send what they should not: it is counted under its reason and disturbs nobody else.</summary>
[Collection(NodeRoom.Name)]
public sealed class BadSampleTests(SharedNode shared) : IDisposable
{
    private const string JointState = "sensor_msgs/msg/JointState";
    private const string Imu = "sensor_msgs/msg/Imu";
    private const string Range = "sensor_msgs/msg/Range";

    private readonly NodeProcess _node = shared.Node;
    private readonly DdsDomain _domain = DdsDomain.Open(DdsDomainOptions.Loopback(shared.Node.Domain));

    [Fact]
    public async Task Joint_states_that_cannot_be_are_counted_under_their_reasons_and_other_robots_go_on()
    {
        await using var good = _node.Twin("sim", "run", "--model", "arm6", "--id", "good1");
        await _node.RegisterAsync(new RegisterRobotRequest("good1", Model: "arm6"));
        await _node.ConnectedAsync("good1");
        await _node.RegisterAsync(new RegisterRobotRequest("odd1"));
        using var writer = await AdvertiseAsync("/odd1/joint_states", JointState);
        var before = await _node.StreamAsync("good1", "/good1/joint_states");

        Write(writer, Joints(100.0, ["a", "b"], [1, 2], [3, 4]));
        Write(writer, Joints(100.1, ["a", "b"], [1, 2, 3]));
        Write(writer, Joints(100.2, ["a", "b"], [1, 2], [3]));
        Write(writer, Joints(100.3, [], [1, 2]));
        Write(writer, Joints(100.4, ["a", ""], [1, 2]));
        Write(writer, Joints(100.5, ["a", "a"], [1, 2]));
        Write(writer, Joints(100.6, ["a", "b"], ["NaN", 5], ["NaN", "NaN"]));
        Write(writer, Joints(100.7, ["a", "b"], [1, 2], ["Infinity", "-Infinity"]));
        Write(writer, Joints(50.0, ["a", "b"], [1, 2]));
        Write(writer, Joints(50.0, ["a", "b"], [1, 2]));
        Write(writer, Joints(50.1, [.. Enumerable.Range(0, 1025).Select(i => $"j{i}")], []));
        Write(writer, Joints(50.2, ["b", "a"], [7, "NaN"]));

        var stream = await CountedAsync(
            "odd1",
            "/odd1/joint_states",
            "duplicate 1, infinite 2, length 2, nan 4, stamp_backwards 1, stamp_repeated 1, too_many 1, unnamed 2");
        Assert.Equal((12, 6, 0), (stream.Received, stream.Rejected, stream.Lost));
        var odd = await Eventually.AnswersAsync(
            () => _node.GetAsync<RobotDocument>("robots/odd1"),
            document => document.Joints.Stamp == "1970-01-01T00:00:50.200000000Z",
            "the last joint state is taken");
        Assert.Equal(["a", "b"], odd.Joints.Joints.Select(joint => joint.Name));
        Assert.Equal([null, 7.0], odd.Joints.Joints.Select(joint => joint.Position));
        Assert.All(odd.Joints.Joints, joint => Assert.Null(joint.Velocity));
        await Eventually.AnswersAsync(
            () => _node.EventsAsync("odd1"),
            events => events.Any(e => e.Name == "link.connected"),
            "odd1 counts as connected");
        var after = await Eventually.AnswersAsync(
            () => _node.StreamAsync("good1", "/good1/joint_states"),
            one => one.Received >= before.Received + 50,
            "good1 goes on");
        Assert.Equal((0, 0), (after.Rejected, after.Lost));
        await _node.ConnectedAsync("good1");
    }

    [Fact]
    public async Task A_robot_that_invents_new_joints_all_the_time_is_turned_away_after_a_while()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("odd2"));
        using var writer = await AdvertiseAsync("/odd2/joint_states", JointState);

        for (var i = 0; i < 100; i++)
        {
            Write(writer, Joints(100 + i, [$"joint{i}"], [i]));
        }

        await CountedAsync("odd2", "/odd2/joint_states", "too_many_layouts 36");
        var joints = await Eventually.AnswersAsync(
            () => _node.GetAsync<JointsDocument>("robots/odd2/joints"), all => all.Joints.Count >= 64, "64 are known");
        Assert.Equal(64, joints.Joints.Count);
    }

    [Fact]
    public async Task A_sensor_value_that_is_no_number_is_absent_and_the_others_stay()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("odd3"));
        using var writer = await AdvertiseAsync("/odd3/imu/data", Imu);

        Write(writer, Encode(Imu, new JsonObject
        {
            ["header"] = Header(5.25),
            ["orientation"] = new JsonObject { ["x"] = "NaN", ["w"] = 1 },
            ["linear_acceleration"] = new JsonObject { ["x"] = "-Infinity", ["z"] = 9.81 },
        }));

        await CountedAsync("odd3", "/odd3/imu/data", "infinite 1, nan 1");
        var sensor = await Eventually.AnswersAsync(
            async () => (await _node.GetAsync<IReadOnlyList<SensorDocument>>("robots/odd3/sensors"))
                .Single(one => one.Topic == "/odd3/imu/data"),
            one => one.Value is not null,
            "the sample is there");
        Assert.Null(sensor.Value!["orientation"]!["x"]);
        Assert.Equal(1.0, sensor.Value["orientation"]!["w"]!.GetValue<double>());
        Assert.Null(sensor.Value["linear_acceleration"]!["x"]);
        Assert.Equal(9.81, sensor.Value["linear_acceleration"]!["z"]!.GetValue<double>());
        Assert.Equal("1970-01-01T00:00:05.250000000Z", sensor.Stamp);
    }

    [Fact]
    public async Task Bytes_that_do_not_fit_their_type_are_counted_as_malformed()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("odd4"));
        // Calls itself an IMU and sends four bytes.
        var pretender = RosSchemaSet.Empty.Add(Imu, "int32 x").Get(Imu);
        using var writer = _domain.Advertise("/odd4/imu/data", pretender, RosQos.Default);
        await Eventually.TrueAsync(() => writer.Subscribers > 0, "somebody reads /odd4/imu/data");

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(RosWriteResult.Written, writer.Write([0, 1, 0, 0, 1, 2, 3, 4]));
        }

        var stream = await CountedAsync("odd4", "/odd4/imu/data", "malformed 3");
        Assert.Equal((3, 3), (stream.Received, stream.Rejected));
        Assert.Null((await _node.GetAsync<RobotDocument>("robots/odd4")).Sensors.Single(s => s.Name == "imu").Value);
    }

    [Fact]
    public async Task A_topic_of_another_type_than_configured_is_listed_with_the_reason()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("odd5"));
        using var wrong = _domain.Advertise("/odd5/odom", RosSchemaSet.Standard.Get(Imu), RosQos.Default);
        using var spare = _domain.Advertise("/odd5/range", RosSchemaSet.Standard.Get(Range), RosQos.Default);

        var unmapped = await Eventually.AnswersAsync(
            async () => (await _node.GetAsync<IReadOnlyList<StreamDocument>>("robots/odd5/streams"))
                .Where(stream => stream.State == "unmapped").ToList(),
            found => found.Count == 2,
            "both topics are listed");

        Assert.Equal(
            [
                ("/odd5/odom", Imu, "configured as nav_msgs/msg/Odometry"),
                ("/odd5/range", Range, "not configured"),
            ],
            unmapped.Select(stream => (stream.Topic, stream.Type, stream.Problem!)));
    }

    public void Dispose() => _domain.Dispose();

    private static string ReasonsOf(StreamDocument stream) => string.Join(
        ", ",
        // Jumps of the stamp depend on how evenly this machine runs.
        stream.Reasons.Where(reason => reason.Key != "stamp_jump")
            .OrderBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => $"{reason.Key} {reason.Value}"));

    private static byte[] Joints(double stamp, JsonArray names, JsonArray positions, JsonArray? velocities = null) =>
        Encode(JointState, new JsonObject
        {
            ["header"] = Header(stamp),
            ["name"] = names,
            ["position"] = positions,
            ["velocity"] = velocities ?? [],
        });

    private static JsonObject Header(double stamp) => new()
    {
        ["stamp"] = new JsonObject
        {
            ["sec"] = (int)stamp,
            ["nanosec"] = (uint)Math.Round((stamp - Math.Floor(stamp)) * 1000) * 1_000_000u,
        },
    };

    private static byte[] Encode(string type, JsonObject value)
    {
        var schema = RosSchemaSet.Standard.Get(type);
        Assert.True(RosJson.TryEncode(schema, value, out var payload, out var problem), problem);
        return payload;
    }

    private static void Write(RosTopicWriter writer, byte[] payload) =>
        Assert.Equal(RosWriteResult.Written, writer.Write(payload));

    private async Task<RosTopicWriter> AdvertiseAsync(string topic, string type)
    {
        var writer = _domain.Advertise(topic, RosSchemaSet.Standard.Get(type), RosQos.Default with { Depth = null });
        await Eventually.TrueAsync(() => writer.Subscribers > 0, $"somebody reads {topic}");
        return writer;
    }

    private async Task<StreamDocument> CountedAsync(string robot, string topic, string reasons)
    {
        var words = "";
        return await Eventually.AnswersAsync(
            async () =>
            {
                var stream = await _node.StreamAsync(robot, topic);
                words = ReasonsOf(stream);
                return stream;
            },
            _ => words == reasons,
            $"{topic} has the counts {reasons}");
    }
}
