using System.Collections.Immutable;
using System.Text.Json.Nodes;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

public sealed class DdsRobotLinkTests : IDisposable
{
    private const string JointState = "sensor_msgs/msg/JointState";
    private const string Imu = "sensor_msgs/msg/Imu";
    private const string Temperature = "sensor_msgs/msg/Temperature";

    private readonly DdsRobotLinks _links;
    private readonly Stranger _robot;

    public DdsRobotLinkTests()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        _links = new DdsRobotLinks(
            DdsDomainOptions.Loopback(TestDomains.NextNumber(), Guid.NewGuid().ToString("N")),
            RosSchemaSet.Standard,
            new DdsLinkOptions { ToleratedStall = TimeSpan.FromSeconds(1), KeepsAll = false },
            TimeProvider.System);
        _links.Join();
        _robot = new Stranger(_links.Domain!);
    }

    [Fact]
    public async Task Joints_and_sensors_reach_their_rings()
    {
        var (joints, imu) = (Stream("/arm1/joint_states", JointState), Stream("/arm1/imu", Imu));
        await using var link = await OpenAsync(joints, imu);
        using var jointWriter = _robot.Advertise("/arm1/joint_states", JointState, RosQos.Default);
        using var imuWriter = _robot.Advertise("/arm1/imu", Imu, RosQos.SensorData);
        await Eventually.TrueAsync(() => jointWriter.Subscribers == 1 && imuWriter.Subscribers == 1, "both are read");

        jointWriter.Write(Message(JointState, """
            {"header":{"stamp":{"sec":1,"nanosec":5}},"name":["a","b"],"position":[1.5,2.5],"velocity":[0.5,0.25]}
            """));
        imuWriter.Write(Message(Imu, """{"header":{"stamp":{"sec":2}},"angular_velocity":{"z":0.125}}"""));

        await Eventually.TrueAsync(() => joints.Published == 1 && imu.Published == 1, "both samples are in the rings");
        var jointFrame = new SampleFrame<JointLayout>();
        Assert.True(joints.Joints!.TryRead(1, jointFrame));
        Assert.Equal([1.5, 2.5], jointFrame.Layout!.Positions(jointFrame.Bytes));
        Assert.Equal(1_000_000_005, jointFrame.Header.StampNs);
        var imuFrame = new SampleFrame<SampleLayout>();
        Assert.True(imu.Samples!.TryRead(1, imuFrame));
        Assert.Equal(0.125, new SampleReader(imuFrame.Layout!, imuFrame.Bytes)
            .Number(imuFrame.Layout!.IndexOf("angular_velocity.z")));
        Assert.Equal(RobotLinkState.Connected, link.Status.State);
        Assert.Equal((1, 1, 0), (joints.Counters.Received, joints.Counters.Publishers, joints.Counters.Rejected));
        Assert.Empty(link.Unmapped);
    }

    [Fact]
    public async Task The_link_is_lost_with_its_last_sender_and_comes_back()
    {
        var joints = Stream("/arm1/joint_states", JointState);
        await using var link = await OpenAsync(joints);
        Assert.Equal(RobotLinkState.Searching, link.Status.State);
        Assert.Contains("/arm1/joint_states", link.Status.Reason, StringComparison.Ordinal);

        using (_robot.Advertise("/arm1/joint_states", JointState, RosQos.Default))
        {
            await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Connected, "the sender is found");
        }

        await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Lost, "the sender is missed");
        Assert.Equal("The last sender of /arm1/joint_states is gone.", link.Status.Reason);

        using var again = _robot.Advertise("/arm1/joint_states", JointState, RosQos.Default);
        await Eventually.TrueAsync(() => link.Status.State == RobotLinkState.Connected, "the sender is found again");
    }

    [Fact]
    public async Task A_best_effort_sender_that_joins_a_reliable_one_is_read_too()
    {
        var temperature = Stream("/arm1/temperature", Temperature);
        await using var link = await OpenAsync(temperature);
        using var reliable = _robot.Advertise("/arm1/temperature", Temperature, RosQos.Default);
        await Eventually.TrueAsync(() => reliable.Subscribers == 1, "the reliable sender is read");

        using var unreliable = _robot.Advertise("/arm1/temperature", Temperature, RosQos.SensorData);
        await Eventually.TrueAsync(() => reliable.Subscribers == 1 && unreliable.Subscribers == 1, "both are read");
        await Eventually.TrueAsync(() => temperature.Counters.Publishers == 2, "both are counted");
        reliable.Write(Message(Temperature, """{"temperature":20.5}"""));
        unreliable.Write(Message(Temperature, """{"temperature":21.5}"""));

        await Eventually.TrueAsync(() => temperature.Published == 2, "both samples arrive");
        Assert.Null(temperature.Counters.QosProblem);
    }

    [Fact]
    public async Task A_latched_sample_arrives_although_it_was_written_before()
    {
        using var writer = _robot.Advertise("/arm1/temperature", Temperature, RosQos.Latched);
        writer.Write(Message(Temperature, """{"temperature":20.5}"""));
        var temperature = Stream("/arm1/temperature", Temperature, latched: true);

        await using var link = await OpenAsync(temperature);

        await Eventually.TrueAsync(() => temperature.Published == 1, "the sample arrives");
    }

    [Fact]
    public async Task A_latched_stream_whose_sender_keeps_nothing_says_so()
    {
        using var writer = _robot.Advertise("/arm1/temperature", Temperature, RosQos.Default);
        var temperature = Stream("/arm1/temperature", Temperature, latched: true);

        await using var link = await OpenAsync(temperature);

        await Eventually.TrueAsync(() => temperature.Counters.QosProblem is not null, "the mismatch is named");
        Assert.Equal(
            "durability: asked for transient local, a publisher offers reliable, volatile",
            temperature.Counters.QosProblem);
        await Eventually.TrueAsync(() => writer.Subscribers == 1, "the topic is read nevertheless");
    }

    [Fact]
    public async Task Topics_that_fill_no_stream_are_listed_and_unknown_ones_counted()
    {
        var custom = RosSchemaSet.Standard.Add("maker_msgs/msg/Grip", "float64 force\n");
        await using var link = await OpenAsync(Stream("/arm1/imu", Imu));
        using var grip = _robot.Advertise("/arm1/grip", "maker_msgs/msg/Grip", RosQos.Default, custom);
        using var battery = _robot.Advertise("/arm1/battery", "sensor_msgs/msg/BatteryState", RosQos.Default);
        using var other = _robot.Advertise("/arm1/imu", Temperature, RosQos.Default);
        using var neighbour = _robot.Advertise("/arm10/imu", Imu, RosQos.Default);
        await Eventually.TrueAsync(
            () => grip.Subscribers == 1 && link.Unmapped.Length == 3 && _links.Topics().Length == 4, "all are found");

        Assert.True(RosJson.TryEncode(custom.Get("maker_msgs/msg/Grip"), null, out var payload, out _));
        grip.Write(payload);
        grip.Write(payload);

        await Eventually.TrueAsync(() => link.Unmapped[1].Received == 2, "the unknown ones are counted");
        Assert.Equal(
            [
                new UnmappedTopic("/arm1/battery", "sensor_msgs/msg/BatteryState", null, "not configured", 1),
                new UnmappedTopic("/arm1/grip", "maker_msgs/msg/Grip", 2, "type unknown", 1),
                new UnmappedTopic("/arm1/imu", Temperature, null, "configured as sensor_msgs/msg/Imu", 1),
            ],
            link.Unmapped);
        Assert.Equal(
            ["/arm1/battery", "/arm1/grip", "/arm1/imu", "/arm10/imu"], _links.Topics().Select(topic => topic.Name));
    }

    [Fact]
    public async Task The_count_of_an_unknown_topic_stays_when_its_sender_goes_and_goes_on_when_it_is_back()
    {
        const string Grip = "maker_msgs/msg/Grip";
        var custom = RosSchemaSet.Standard.Add(Grip, "float64 force\n");
        Assert.True(RosJson.TryEncode(custom.Get(Grip), null, out var payload, out _));
        await using var link = await OpenAsync(Stream("/arm1/imu", Imu));

        for (var round = 1; round <= 2; round++)
        {
            using (var grip = _robot.Advertise("/arm1/grip", Grip, RosQos.Default, custom))
            {
                await Eventually.TrueAsync(() => grip.Subscribers == 1, "the topic is found");
                grip.Write(payload);
                await Eventually.TrueAsync(
                    () => link.Unmapped is [{ Publishers: 1, Received: var count }] && count == round, "it is counted");
            }

            await Eventually.TrueAsync(() => link.Unmapped is [{ Publishers: 0 }], "its sender is missed");
            Assert.Equal([new UnmappedTopic("/arm1/grip", Grip, round, "type unknown", 0)], link.Unmapped);
        }
    }

    [Fact]
    public async Task A_message_of_the_older_layout_is_read_beside_those_of_the_newer_one()
    {
        const string Range = "sensor_msgs/msg/Range";
        var range = Stream("/arm1/range", Range);
        await using var link = await OpenAsync(range);
        using var older = _robot.Advertise("/arm1/range", Range, RosQos.Default, RosSchemaSet.Humble);
        using var newer = _robot.Advertise("/arm1/range", Range, RosQos.Default);
        await Eventually.TrueAsync(() => older.Subscribers == 1 && newer.Subscribers == 1, "both are read");

        foreach (var frame in (string[])["", "a", "ab", "abc"])
        {
            older.Write(Message(Range, $$"""{"header":{"frame_id":"{{frame}}"},"range":1.5}""", RosSchemaSet.Humble));
            await Eventually.TrueAsync(() => range.Published % 2 == 1, "the older one is taken");
            newer.Write(Message(Range, $$"""{"header":{"frame_id":"{{frame}}"},"range":2.5,"variance":0.25}"""));
            await Eventually.TrueAsync(() => range.Published % 2 == 0, "the newer one is taken");
        }

        Assert.Equal((8, 0), (range.Counters.Received, range.Counters.Rejected));
        for (var sequence = 1; sequence <= 8; sequence++)
        {
            var frame = new SampleFrame<SampleLayout>();
            Assert.True(range.Samples!.TryRead(sequence, frame));
            var sample = new SampleReader(frame.Layout!, frame.Bytes);
            var variance = frame.Layout!.IndexOf("variance");
            Assert.Equal(sequence % 2 == 1 ? 1.5 : 2.5, sample.Number(frame.Layout.IndexOf("range")));
            Assert.Equal(sequence % 2 == 1 ? -1 : 0.25, variance < 0 ? -1 : sample.Number(variance));
        }
    }

    [Fact]
    public async Task A_closed_link_writes_no_more_and_opens_again()
    {
        var joints = Stream("/arm1/joint_states", JointState);
        var link = await OpenAsync(joints);
        using var writer = _robot.Advertise("/arm1/joint_states", JointState, RosQos.Default);
        var message = Message(JointState, """{"name":["a"],"position":[1]}""");
        await Eventually.TrueAsync(() => writer.Subscribers == 1, "the topic is read");
        writer.Write(message);
        await Eventually.TrueAsync(() => joints.Published == 1, "the sample arrives");

        await link.CloseAsync(CancellationToken.None);
        await link.CloseAsync(CancellationToken.None);
        writer.Write(message);

        Assert.Equal((RobotLinkState.Closed, 1, 0), (link.Status.State, joints.Published, joints.Counters.Publishers));

        await link.OpenAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => writer.Subscribers == 1, "the topic is read again");
        writer.Write(message);
        await Eventually.TrueAsync(() => joints.Published == 2, "the sample arrives");
        await link.DisposeAsync();
    }

    [Fact]
    public async Task Many_robots_share_one_participant()
    {
        var streams = Enumerable.Range(0, 50).Select(i => Stream($"/robot{i}/joint_states", JointState)).ToList();
        var links = new List<IRobotLink>();
        foreach (var (stream, i) in streams.Select((stream, i) => (stream, i)))
        {
            links.Add(_links.Make(Options($"robot{i}", stream)));
            await links[i].OpenAsync(CancellationToken.None);
        }

        var writers = streams.ConvertAll(s => _robot.Advertise(s.Options.Topic, JointState, RosQos.Default));
        await Eventually.TrueAsync(() => writers.TrueForAll(writer => writer.Subscribers == 1), "all are read");
        writers.ForEach(writer => writer.Write(Message(JointState, """{"name":["a"],"position":[1]}""")));

        await Eventually.TrueAsync(() => streams.TrueForAll(stream => stream.Published == 1), "all samples arrive");
        Assert.Equal(1, _links.Domain!.Participants.Count);
        foreach (var link in links)
        {
            await link.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _robot.Dispose();
        _links.Dispose();
    }

    private async Task<IRobotLink> OpenAsync(params ImmutableArray<RobotStream> streams)
    {
        var link = _links.Make(Options("arm1", streams));
        await link.OpenAsync(CancellationToken.None);
        return link;
    }

    private static RobotLinkOptions Options(string robot, params ImmutableArray<RobotStream> streams) => new()
    {
        Robot = RobotId.Parse(robot),
        Kind = "ros2",
        Streams = streams,
        Clock = TimeProvider.System,
    };

    private static RobotStream Stream(string topic, string type, bool latched = false) => new(new StreamOptions
    {
        Name = topic,
        Topic = topic,
        Type = type,
        Kind = type == JointState ? StreamKind.Joints : StreamKind.Sensor,
        Slots = 16,
        Latched = latched,
    });

    private static byte[] Message(string type, string json, RosSchemaSet? schemas = null)
    {
        var schema = (schemas ?? RosSchemaSet.Standard).Get(type);
        Assert.True(RosJson.TryEncode(schema, JsonNode.Parse(json), out var payload, out var problem), problem);
        return payload;
    }
}
