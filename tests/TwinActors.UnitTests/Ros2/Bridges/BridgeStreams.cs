using System.Text;
using System.Text.Json.Nodes;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Ros2.Bridges;

/// <summary>A robot with joints and a thermometer, and messages for it.</summary>
internal sealed class BridgeStreams
{
    public RobotStream Joints { get; } = Stream("/joint_states", "sensor_msgs/msg/JointState", StreamKind.Joints);

    public RobotStream Warmth { get; } = Stream("/temperature", "sensor_msgs/msg/Temperature", StreamKind.Sensor);

    public RobotLinkOptions Options => new()
    {
        Robot = RobotId.Parse("arm1"),
        Kind = "bridge",
        Streams = [Joints, Warmth],
        Clock = new ManualTimeProvider(),
    };

    public static byte[] Cdr(string type, string json)
    {
        Assert.True(RosJson.TryEncode(
            RosSchemaSet.Standard.Get(type), JsonNode.Parse(json), out var payload, out var problem), problem);
        return payload;
    }

    public static ReadOnlyMemory<byte> Text(string json) => Encoding.UTF8.GetBytes(json);

    public double[] NewestPositions()
    {
        var frame = new SampleFrame<JointLayout>();
        var cursor = new RingCursor(Joints.Published - 1);
        Assert.True(cursor.TryNext(Joints.Joints!, frame));
        return frame.Layout!.Positions(frame.Bytes).ToArray();
    }

    private static RobotStream Stream(string topic, string type, StreamKind kind) =>
        new(new StreamOptions { Name = topic[1..], Topic = topic, Type = type, Kind = kind, Slots = 16 });
}
