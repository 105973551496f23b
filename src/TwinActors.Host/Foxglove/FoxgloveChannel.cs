using System.Text.Json.Nodes;
using TwinActors.Actors.Robots;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Host.Foxglove;

/// <summary>What a channel carries.</summary>
internal enum FoxgloveContent
{
    /// <summary>Every joint state, all joints in one message.</summary>
    Joints,

    /// <summary>Samples of one sensor stream, the newest ten times a second.</summary>
    Sensor,

    /// <summary>The robot's URDF, once.</summary>
    Description,

    /// <summary>The robot's row of the fleet list, once a second.</summary>
    Summary,
}

/// <summary>A channel that is offered to Foxglove.</summary>
/// <param name="Robot">The robot.</param>
/// <param name="Content">What it carries.</param>
/// <param name="Topic">ROS topic; unique.</param>
/// <param name="Type">ROS type; the name of the schema.</param>
internal sealed record FoxgloveChannel(RobotId Robot, FoxgloveContent Content, string Topic, string Type)
{
    private const string JointStateType = "sensor_msgs/msg/JointState";

    // What twin summaries hold beside these is told by the API's own description.
    private const string SummarySchema = """
        {"type":"object","properties":{"id":{"type":"string"},"link":{"type":"string"},"mode":{"type":"string"},
        "ageMs":{"type":["number","null"]},"health":{"type":["number","null"]},"alerts":{"type":["number","null"]}}}
        """;

    /// <summary>The channels of a robot: of every stream whose messages its samples hold whole.</summary>
    public static IEnumerable<FoxgloveChannel> Of(TwinReading twin)
    {
        var (robot, prefix) = (twin.Robot, $"/{twin.Robot.RosName}");
        if (twin.Streams.FirstOrDefault(stream => stream is { IsJoints: true, Name: not null }) is { } joints)
        {
            yield return new(robot, FoxgloveContent.Joints, joints.Topic, JointStateType);
        }

        foreach (var stream in twin.Streams)
        {
            if (stream is { IsJoints: false, Name: not null }
                && RosSchemaSet.Standard.Find(stream.Type) is { } schema
                && FrameMessage.HoldsAll(schema))
            {
                yield return new(robot, FoxgloveContent.Sensor, stream.Topic, stream.Type);
            }
        }

        if (twin.Description.Model is not null)
        {
            yield return new(robot, FoxgloveContent.Description, $"{prefix}/robot_description", "std_msgs/msg/String");
        }

        yield return new(robot, FoxgloveContent.Summary, $"{prefix}/twin", "twinactors.RobotSummary");
    }

    /// <summary>The channel as it is advertised.</summary>
    /// <param name="id">Its number on the connection.</param>
    public JsonObject Advertise(uint id)
    {
        var schema = RosSchemaSet.Standard.Find(Type);
        return new JsonObject
        {
            ["id"] = id,
            ["topic"] = Topic,
            ["encoding"] = schema is null ? "json" : "cdr",
            ["schemaName"] = Type,
            ["schemaEncoding"] = schema is null ? "jsonschema" : "ros2msg",
            ["schema"] = schema is null ? SummarySchema : RosDefinitionText.Of(schema),
        };
    }
}
