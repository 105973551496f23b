using System.Net.WebSockets;
using System.Text.Json.Nodes;
using TwinActors.Ros2.Bridges;
using TwinActors.Ros2.Schemas;

namespace TwinActors.UnitTests.Ros2.Bridges;

public sealed class RosbridgeProtocolTests
{
    private readonly BridgeStreams _robot = new();
    private readonly RosbridgeProtocol _protocol;

    public RosbridgeProtocolTests() => _protocol = new RosbridgeProtocol(_robot.Options, RosSchemaSet.Standard);

    [Fact]
    public void It_subscribes_to_every_stream_by_topic_and_type_and_asks_for_nothing_else()
    {
        var sent = _protocol.Begin().Select(text => JsonNode.Parse(text)!).ToList();

        Assert.Equal(
            [("subscribe", "/joint_states", "sensor_msgs/msg/JointState"),
             ("subscribe", "/temperature", "sensor_msgs/msg/Temperature")],
            sent.Select(words => (Word(words, "op"), Word(words, "topic"), Word(words, "type"))));
    }

    [Fact]
    public void A_published_message_becomes_a_sample_and_its_topic_has_a_sender()
    {
        Assert.Equal(0, _protocol.Senders);

        Publish("/joint_states", """
            {"header": {"stamp": {"sec": 5, "nanosec": 7}, "frame_id": ""},
             "name": ["a", "b"], "position": [0.5, -1], "velocity": [], "effort": []}
            """);

        Assert.Equal((1, 1, 1), (
            _protocol.Senders, _robot.Joints.Counters.Publishers, _robot.Joints.Counters.Received));
        Assert.Equal([0.5, -1], _robot.NewestPositions());
    }

    [Fact]
    public void A_null_number_is_absent_and_not_zero()
    {
        Publish("/joint_states", """{"name": ["a", "b"], "position": [null, 2]}""");

        Assert.Equal([double.NaN, 2], _robot.NewestPositions());
        Assert.Equal(1, _robot.Joints.Counters.Reasons["nan"]);
    }

    [Theory]
    [InlineData("""{"name": ["a"], "position": ["far"]}""")]
    [InlineData("""{"name": ["a"], "place": [1]}""")]
    [InlineData("[]")]
    public void A_message_that_does_not_fit_its_type_is_counted_and_costs_nothing_else(string message)
    {
        Publish("/joint_states", message);

        Assert.Equal((1, 1, 0), (
            _robot.Joints.Counters.Received, _robot.Joints.Counters.Rejected, _robot.Joints.Published));
        Assert.Equal(1, _robot.Joints.Counters.Reasons["malformed"]);
    }

    [Fact]
    public void Words_about_other_things_are_passed_over()
    {
        Assert.Empty(Take("""{"op": "status", "level": "error", "msg": "no such topic"}"""));
        Assert.Empty(Take("""{"op": "publish", "topic": "/elsewhere", "msg": {}}"""));
        Assert.Empty(Take("[]"));

        Assert.Equal(0, _robot.Joints.Counters.Received);
    }

    private static string Word(JsonNode words, string name) => words[name]!.GetValue<string>();

    private void Publish(string topic, string message) =>
        Assert.Empty(Take($$"""{"op": "publish", "topic": "{{topic}}", "msg": {{message}}}"""));

    private IEnumerable<string> Take(string json) =>
        _protocol.Take(WebSocketMessageType.Text, BridgeStreams.Text(json));
}
