using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Playback;

/// <summary>What becomes of one topic of a bag.</summary>
/// <param name="Source">The recorded topic.</param>
/// <param name="Target">Topic that it is published on; null when it is skipped.</param>
/// <param name="Schema">Layout of its messages; null when it is skipped.</param>
/// <param name="Reason">Why it is skipped; null when it is published.</param>
public sealed record PlannedTopic(BagTopic Source, string? Target, RosSchema? Schema, string? Reason);

/// <summary>Decides which topic of a bag is published where.</summary>
public static class PlaybackPlan
{
    /// <summary>The topics that a robot is followed by unless configured otherwise, by type.</summary>
    private static readonly (string Type, string Name)[] Defaults =
    [
        ("sensor_msgs/msg/JointState", "/joint_states"),
        ("sensor_msgs/msg/Imu", "/imu/data"),
        ("sensor_msgs/msg/LaserScan", "/laser/scan"),
        ("sensor_msgs/msg/Image", "/camera/image_raw"),
        ("nav_msgs/msg/Odometry", "/odom"),
        ("diagnostic_msgs/msg/DiagnosticArray", "/diagnostics"),
        ("sensor_msgs/msg/BatteryState", "/battery_state"),
    ];

    /// <summary>Plans the topics of a bag that are asked for, in order of name.</summary>
    /// <remarks>
    /// A mapped topic goes where the map says. Of each type that a robot is followed by, one topic takes the robot's
    /// default: the one of the same name, else one that ends like it, else the first by name, topics without messages
    /// last. Every other topic goes to its own name under the robot's. No two topics share a target.
    /// </remarks>
    /// <exception cref="ArgumentException">The options name a topic that the bag does not have.</exception>
    public static ImmutableArray<PlannedTopic> Create(BagReader bag, PlaybackOptions options)
    {
        ArgumentNullException.ThrowIfNull(bag);
        ArgumentNullException.ThrowIfNull(options);
        // Joint blocks are played as the messages that they stand for.
        var topics = bag.Topics.Select(JointRows.TopicOf).Distinct().ToList();
        var named = options.Map.Keys.Concat(options.Topics);
        if (named.FirstOrDefault(name => topics.All(topic => topic.Name != name)) is { } absent)
        {
            throw new ArgumentException($"The bag has no topic {absent}; it has "
                + $"{string.Join(", ", topics.Select(topic => topic.Name))}.", nameof(options));
        }

        var chosen = topics.Where(topic => options.Topics.IsEmpty || options.Topics.Contains(topic.Name)).ToList();
        var targets = TargetsOf(chosen, options);
        return [.. chosen.Select(topic => Plan(bag, topic, targets))];
    }

    private static PlannedTopic Plan(BagReader bag, BagTopic topic, Dictionary<BagTopic, string> targets)
    {
        PlannedTopic Skipped(string reason) => new(topic, null, null, reason);

        var target = targets[topic];
        if (!RosNames.IsTopic(target))
        {
            return Skipped($"{target} is no ROS topic name; --map gives it another");
        }

        if (targets.FirstOrDefault(other => other.Value == target).Key is { } owner && owner != topic)
        {
            return Skipped($"{target} is taken by {owner.Name}; --map gives it another");
        }

        return BagSchemas.Find(bag, topic, out var problem) switch
        {
            null => Skipped(problem!),
            { HasWideText: true } => Skipped($"{topic.Type} holds wstring, which DDS vendors write differently"),
            { } schema => new PlannedTopic(topic, target, schema, null),
        };
    }

    /// <summary>Targets in order of precedence: mapped topics, then defaults, then the rest.</summary>
    private static Dictionary<BagTopic, string> TargetsOf(IReadOnlyList<BagTopic> topics, PlaybackOptions options)
    {
        var root = "/" + options.Robot.RosName;
        var targets = new Dictionary<BagTopic, string>();
        foreach (var topic in topics.Where(topic => options.Map.ContainsKey(topic.Name)))
        {
            var mapped = options.Map[topic.Name];
            targets[topic] = mapped.StartsWith('/') ? mapped : $"{root}/{mapped}";
        }

        foreach (var (type, name) in Defaults)
        {
            var heir = topics.Where(topic => topic.IsCdr && topic.Type == type && !targets.ContainsKey(topic))
                .OrderByDescending(topic => topic.MessageCount > 0)
                .ThenByDescending(topic => Likeness(topic.Name, name))
                .ThenBy(topic => topic.Name, StringComparer.Ordinal)
                .FirstOrDefault();
            if (heir is not null && !targets.ContainsValue(root + name))
            {
                targets[heir] = root + name;
            }
        }

        foreach (var topic in topics)
        {
            targets.TryAdd(topic, root + (topic.Name.StartsWith('/') ? topic.Name : "/" + topic.Name));
        }

        return targets;
    }

    /// <summary>How much a recorded topic looks like a usual one; more is more.</summary>
    internal static int Likeness(string name, string usual) => name switch
    {
        _ when name == usual => 3,
        _ when name.EndsWith(usual, StringComparison.Ordinal) => 2,
        _ when LastPart(name) == LastPart(usual) => 1,
        _ => 0,
    };

    private static string LastPart(string name) => name[(name.LastIndexOf('/') + 1)..];
}
