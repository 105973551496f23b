using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Ros2.Schemas;

/// <summary>Translates names between ROS 2 and DDS, as every ROS 2 middleware does.</summary>
public static class RosNames
{
    private const string TopicPrefix = "rt";
    private const string TypeMarker = "::dds_::";

    /// <summary>DDS topic of a ROS topic: <c>/a/b</c> becomes <c>rt/a/b</c>.</summary>
    /// <param name="topic">Fully qualified ROS topic name.</param>
    /// <exception cref="ArgumentException">The name is not a fully qualified ROS topic name.</exception>
    public static string ToDdsTopic(string topic)
    {
        if (!IsTopic(topic))
        {
            throw new ArgumentException(
                $"\"{topic}\" is not a full ROS topic name: it starts with '/', and every part between slashes is "
                + "letters, digits and '_' that do not start with a digit.", nameof(topic));
        }

        return TopicPrefix + topic;
    }

    /// <summary>ROS topic of a DDS topic: <c>rt/a/b</c> becomes <c>/a/b</c>.</summary>
    /// <param name="ddsTopic">DDS topic name.</param>
    /// <param name="topic">Receives the ROS name, or null when this is no ROS topic (a service, a plain DDS
    /// topic).</param>
    public static bool TryFromDdsTopic(string ddsTopic, [NotNullWhen(true)] out string? topic)
    {
        ArgumentNullException.ThrowIfNull(ddsTopic);
        var isRos = ddsTopic.StartsWith(TopicPrefix + "/", StringComparison.Ordinal);
        topic = isRos ? ddsTopic[TopicPrefix.Length..] : null;
        return topic is not null;
    }

    /// <summary>DDS type of a ROS type: <c>pkg/msg/T</c> becomes <c>pkg::msg::dds_::T_</c>.</summary>
    /// <param name="type">Full or short ROS type name.</param>
    /// <exception cref="ArgumentException">The name does not have two or three parts.</exception>
    public static string ToDdsType(string type)
    {
        var full = FullType(type).Split('/');
        return $"{full[0]}::{full[1]}{TypeMarker}{full[2]}_";
    }

    /// <summary>ROS type of a DDS type: <c>pkg::msg::dds_::T_</c> becomes <c>pkg/msg/T</c>.</summary>
    /// <param name="ddsType">DDS type name.</param>
    /// <param name="type">Receives the ROS name, or null when this is no ROS type.</param>
    public static bool TryFromDdsType(string ddsType, [NotNullWhen(true)] out string? type)
    {
        ArgumentNullException.ThrowIfNull(ddsType);
        type = null;
        var marker = ddsType.IndexOf(TypeMarker, StringComparison.Ordinal);
        if (marker <= 0 || !ddsType.EndsWith('_'))
        {
            return false;
        }

        var name = ddsType[(marker + TypeMarker.Length)..^1];
        var parts = ddsType[..marker].Split("::");
        if (parts.Length != 2 || !IsIdentifier(parts[0]) || !IsIdentifier(parts[1]) || !IsIdentifier(name))
        {
            return false;
        }

        type = $"{parts[0]}/{parts[1]}/{name}";
        return true;
    }

    /// <summary>The three-part name of a ROS type: <c>pkg/T</c> becomes <c>pkg/msg/T</c>, a full name stays.</summary>
    /// <param name="type">Two- or three-part type name.</param>
    /// <exception cref="ArgumentException">The name does not have two or three parts.</exception>
    public static string FullType(string type) => TryFullType(type, out var full)
        ? full
        : throw new ArgumentException($"\"{type}\" is not a type name like sensor_msgs/msg/JointState.", nameof(type));

    /// <summary>As <see cref="FullType"/>, without the exception.</summary>
    /// <param name="type">Two- or three-part type name.</param>
    /// <param name="full">Receives the three-part name, or null.</param>
    public static bool TryFullType(string type, [NotNullWhen(true)] out string? full)
    {
        ArgumentNullException.ThrowIfNull(type);
        var parts = type.Split('/');
        full = (parts.Length, parts.All(part => IsIdentifier(part))) switch
        {
            (3, true) => type,
            (2, true) => $"{parts[0]}/msg/{parts[1]}",
            _ => null,
        };
        return full is not null;
    }

    /// <summary>Whether a name is a fully qualified ROS topic name.</summary>
    /// <param name="name">Name to check.</param>
    public static bool IsTopic(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length > 1 && name[0] == '/' && name[1..].Split('/').All(part => IsIdentifier(part));
    }

    /// <summary>Whether a text is letters, digits and underscores and does not start with a digit.</summary>
    internal static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
            {
                return false;
            }
        }

        return text.Length > 0 && !char.IsAsciiDigit(text[0]);
    }
}
