using System.Collections.Immutable;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Twins.Links;

/// <summary>A stream that every robot has unless its registration says otherwise.</summary>
/// <param name="Name">Name inside the robot, as <c>imu</c>.</param>
/// <param name="Topic">Absolute ROS topic; <c>&lt;id&gt;</c> stands for the robot's ROS name.</param>
/// <param name="Type">ROS type, as <c>sensor_msgs/msg/Imu</c>.</param>
/// <param name="ExpectedHz">Expected rate [Hz]; <see langword="null"/> when none is expected.</param>
/// <param name="MaximumHz">Highest wanted rate [Hz]; <see langword="null"/> keeps every sample.</param>
/// <param name="Slots">Frames kept in the ring.</param>
public sealed record StreamDefault(
    string Name, string Topic, string Type, double? ExpectedHz, double? MaximumHz, int Slots);

/// <summary>Works out the streams of one robot.</summary>
public static class StreamPlan
{
    private const string JointStateType = "sensor_msgs/msg/JointState";
    private const string IdPlaceholder = "<id>";

    // The ring of a stream that no default describes: 2.5 s at 100 Hz.
    private const int OtherSlots = 256;

    /// <summary>Lays a robot's overrides over the defaults.</summary>
    /// <returns>The streams by name, each name and topic once.</returns>
    public static ImmutableArray<StreamOptions> Resolve(
        RobotId robot, ImmutableArray<StreamDefault> defaults, ImmutableArray<StreamOverride> overrides)
    {
        var streams = new SortedDictionary<string, StreamOptions>(StringComparer.Ordinal);
        foreach (var stream in defaults)
        {
            streams[stream.Name] = Options(robot, stream);
        }

        foreach (var change in overrides)
        {
            if (!change.Enabled)
            {
                streams.Remove(change.Name);
                continue;
            }

            var known = defaults.FirstOrDefault(stream => stream.Name == change.Name)
                ?? new StreamDefault(change.Name, change.Topic ?? "", change.Type ?? "", null, null, OtherSlots);
            streams[change.Name] = Options(robot, known with
            {
                Topic = change.Topic ?? known.Topic,
                Type = change.Type ?? known.Type,
                ExpectedHz = change.ExpectedHz ?? known.ExpectedHz,
                MaximumHz = change.MaximumHz ?? known.MaximumHz,
            });
        }

        return [.. streams.Values];
    }

    /// <summary>What is wrong with a robot's overrides; empty when nothing is.</summary>
    public static ImmutableArray<string> Problems(
        RobotId robot, ImmutableArray<StreamDefault> defaults, ImmutableArray<StreamOverride> overrides)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in overrides)
        {
            if (!names.Add(change.Name))
            {
                problems.Add($"Stream {change.Name} is given twice.");
            }

            if (!change.Enabled)
            {
                continue;
            }

            var known = defaults.FirstOrDefault(stream => stream.Name == change.Name);
            var topic = change.Topic ?? known?.Topic;
            var type = change.Type ?? known?.Type;
            if (topic is null || type is null)
            {
                problems.Add(
                    $"Stream {change.Name} is none of the defaults "
                    + $"({string.Join(", ", defaults.Select(s => s.Name))}); it needs a topic and a type.");
                continue;
            }

            if (!IsTopic(topic))
            {
                problems.Add($"Stream {change.Name}: \"{topic}\" is no absolute ROS topic name like /arm1/imu/data.");
            }

            if (type.Split('/') is not [_, "msg", _])
            {
                problems.Add($"Stream {change.Name}: \"{type}\" is no ROS message type like sensor_msgs/msg/Imu.");
            }

            if (change.ExpectedHz is <= 0 or > 10_000 || change.MaximumHz is <= 0 or > 10_000)
            {
                problems.Add($"Stream {change.Name}: rates lie above 0 and up to 10000 Hz.");
            }
        }

        if (problems.Count == 0)
        {
            problems.AddRange(SharedTopics(robot, defaults, overrides));
        }

        return problems.ToImmutable();
    }

    // A ring has one writer: one topic feeds one stream.
    private static IEnumerable<string> SharedTopics(
        RobotId robot, ImmutableArray<StreamDefault> defaults, ImmutableArray<StreamOverride> overrides)
    {
        var names = overrides.Select(change => change.Name).ToList();
        var byTopic = Resolve(robot, defaults, overrides).GroupBy(stream => stream.Topic, StringComparer.Ordinal);
        return from shared in byTopic
               let last = shared.MaxBy(stream => names.IndexOf(stream.Name))!
               from other in shared
               where other != last && names.Contains(last.Name)
               select $"streams[{names.IndexOf(last.Name)}].topic: {shared.Key} feeds stream {other.Name} already; "
                   + $"a topic feeds one stream. Give {last.Name} another topic, or leave {other.Name} out with "
                   + $"{{\"name\": \"{other.Name}\", \"enabled\": false}}.";
    }

    private static StreamOptions Options(RobotId robot, StreamDefault stream) => new()
    {
        Name = stream.Name,
        Topic = stream.Topic.Replace(IdPlaceholder, robot.RosName, StringComparison.Ordinal),
        Type = stream.Type,
        Kind = stream.Type == JointStateType ? StreamKind.Joints : StreamKind.Sensor,
        ExpectedHz = stream.ExpectedHz,
        MaximumHz = stream.MaximumHz,
        Slots = stream.Slots,
    };

    private static bool IsTopic(string topic)
    {
        var parts = topic.Replace(IdPlaceholder, "id", StringComparison.Ordinal).Split('/');
        return parts.Length > 1 && parts[0].Length == 0 && parts.Skip(1).All(part =>
            part.Length > 0 && !char.IsAsciiDigit(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'));
    }
}
