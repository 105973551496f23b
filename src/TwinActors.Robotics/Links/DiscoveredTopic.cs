using System.Collections.Immutable;

namespace TwinActors.Robotics.Links;

/// <summary>A topic on the robot network that has at least one sender.</summary>
/// <param name="Name">Absolute ROS topic name.</param>
/// <param name="Type">ROS type, as <c>sensor_msgs/msg/Imu</c>.</param>
/// <param name="Publishers">Number of senders.</param>
public sealed record DiscoveredTopic(string Name, string Type, int Publishers);

/// <summary>Lists the topics that are on the robot network now; never blocks.</summary>
public delegate ImmutableArray<DiscoveredTopic> ListTopics();
