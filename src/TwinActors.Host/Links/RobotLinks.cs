using System.Collections.Immutable;
using System.Text;
using TwinActors.Host.Configuration;
using TwinActors.Recording.Replays;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Bridges;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;
using TwinActors.Simulation;
using TwinActors.Simulation.Links;

namespace TwinActors.Host.Links;

/// <summary>Makes the robot links of this node: ROS 2 over DDS or a bridge, simulated ones, and replays.</summary>
/// <remarks>
/// A node without libddsc runs: its ROS 2 links say what to install and are tried again, so that installing it is
/// enough.
/// </remarks>
internal sealed class RobotLinks : IDisposable
{
    private readonly Ros2Section _ros2;
    private readonly TimeProvider _clock;
    private readonly DdsRobotLinks _dds;
    private readonly ReplayPaths _replays;
    private readonly BridgeUrls _bridges;
    private string? _problem;

    /// <summary>
    /// Joins the DDS domain when ROS 2 is enabled and DDS is there, so that robots are seen before any is added.
    /// </summary>
    /// <param name="ros2">How the domain is joined.</param>
    /// <param name="schemas">Message types that are known.</param>
    /// <param name="replays">Where replays find recordings.</param>
    /// <param name="bridges">Which bridges may be connected to.</param>
    /// <param name="clock">The node's clock.</param>
    public RobotLinks(
        Ros2Section ros2, RosSchemaSet schemas, ReplayPaths replays, BridgeUrls bridges, TimeProvider clock)
    {
        _replays = replays;
        _bridges = bridges;
        _ros2 = ros2;
        _clock = clock;
        _dds = new DdsRobotLinks(
            new DdsDomainOptions
            {
                Domain = (uint)ros2.DomainId,
                IsLoopbackOnly = ros2.LoopbackOnly,
                NetworkInterface = ros2.Interface,
                Peers = ros2.Peers,
            },
            schemas,
            new DdsLinkOptions { ToleratedStall = ros2.ToleratedStall, KeepsAll = ros2.KeepAll },
            clock);
        if (ros2.Enabled)
        {
            TryJoin();
        }
    }

    /// <summary>Kinds of links that there are.</summary>
    public static ImmutableArray<string> Kinds { get; } = ["ros2", "simulated", "replay", "foxglove", "rosbridge"];

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
        "replay" => Replay(options),
        "foxglove" => BridgeRobotLink.OverFoxglove(Reachable(options), _dds.Schemas),
        "rosbridge" => BridgeRobotLink.OverRosbridge(Reachable(options), _dds.Schemas),
        _ => throw new RobotLinkException(
            $"There is no link of kind {options.Kind}; there are {string.Join(", ", Kinds)}."),
    };

    /// <summary>Reads the newest text of a latched topic.</summary>
    /// <param name="topic">Topic of type <c>std_msgs/msg/String</c>.</param>
    /// <param name="patience">Longest wait.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The text; <see langword="null"/> when none came in time, or ROS 2 does not work here.</returns>
    public async Task<string?> ReadTextAsync(string topic, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (_dds.Domain is not { } domain)
        {
            return null;
        }

        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var type = RosSchemaSet.Standard.Get("std_msgs/msg/String");
        using var reader = domain.Subscribe(topic, type, RosQos.Latched, (cdr, in _) =>
        {
            var text = new CdrReader(cdr).ReadText();
            received.TrySetResult(Encoding.UTF8.GetString(text));
        });
        try
        {
            return await received.Task.WaitAsync(patience, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    /// <summary>Lists the topics on the robot network.</summary>
    public ImmutableArray<DiscoveredTopic> ListTopics() => _dds.Topics();

    /// <inheritdoc/>
    public void Dispose() => _dds.Dispose();

    private ReplayRobotLink Replay(RobotLinkOptions options) =>
        _replays.Find(options.Replay ?? new ReplaySource(), out var problem) is { } path
            ? new ReplayRobotLink(options, path)
            : throw new RobotLinkException(problem!);

    // The configuration may have changed since the robot was registered.
    private RobotLinkOptions Reachable(RobotLinkOptions options) =>
        _bridges.Problem(options.Url) is { } problem ? throw new RobotLinkException(problem) : options;

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
