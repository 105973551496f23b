using System.Collections.Immutable;
using TwinActors.Ros2.Dds;

namespace TwinActors.Ros2.Graph;

/// <summary>A reader or writer of a topic, ours or somebody else's.</summary>
/// <param name="Id">Its identity on the network.</param>
/// <param name="Qos">Quality it asks for or offers. Peers do not announce their history: the depth is a guess.</param>
/// <param name="UserData">What it announces beside that, <c>typehash=RIHS01_…;</c> from ROS nodes; often empty.</param>
/// <param name="IsOurs">Whether it belongs to this process's own participants.</param>
public sealed record RosEndpoint(Guid Id, RosQos Qos, string UserData, bool IsOurs);

/// <summary>A ROS topic with everybody who reads or writes it under one type.</summary>
/// <param name="Name">Absolute ROS topic name.</param>
/// <param name="Type">ROS type, as <c>sensor_msgs/msg/Imu</c>. A name used with two types is two entries.</param>
/// <param name="Publishers">Writers, ordered by identity.</param>
/// <param name="Subscribers">Readers, ordered by identity.</param>
public sealed record RosTopic(
    string Name, string Type, ImmutableArray<RosEndpoint> Publishers, ImmutableArray<RosEndpoint> Subscribers);

/// <summary>The topics at one moment, ordered by name and type.</summary>
public sealed class RosTopics
{
    internal RosTopics(ImmutableArray<RosTopic> all) => All = all;

    /// <summary>No topics.</summary>
    public static RosTopics None { get; } = new([]);

    /// <summary>Every topic, ordered by name, then type.</summary>
    public ImmutableArray<RosTopic> All { get; }

    /// <summary>The topic of that name and type, or null.</summary>
    /// <param name="name">Absolute ROS topic name.</param>
    /// <param name="type">ROS type.</param>
    public RosTopic? Find(string name, string type)
    {
        foreach (var topic in From(name))
        {
            if (topic.Name != name)
            {
                break;
            }

            if (topic.Type == type)
            {
                return topic;
            }
        }

        return null;
    }

    /// <summary>The topics whose name begins with a prefix.</summary>
    /// <param name="prefix">Prefix such as <c>/arm1/</c>.</param>
    public ImmutableArray<RosTopic> Under(string prefix) =>
        [.. From(prefix).TakeWhile(topic => topic.Name.StartsWith(prefix, StringComparison.Ordinal))];

    private IEnumerable<RosTopic> From(string name)
    {
        var (low, high) = (0, All.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(All[middle].Name, name) < 0 ? (middle + 1, high) : (low, middle);
        }

        for (var i = low; i < All.Length; i++)
        {
            yield return All[i];
        }
    }
}
