using TwinActors.Actors.Gateway;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Recorder;
using TwinActors.Actors.Sensors;
using TwinActors.Actors.Synchronization;
using TwinActors.Robotics.Links;
using TwinActors.Twins;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Signals;

namespace TwinActors.Actors.Robots;

// Questions: what the twin knows itself, and to which child the others go.
internal sealed partial class RobotTwinActor
{
    private ValueTask Read(RobotTwinMessage message)
    {
        var refusal = State switch
        {
            RobotTwinState.Active => null,
            RobotTwinState.Gone gone => new Rejection(
                RejectionKind.Removed, $"Robot {gone.Robot} was removed at {gone.At:O}; only its history is left."),
            _ => new Rejection(RejectionKind.Unknown, $"No robot {Entity.Key} is registered."),
        };
        switch (message)
        {
            case RobotTwinMessage.ReadTwin read:
                read.ReplyTo.Tell(refusal is null ? Reading((RobotTwinState.Active)State) : refusal);
                break;
            case RobotTwinMessage.ReadUrdf read:
                read.ReplyTo.Tell(refusal is null ? ((RobotTwinState.Active)State).Description.Urdf ?? "" : refusal);
                break;
            case RobotTwinMessage.ReadJoints read when refusal is null:
                _joints!.Tell(new JointsMessage.Read(read.ReplyTo));
                break;
            case RobotTwinMessage.ReadJoints read:
                read.ReplyTo.Tell(refusal!);
                break;
            case RobotTwinMessage.ReadSync read when refusal is null && _synchronizer is { } synchronizer:
                synchronizer.Tell(new SynchronizerMessage.Read(read.ReplyTo));
                break;
            case RobotTwinMessage.ReadSync read:
                read.ReplyTo.Tell(refusal is null ? SyncReading.Off(((RobotTwinState.Active)State).Mode) : refusal);
                break;
            case RobotTwinMessage.ReadSensors read when refusal is null:
                _sensors!.Tell(new ReadSensors(read.ReplyTo));
                break;
            case RobotTwinMessage.ReadSensors read:
                read.ReplyTo.Tell(refusal!);
                break;
            case RobotTwinMessage.ControlReplay control when refusal is null:
                props.Gateway.Tell(new GatewayMessage.ControlReplay(
                    ((RobotTwinState.Active)State).Robot, control.Control, control.ReplyTo));
                break;
            case RobotTwinMessage.ControlReplay control:
                control.ReplyTo.Tell(refusal!);
                break;
            case RobotTwinMessage.ReadRecorder read when refusal is null && _recorder is not null:
                _recorder.Tell(new RecorderMessage.Read(read.ReplyTo));
                break;
            case RobotTwinMessage.ReadRecorder read:
                read.ReplyTo.Tell(refusal ?? new Rejection(RejectionKind.Unavailable, "This node records nothing."));
                break;
        }

        return default;
    }

    private TwinReading Reading(RobotTwinState.Active active)
    {
        var live = LastSeen();
        var health = Judge(live);
        var lastSeen = live ?? active.LastSeen;
        return new TwinReading
        {
            Robot = active.Robot,
            Description = active.Description with { Urdf = null },
            RegisteredAt = active.RegisteredAt,
            Version = LastSequenceNr,
            Link = health == LinkHealth.None ? active.Link : health,
            LinkReason = Reason(active, live, health),
            LastSeen = lastSeen,
            Age = lastSeen is { } seen ? Now - seen : null,
            Mode = active.Mode,
            Sync = _sync.Word,
            Signals = SignalMapping.Resolve(
                active.Robot, props.Options.Signals, active.Description.Signals ?? []),
            Calibration = active.Calibration,
            CalibratedAt = active.CalibratedAt,
            Streams = StreamReadings.Of(_streams, _unmapped, props.Options.LinkLimits.StaleAfter, props.Clock),
        };
    }

    private string? Reason(RobotTwinState.Active active, DateTimeOffset? live, LinkHealth health)
    {
        if (_link?.State is RobotLinkState.Failed)
        {
            return _link.Reason;
        }

        if (health is LinkHealth.Connected or LinkHealth.Stale)
        {
            return _link?.Reason;
        }

        return live is null && Now - _openedAt > props.Options.FirstDataDeadline
            ? $"No data came within {props.Options.FirstDataDeadline.TotalSeconds:0.#} s of opening the link. "
                + $"Is the robot on, in the same ROS domain, and sending on {_streams.FirstOrDefault()?.Options.Topic}?"
            : active.LinkReason ?? _link?.Reason;
    }
}
