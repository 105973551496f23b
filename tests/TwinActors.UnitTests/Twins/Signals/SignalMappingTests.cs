using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Twins.Signals;

namespace TwinActors.UnitTests.Twins.Signals;

public sealed class SignalMappingTests
{
    private static readonly RobotId Robot = RobotId.Parse("arm-1");

    [Theory]
    [InlineData("knee/temperature", "t", null, "a signal is joint/NAME/QUANTITY or component/NAME/QUANTITY")]
    [InlineData("joint/knee/the temperature", "t", null, "a signal is joint/NAME/QUANTITY")]
    [InlineData("joint/knee/temperature", "t[", null, "is wrong at character 3")]
    [InlineData("joint/*/temperature", "t", null, "are both *, or neither is")]
    [InlineData("joint/knee/temperature", "m[name=*].t", null, "are both *, or neither is")]
    [InlineData("joint/knee/temperature", "t", "", "the unit has 0 characters; 1 to 16 are allowed")]
    public void What_is_wrong_with_a_mapping_is_said(string signal, string field, string? unit, string expected) =>
        Assert.Contains(
            expected, new SignalMapping(signal, "/arm_1/motors", field, unit).Problem(), StringComparison.Ordinal);

    [Fact]
    public void The_robots_own_mapping_counts_before_the_default_of_the_same_signal()
    {
        var resolved = SignalMapping.Resolve(
            Robot,
            [new("joint/knee/current", "/<id>/a", "x", "A"), new("component/bus/voltage", "/<id>/a", "v", "V")],
            [new("joint/knee/current", "/<id>/b", "y", "mA")]);

        Assert.Equal(
            ["component/bus/voltage /arm_1/a v", "joint/knee/current /arm_1/b y"],
            resolved.Select(mapping => $"{mapping.Signal} {mapping.Topic} {mapping.Field}"));
    }

    [Fact]
    public void A_topic_that_no_sensor_stream_takes_is_refused_with_those_that_are_taken()
    {
        StreamOptions[] streams =
        [
            Stream("/arm_1/joint_states", StreamKind.Joints), Stream("/arm_1/motors", StreamKind.Sensor),
        ];

        var problems = SignalMapping.Problems(
            Robot,
            [new("joint/a/t", "/<id>/motors", "t", null), new("joint/b/t", "/<id>/joint_states", "effort[0]", null)],
            [.. streams]);

        Assert.Equal(
            "Signal joint/b/t: no sensor stream of arm-1 takes /arm_1/joint_states; there are /arm_1/motors. "
            + "Add a stream of that topic.",
            Assert.Single(problems));
    }

    private static StreamOptions Stream(string topic, StreamKind kind) =>
        new() { Name = topic[7..], Topic = topic, Type = "m/msg/T", Kind = kind, Slots = 4 };
}
