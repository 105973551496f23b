using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Playback;
using TwinActors.Robotics;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

public sealed class PlaybackPlanTests : IDisposable
{
    private const string JointState = "sensor_msgs/msg/JointState";
    private const string Imu = "sensor_msgs/msg/Imu";

    private readonly TemporaryFolder _folder = new();
    private readonly McapBytes _file = McapBytes.Begin();
    private ushort _next;

    [Fact]
    public void The_only_topic_of_a_type_goes_to_the_robots_default() =>
        Assert.Equal(
            [("/scan", "/arm_1/laser/scan"), ("/wheel/encoders", "/arm_1/joint_states")],
            Targets(Topic("/wheel/encoders", JointState).Topic("/scan", "sensor_msgs/msg/LaserScan")));

    [Fact]
    public void Of_several_topics_the_one_that_is_named_like_the_default_takes_it() =>
        Assert.Equal(
            [("/a/s", "/arm_1/a/s"), ("/b/joint_states", "/arm_1/joint_states"), ("/c/s", "/arm_1/c/s")],
            Targets(Topic("/a/s", JointState).Topic("/b/joint_states", JointState).Topic("/c/s", JointState)));

    [Fact]
    public void The_very_name_wins_over_a_longer_one_that_ends_like_it() =>
        Assert.Equal(
            [("/a/joint_states", "/arm_1/a/joint_states"), ("/joint_states", "/arm_1/joint_states")],
            Targets(Topic("/a/joint_states", JointState).Topic("/joint_states", JointState)));

    [Fact]
    public void Otherwise_the_first_by_name_takes_it_and_one_without_messages_does_not() =>
        Assert.Equal(
            [("/a", "/arm_1/a"), ("/b", "/arm_1/imu/data"), ("/c", "/arm_1/c")],
            Targets(Topic("/a", Imu, messages: 0).Topic("/b", Imu).Topic("/c", Imu)));

    [Fact]
    public void A_mapped_topic_goes_where_the_map_says() =>
        Assert.Equal(
            [("/a", "/arm_1/gripper/imu"), ("/b", "/elsewhere"), ("/c", "/arm_1/imu/data")],
            Targets(
                Topic("/a", Imu).Topic("/b", Imu).Topic("/c", Imu),
                Options() with { Map = Map(("/a", "gripper/imu"), ("/b", "/elsewhere")) }));

    [Fact]
    public void Only_the_topics_asked_for_are_planned() =>
        Assert.Equal(
            [("/b", "/arm_1/imu/data")],
            Targets(Topic("/a", Imu).Topic("/b", Imu), Options() with { Topics = ["/b"] }));

    [Fact]
    public void A_topic_that_the_bag_does_not_have_is_refused()
    {
        using var bag = Open(Topic("/a", Imu));

        Assert.Throws<ArgumentException>(() => PlaybackPlan.Create(bag, Options() with { Topics = ["/b"] }));
        Assert.Throws<ArgumentException>(() => PlaybackPlan.Create(bag, Options() with { Map = Map(("/b", "/x")) }));
    }

    [Fact]
    public void Two_topics_never_share_a_target() =>
        Assert.Equal(
            [("/imu/data", "/x", null), ("/imu2", null, "/x is taken by /imu/data; --map gives it another")],
            Plan(
                Topic("/imu/data", Imu).Topic("/imu2", Imu),
                Options() with { Map = Map(("/imu2", "/x"), ("/imu/data", "/x")) }));

    [Fact]
    public void A_type_that_the_bag_defines_is_played_and_one_that_nobody_knows_is_not()
    {
        _file.Schema(9, "my_msgs/msg/Thing", text: "uint8 level").Channel(9, 9, "/mine").Message(9, 1, [0, 1, 0, 0, 5]);

        var plan = Plan(Topic("/yours", "your_msgs/msg/Thing", text: ""), Options());

        Assert.Equal(("/mine", "/arm_1/mine", null), plan[0]);
        Assert.Equal(("/yours", null), (plan[1].Source, plan[1].Target));
        Assert.Contains("your_msgs/msg/Thing", plan[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_that_are_not_cdr_are_skipped()
    {
        _file.Channel(9, 0, "/mouse", "json").Message(9, 1, "{}"u8);

        Assert.Equal([("/mouse", null, "its messages are json, not CDR")], Plan(this, Options()));
    }

    [Fact]
    public void Where_two_layouts_are_known_a_message_decides()
    {
        const string Range = "sensor_msgs/msg/Range";
        byte[] header = [0, 1, 0, 0, .. new byte[8], 1, 0, 0, 0, 0];
        byte[] humble = [.. header, 1, 0, 0, .. new byte[16]];
        _file.Schema(1, Range, text: "").Channel(1, 1, "/old").Message(1, 1, humble)
            .Channel(2, 1, "/new").Message(2, 1, [.. humble, .. new byte[4]]);

        using var bag = Open(this);

        Assert.Null(SchemaOf(bag, "/old").Find("variance"));
        Assert.NotNull(SchemaOf(bag, "/new").Find("variance"));
    }

    public void Dispose() => _folder.Dispose();

    private static RosSchema SchemaOf(BagReader bag, string name)
    {
        var schema = BagSchemas.Find(bag, bag.Topics.Single(topic => topic.Name == name), out var problem);
        Assert.Null(problem);
        return schema!;
    }

    private static PlaybackOptions Options() =>
        new() { Robot = RobotId.Parse("arm-1"), Rate = null, WaitForReaders = TimeSpan.Zero };

    private static ImmutableDictionary<string, string> Map(params (string From, string To)[] pairs) =>
        pairs.ToImmutableDictionary(pair => pair.From, pair => pair.To, StringComparer.Ordinal);

    private PlaybackPlanTests Topic(string name, string type, int messages = 1, string text = "")
    {
        _next++;
        _file.Schema(_next, type, text: text).Channel(_next, _next, name);
        for (var i = 0; i < messages; i++)
        {
            _file.Message(_next, i + 1, [0, 1, 0, 0]);
        }

        return this;
    }

    private BagReader Open(PlaybackPlanTests builder) =>
        BagReader.Open(_folder.Write("plan.mcap", builder._file.End().ToArray()));

    private List<(string Source, string? Target)> Targets(PlaybackPlanTests builder, PlaybackOptions? options = null) =>
        [.. Plan(builder, options ?? Options()).Select(entry => (entry.Source, entry.Target))];

    private List<(string Source, string? Target, string? Reason)> Plan(
        PlaybackPlanTests builder, PlaybackOptions options)
    {
        using var bag = Open(builder);
        return [.. PlaybackPlan.Create(bag, options)
            .Select(planned => (planned.Source.Name, planned.Target, planned.Reason))];
    }
}
