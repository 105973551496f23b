using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Kernel;
using TwinActors.Recording.Replays;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Twins.Discovery;

namespace TwinActors.Actors.Gateway;

/// <summary>A message to the gateway.</summary>
internal abstract record GatewayMessage
{
    private GatewayMessage()
    {
    }

    /// <summary>Open the link of a robot and tell the twin how it is; a link that is open already is closed
    /// first.</summary>
    public sealed record OpenLink(RobotLinkOptions Options, ActorRef<RobotTwinMessage> Twin) : GatewayMessage;

    /// <summary>Close the link of a robot; closing one that is not open is harmless.</summary>
    public sealed record CloseLink(RobotId Robot) : GatewayMessage;

    /// <summary>Change how a replayed robot goes on.</summary>
    public sealed record ControlReplay(RobotId Robot, ReplayControl Control, ReplyTo<Answer<ReplayReading>> ReplyTo)
        : GatewayMessage;

    /// <summary>List the robots seen on the robot network.</summary>
    public sealed record Discover(ReplyTo<ImmutableArray<DiscoveredRobot>> ReplyTo) : GatewayMessage;
}

/// <summary>What the gateway works with.</summary>
/// <param name="OpenLink">Makes links.</param>
/// <param name="ListTopics">Lists the topics on the robot network.</param>
/// <param name="Options">The twins' options.</param>
/// <param name="Wanted">Links that twins have asked for; it outlives restarts of the gateway.</param>
internal sealed record GatewayProps(
    OpenRobotLink OpenLink,
    ListTopics ListTopics,
    FleetOptions Options,
    Dictionary<RobotId, GatewayMessage.OpenLink> Wanted);

/// <summary>The one gateway of a node: owns the robot links and watches the robot network.</summary>
/// <remarks>
/// Each link is a child of its own, so that one that fails is opened again alone, after a growing wait. A fault in a
/// link reaches its twin as link state, never as an exception. A gateway that is restarted opens every link anew: the
/// twins know nothing of it and would not ask again.
/// </remarks>
internal sealed class RosGatewayActor(GatewayProps props) : Actor<GatewayMessage>
{
    private readonly Dictionary<RobotId, ActorRef<RobotLinkMessage>> _links = [];

    protected override SupervisorStrategy SupervisorStrategy => new OneForOneStrategy
    {
        Decider = static _ => Directive.Restart,
        Backoff = props.Options.Reconnect,
    };

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        foreach (var wanted in props.Wanted.Values)
        {
            Start(wanted);
        }

        return default;
    }

    protected override ValueTask ReceiveAsync(GatewayMessage message, CancellationToken stopping)
    {
        switch (message)
        {
            case GatewayMessage.OpenLink open:
                props.Wanted[open.Options.Robot] = open;
                Renew(open);
                break;
            case GatewayMessage.CloseLink close:
                props.Wanted.Remove(close.Robot);
                _links.GetValueOrDefault(close.Robot)?.Stop();
                break;
            case GatewayMessage.ControlReplay control when _links.TryGetValue(control.Robot, out var link):
                link.Tell(new RobotLinkMessage.ControlReplay(control.Control, control.ReplyTo));
                break;
            case GatewayMessage.ControlReplay control:
                control.ReplyTo.Tell(RobotLinkActor.NotOpen(control.Robot));
                break;
            case GatewayMessage.Discover discover:
                discover.ReplyTo.Tell(RobotDiscovery.Find(props.ListTopics(), props.Options.UsableTypes));
                break;
        }

        return default;
    }

    protected override ValueTask OnTerminatedAsync(Terminated terminated, CancellationToken stopping)
    {
        foreach (var (robot, link) in _links)
        {
            if (ReferenceEquals(link, terminated.Actor))
            {
                _links.Remove(robot);
                if (props.Wanted.TryGetValue(robot, out var open))
                {
                    Start(open);
                }

                break;
            }
        }

        return default;
    }

    // A name is free only after its actor has ended, so a link that is to be opened anew waits for the old one's end.
    private void Renew(GatewayMessage.OpenLink open)
    {
        if (_links.TryGetValue(open.Options.Robot, out var link))
        {
            link.Stop();
            return;
        }

        Start(open);
    }

    private void Start(GatewayMessage.OpenLink open)
    {
        var child = Props.Create(() => new RobotLinkActor(props.OpenLink, open.Options, open.Twin));
        var link = Context.ActorOf(child with { Time = open.Options.Clock }, open.Options.Robot.Key);
        Context.Watch(link);
        _links[open.Options.Robot] = link;
    }
}
