using System.Collections.Immutable;
using TwinActors.Host.Configuration;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;
using TwinActors.Simulation;
using TwinActors.Simulation.Links;

namespace TwinActors.Host.Links;

/// <summary>Makes the robot links of this node: ROS 2 over DDS, and simulated ones.</summary>
/// <remarks>
/// A node without libddsc runs: its ROS 2 links say what to install and are tried again, so that installing it is
/// enough.
/// </remarks>
internal sealed class RobotLinks : IDisposable
{
    private readonly Ros2Section _ros2;
    private readonly DdsRobotLinks _dds;
    private string? _problem;

    /// <summary>
    /// Joins the DDS domain when ROS 2 is enabled and DDS is there, so that robots are seen before any is added.
    /// </summary>
    public RobotLinks(Ros2Section ros2, TimeProvider clock)
    {
        _ros2 = ros2;
        _dds = new DdsRobotLinks(
            new DdsDomainOptions
            {
                Domain = (uint)ros2.DomainId,
                IsLoopbackOnly = ros2.LoopbackOnly,
                NetworkInterface = ros2.Interface,
                Peers = ros2.Peers,
            },
            RosSchemaSet.Standard,
            new DdsLinkOptions { ToleratedStall = ros2.ToleratedStall, KeepsAll = ros2.KeepAll },
            clock);
        if (ros2.Enabled)
        {
            TryJoin();
        }
    }

    /// <summary>Whether the ROS 2 side works.</summary>
    public bool HasRos2 => _dds.Domain is not null;

    /// <summary>One line for people about the ROS 2 side.</summary>
    public string Describe() => (_ros2.Enabled, HasRos2) switch
    {
        (false, _) => "ROS 2 is switched off by ros2.enabled.",
        (_, false) => _problem ?? "ROS 2 is not available.",
        _ => $"ROS 2 domain {_ros2.DomainId}, " + (_ros2.LoopbackOnly
            ? "on this machine only (ros2.loopback-only)."
            : $"network interface {_ros2.Interface ?? "chosen by DDS"}."),
    };

    /// <summary>Makes the link that the options ask for.</summary>
    /// <exception cref="RobotLinkException">There is no such link here; the message says why.</exception>
    public IRobotLink Open(RobotLinkOptions options) => options.Kind switch
    {
        "simulated" => new SimulatedRobotLink(options, new SimulationOptions { IsDynamic = true }),
        "ros2" when _ros2.Enabled => _dds.Make(options),
        "ros2" => throw new RobotLinkException(Describe()),
        _ => throw new RobotLinkException($"There is no link of kind {options.Kind}; there are ros2 and simulated."),
    };

    /// <summary>Lists the topics on the robot network.</summary>
    public ImmutableArray<DiscoveredTopic> ListTopics() => _dds.Topics();

    /// <inheritdoc/>
    public void Dispose() => _dds.Dispose();

    private void TryJoin()
    {
        try
        {
            _dds.Join();
        }
        catch (RobotLinkException missing)
        {
            _problem = missing.Message;
        }
    }
}
