using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>Reads a stream written as <c>name=topic:type</c>, <c>name=topic</c> or <c>name=off</c>.</summary>
internal static class StreamText
{
    /// <summary>Reads a stream.</summary>
    /// <param name="text">The text.</param>
    /// <param name="stream">The stream; without name when the text is refused.</param>
    /// <returns>Why the text is refused, or null.</returns>
    public static string? TryParse(string text, out StreamRequest stream)
    {
        stream = new StreamRequest(null);
        var equals = text.IndexOf('=');
        if (equals <= 0 || equals == text.Length - 1)
        {
            return $"--stream is \"{text}\"; it takes name=off or name=topic:type,"
                + " as imu=/arm1/imu:sensor_msgs/msg/Imu.";
        }

        var name = text[..equals];
        var source = text[(equals + 1)..];
        if (source == "off")
        {
            stream = new StreamRequest(name, Enabled: false);
            return null;
        }

        var colon = source.IndexOf(':');
        var topic = colon < 0 ? source : source[..colon];
        var type = colon < 0 ? null : source[(colon + 1)..];
        if (!topic.StartsWith('/'))
        {
            return $"--stream {name} has the topic \"{topic}\"; a topic is absolute and begins with '/'.";
        }

        if (type is not null && type.Split('/') is not [{ Length: > 0 }, "msg", { Length: > 0 }])
        {
            return $"--stream {name} has the type \"{type}\"; a ROS type is written package/msg/Name.";
        }

        stream = new StreamRequest(name, topic, type);
        return null;
    }
}
