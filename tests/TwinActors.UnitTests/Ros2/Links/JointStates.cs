using TwinActors.Robotics.Links;
using TwinActors.Ros2.Cdr;

namespace TwinActors.UnitTests.Ros2.Links;

/// <summary>Builds joint state payloads and the stream that takes them.</summary>
internal static class JointStates
{
    public static RobotStream Stream(double? maximumHz = null) => new(new StreamOptions
    {
        Name = "joint_states",
        Topic = "/arm1/joint_states",
        Type = "sensor_msgs/msg/JointState",
        Kind = StreamKind.Joints,
        MaximumHz = maximumHz,
        Slots = 8,
    });

    public static byte[] Payload(
        string[] names,
        double[] positions,
        double[]? velocities = null,
        double[]? efforts = null,
        long stampNs = 1_700_000_000_000_000_001,
        string frame = "base")
    {
        var buffer = new byte[65536];
        var writer = new CdrWriter(buffer);
        writer.WriteTime(stampNs);
        writer.WriteText(frame);
        writer.WriteCount(names.Length);
        foreach (var name in names)
        {
            writer.WriteText(name);
        }

        writer.WriteFloat64Sequence(positions);
        writer.WriteFloat64Sequence(velocities ?? []);
        writer.WriteFloat64Sequence(efforts ?? []);
        return writer.Written.ToArray();
    }
}
