using System.Collections.Immutable;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;

namespace TwinActors.Twins.Discovery;

/// <summary>A robot seen on the robot network: a namespace with at least one topic that we can use.</summary>
/// <param name="Id">The namespace: the first part of its topic names.</param>
/// <param name="Topics">Its topics by name.</param>
/// <param name="Problem">Why the namespace cannot be a robot id; <see langword="null"/> when it can.</param>
public sealed record DiscoveredRobot(string Id, ImmutableArray<DiscoveredTopic> Topics, string? Problem)
{
    /// <summary>Topic on which the robot gives its URDF; <see langword="null"/> when it gives none.</summary>
    public string? DescriptionTopic => Topics.FirstOrDefault(topic =>
        topic.Type == "std_msgs/msg/String"
        && topic.Name.EndsWith("/robot_description", StringComparison.Ordinal))?.Name;
}

/// <summary>Finds robots among the topics of a robot network.</summary>
public static class RobotDiscovery
{
    /// <summary>Groups topics by their first name part; a group counts as robot when one of its topics has a usable
    /// type.</summary>
    /// <param name="topics">Topics on the network.</param>
    /// <param name="usableTypes">ROS types that make a robot, as <c>sensor_msgs/msg/JointState</c>.</param>
    /// <returns>Robots by id; topics without a namespace (<c>/tf</c>) belong to none.</returns>
    public static ImmutableArray<DiscoveredRobot> Find(
        ImmutableArray<DiscoveredTopic> topics, IReadOnlySet<string> usableTypes) =>
    [
        .. topics
            .Select(topic => (Namespace: FirstPart(topic.Name), Topic: topic))
            .Where(pair => pair.Namespace is not null)
            .GroupBy(pair => pair.Namespace!, pair => pair.Topic, StringComparer.Ordinal)
            .Where(group => group.Any(topic => usableTypes.Contains(topic.Type)))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new DiscoveredRobot(
                group.Key,
                [.. group.OrderBy(topic => topic.Name, StringComparer.Ordinal)],
                RobotId.TryParse(group.Key, out _, out var problem) ? null : problem)),
    ];

    private static string? FirstPart(string topic)
    {
        var end = topic.Length > 1 && topic[0] == '/' ? topic.IndexOf('/', 1) : -1;
        return end > 1 ? topic[1..end] : null;
    }
}
