using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using TwinActors.Ros2.Bridges;
using TwinActors.Ros2.Schemas;

namespace TwinActors.UnitTests.Ros2.Bridges;

public sealed class FoxgloveProtocolTests
{
    private const string JointState = "sensor_msgs/msg/JointState";
    private const string Temperature = "sensor_msgs/msg/Temperature";

    private readonly BridgeStreams _robot = new();
    private readonly FoxgloveProtocol _protocol;

    public FoxgloveProtocolTests() => _protocol = new FoxgloveProtocol(_robot.Options, RosSchemaSet.Standard);

    [Fact]
    public void The_channels_of_the_streams_are_subscribed_and_their_messages_become_samples()
    {
        var sent = Advertise(Channel(7, "/joint_states", JointState), Channel(9, "/temperature", Temperature));

        Assert.Equal([(1u, 7u), (2u, 9u)], sent);
        Assert.Equal(2, _protocol.Senders);
        Send(1, BridgeStreams.Cdr(JointState, """{"name": ["a", "b"], "position": [0.5, -1]}"""));
        Send(2, BridgeStreams.Cdr(Temperature, """{"temperature": 41.5}"""));
        Assert.Equal([0.5, -1], _robot.NewestPositions());
        Assert.Equal((1, 1, 0), (
            _robot.Joints.Counters.Received, _robot.Warmth.Counters.Received, _robot.Warmth.Counters.Rejected));
    }

    [Fact]
    public void What_no_stream_can_take_is_not_subscribed_and_says_why()
    {
        var sent = Advertise(
            Channel(1, "/camera", "sensor_msgs/msg/Image"),
            Channel(2, "/joint_states", Temperature),
            Channel(3, "/temperature", Temperature, channel => channel["encoding"] = "json"),
            Channel(4, "/temperature", Temperature, channel => channel["schemaEncoding"] = "ros2idl"),
            Channel(5, "/temperature", Temperature, channel => channel["schema"] = "float64 {"));

        Assert.Empty(sent);
        Assert.Equal(0, _protocol.Senders);
        Assert.Equal(
            ["not configured", "configured as sensor_msgs/msg/JointState", "its messages are json, not cdr",
             "its schema is ros2idl, not ros2msg", "its schema cannot be read"],
            _protocol.Unmapped.Select(topic => topic.Reason.Split(": ")[0]));
    }

    [Fact]
    public void A_channel_that_is_taken_back_and_a_connection_that_is_gone_leave_no_sender()
    {
        Advertise(Channel(7, "/joint_states", JointState), Channel(9, "/temperature", Temperature));

        Take("""{"op": "unadvertise", "channelIds": [9]}""");
        Assert.Equal((1, 1, 0), (
            _protocol.Senders, _robot.Joints.Counters.Publishers, _robot.Warmth.Counters.Publishers));
        _protocol.End();

        Assert.Equal((0, 0), (_protocol.Senders, _robot.Joints.Counters.Publishers));
        Assert.Equal([(3u, 1u)], Advertise(Channel(1, "/joint_states", JointState)));
    }

    [Fact]
    public void Binary_messages_of_unknown_kinds_and_lengths_are_passed_over()
    {
        Advertise(Channel(7, "/joint_states", JointState));

        for (var length = 0; length < 20; length++)
        {
            Assert.Empty(_protocol.Take(WebSocketMessageType.Binary, new byte[length]));
        }

        Send(99, [0, 1, 0, 0]);
        Assert.Equal(0, _robot.Joints.Counters.Received);
        Send(1, [0, 1, 0, 0]);
        Assert.Equal((1, 1), (_robot.Joints.Counters.Received, _robot.Joints.Counters.Rejected));
    }

    private static JsonObject Channel(uint id, string topic, string type, Action<JsonObject>? vary = null)
    {
        var channel = new JsonObject
        {
            ["id"] = id,
            ["topic"] = topic,
            ["encoding"] = "cdr",
            ["schemaName"] = type,
            ["schemaEncoding"] = "ros2msg",
            ["schema"] = RosDefinitionText.Of(RosSchemaSet.Standard.Get(type)),
        };
        vary?.Invoke(channel);
        return channel;
    }

    private List<(uint Id, uint Channel)> Advertise(params JsonNode[] channels)
    {
        var words = new JsonObject { ["op"] = "advertise", ["channels"] = new JsonArray(channels) };
        var sent = Take(words.ToJsonString()).Select(text => JsonNode.Parse(text)!).ToList();
        Assert.All(sent, request => Assert.Equal("subscribe", request["op"]!.GetValue<string>()));
        return [.. sent.SelectMany(request => request["subscriptions"]!.AsArray())
            .Select(one => (one!["id"]!.GetValue<uint>(), one["channelId"]!.GetValue<uint>()))];
    }

    private IEnumerable<string> Take(string json) =>
        _protocol.Take(WebSocketMessageType.Text, BridgeStreams.Text(json));

    private void Send(uint subscription, byte[] payload)
    {
        var message = new byte[13 + payload.Length];
        message[0] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(1), subscription);
        payload.CopyTo(message, 13);
        Assert.Empty(_protocol.Take(WebSocketMessageType.Binary, message));
    }
}
