using System.Collections.Immutable;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Robotics;
using TwinActors.Twins;

namespace TwinActors.Actors.Robots;

/// <summary>A message to the region of robot twins.</summary>
internal abstract record RobotsMessage
{
    private RobotsMessage()
    {
    }

    /// <summary>Where is the twin of a robot?</summary>
    /// <param name="Robot">The robot.</param>
    /// <param name="Register">Whether it is about to be registered, so that an unknown one gets a twin.</param>
    /// <param name="ReplyTo">Receives the twin.</param>
    public sealed record Locate(RobotId Robot, bool Register, ReplyTo<Answer<ActorRef<RobotTwinMessage>>> ReplyTo)
        : RobotsMessage;

    /// <summary>Every twin, those of removed robots too.</summary>
    public sealed record List(ReplyTo<ImmutableArray<ActorRef<RobotTwinMessage>>> ReplyTo) : RobotsMessage;

    /// <summary>Activate some more of the robots that the journal knows.</summary>
    public sealed record ActivateMore : RobotsMessage;

    /// <summary>An actor somewhere has failed.</summary>
    /// <param name="Path">Where it is.</param>
    /// <param name="Reason">Why.</param>
    /// <param name="IsEnd">Whether it is not started again.</param>
    public sealed record Failed(string Path, string Reason, bool IsEnd) : RobotsMessage;
}

/// <summary>Lists the keys of the robots that the journal knows, those of removed robots too.</summary>
/// <param name="cancellationToken">Stops the wait.</param>
public delegate ValueTask<ImmutableArray<string>> ListRobots(CancellationToken cancellationToken);

/// <summary>The region of robot twins on this node: activates them, and finds them.</summary>
/// <param name="listRobots">Lists the robots that the journal knows: asked at each start, so that a region that is
/// restarted knows the robots that were registered meanwhile.</param>
/// <param name="twin">What the twins work with.</param>
internal sealed class RobotsActor(ListRobots listRobots, RobotTwinProps twin) : Actor<RobotsMessage>
{
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(50);

    // A constant rate keeps a large fleet's recovery from crowding everything else out.
    private readonly int _activationsPerStep =
        Math.Max(1, (int)(twin.Options.ActivationsPerSecond * ShortestStep.TotalSeconds));

    private readonly SortedDictionary<string, ActorRef<RobotTwinMessage>> _twins = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ended = new(StringComparer.Ordinal);
    private ImmutableArray<string>? _known;
    private int _next;
    private IDisposable? _failures;

    // A twin that cannot recover is tried again, ever more rarely: its journal may come back. An event that cannot be
    // understood stays so until another program reads it.
    protected override SupervisorStrategy SupervisorStrategy => new OneForOneStrategy
    {
        Decider = static cause => cause is RecoveryFailedException ? Directive.Stop : Directive.Restart,
        Backoff = twin.Options.Reconnect,
    };

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        _failures = Context.System.EventStream.Subscribe<ActorFailed, RobotsMessage>(
            Self,
            failed => new RobotsMessage.Failed(
                failed.Path, failed.Cause.Message, failed.Directive == Directive.Stop));
        Self.Tell(new RobotsMessage.ActivateMore());
        return default;
    }

    protected override ValueTask PostStop()
    {
        _failures?.Dispose();
        return default;
    }

    protected override async ValueTask ReceiveAsync(RobotsMessage message, CancellationToken stopping)
    {
        // Before any answer, not in PreStart: a journal that is away for a while is a failure to be tried again.
        var known = _known ??= (await listRobots(stopping).ConfigureAwait(false)).Sort(StringComparer.Ordinal);
        switch (message)
        {
            case RobotsMessage.Locate locate:
                locate.ReplyTo.Tell(Locate(known, locate.Robot, locate.Register));
                break;
            case RobotsMessage.List list:
                list.ReplyTo.Tell([.. _twins.Values]);
                break;
            case RobotsMessage.ActivateMore:
                ActivateMore(known);
                break;
            case RobotsMessage.Failed failed:
                TellTwin(failed);
                break;
        }
    }

    private Answer<ActorRef<RobotTwinMessage>> Locate(ImmutableArray<string> known, RobotId robot, bool register)
    {
        if (_ended.TryGetValue(robot.Key, out var reason))
        {
            return new Rejection(RejectionKind.Unavailable, reason);
        }

        if (_twins.TryGetValue(robot.Key, out var found))
        {
            twin.EventSourcing.Permits?.Hurry(RobotTwinActor.KeyOf(robot.Key));
            return found;
        }

        if (known.BinarySearch(robot.Key, StringComparer.Ordinal) >= 0)
        {
            return Activate(robot.Key, isBackground: false);
        }

        if (!register)
        {
            return new Rejection(RejectionKind.Unknown, $"No robot {robot} is registered.");
        }

        var rosName = RosNameOf(robot.Key);
        var other = _twins.Keys.Concat(known).FirstOrDefault(key => RosNameOf(key) == rosName);
        return other is null
            ? Activate(robot.Key, isBackground: false)
            : new Rejection(
                RejectionKind.Conflict,
                $"Robot {robot} has the same ROS name as {other}: both would be {rosName}. Choose another id.");
    }

    private ActorRef<RobotTwinMessage> Activate(string key, bool isBackground)
    {
        var props = Props.Create(() => new RobotTwinActor(key, twin, isBackground)) with { Time = twin.Clock };
        return _twins[key] = Context.ActorOf(props, key);
    }

    private void ActivateMore(ImmutableArray<string> known)
    {
        for (var i = 0; i < _activationsPerStep && _next < known.Length; i++, _next++)
        {
            if (!_twins.ContainsKey(known[_next]))
            {
                Activate(known[_next], isBackground: true);
            }
        }

        if (_next < known.Length)
        {
            Context.Timers.StartSingleTimer(
                "activate",
                new RobotsMessage.ActivateMore(),
                TimeSpan.FromSeconds((double)_activationsPerStep / twin.Options.ActivationsPerSecond));
        }
    }

    // /user/robots/arm1/sensors/imu: the twin of arm1 is told of the failure of sensors/imu.
    private void TellTwin(RobotsMessage.Failed failed)
    {
        var prefix = $"{Self.Path}/";
        if (!failed.Path.StartsWith(prefix, StringComparison.Ordinal))
        {
            return;
        }

        var parts = failed.Path[prefix.Length..].Split('/', 2);
        if (parts.Length == 1 && failed.IsEnd)
        {
            _ended[parts[0]] = failed.Reason;
        }
        else if (parts.Length == 2 && _twins.TryGetValue(parts[0], out var twin))
        {
            twin.Tell(new RobotTwinMessage.ChildFailed(parts[1], failed.Reason));
        }
    }

    private static string RosNameOf(string key) => key.Replace('-', '_');
}
