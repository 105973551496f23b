using System.Collections.Immutable;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Recorder;
using TwinActors.Actors.Sensors;
using TwinActors.Actors.Synchronization;
using TwinActors.Kernel;
using TwinActors.Recording.Replays;
using TwinActors.Robotics.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Robots;

/// <summary>A message to a robot twin. Everything the twin is told from outside of its node could cross a
/// wire.</summary>
public abstract record RobotTwinMessage
{
    private RobotTwinMessage()
    {
    }

    /// <summary>Decide about a command; the answer comes when its events are durable.</summary>
    /// <param name="Command">The command.</param>
    /// <param name="CommandId">Makes the command safe to send again; <see langword="null"/> when it is not.</param>
    /// <param name="ReplyTo">Receives the number of events of the twin, or why the command is refused.</param>
    public sealed record Execute(RobotTwinCommand Command, Guid? CommandId, ReplyTo<Answer<long>> ReplyTo)
        : RobotTwinMessage;

    /// <summary>Read identity, link and counts.</summary>
    public sealed record ReadTwin(ReplyTo<Answer<TwinReading>> ReplyTo) : RobotTwinMessage;

    /// <summary>Read all joints.</summary>
    public sealed record ReadJoints(ReplyTo<Answer<JointsReading>> ReplyTo) : RobotTwinMessage;

    /// <summary>Read the newest sample of every sensor.</summary>
    public sealed record ReadSensors(ReplyTo<Answer<ImmutableArray<SensorReading>>> ReplyTo) : RobotTwinMessage;

    /// <summary>Read the synchronizer.</summary>
    public sealed record ReadSync(ReplyTo<Answer<SyncReading>> ReplyTo) : RobotTwinMessage;

    /// <summary>Read the model's URDF text; an empty text when the robot has none.</summary>
    public sealed record ReadUrdf(ReplyTo<Answer<string>> ReplyTo) : RobotTwinMessage;

    /// <summary>Read what the recorder does.</summary>
    public sealed record ReadRecorder(ReplyTo<Answer<RecorderReading>> ReplyTo) : RobotTwinMessage;

    /// <summary>Change how a replayed robot goes on, and read how it is then; an empty change only reads.</summary>
    public sealed record ControlReplay(ReplayControl Control, ReplyTo<Answer<ReplayReading>> ReplyTo)
        : RobotTwinMessage;

    /// <summary>A child has observed something that may be worth an event.</summary>
    internal sealed record Observed(RobotTwinCommand Command) : RobotTwinMessage;

    /// <summary>The robot link's own state has changed.</summary>
    internal sealed record LinkChanged(RobotLinkStatus Status, ImmutableArray<UnmappedTopic> Unmapped)
        : RobotTwinMessage;

    /// <summary>A stream brought its first frame since activation.</summary>
    internal sealed record FirstData(string Stream, string Topic, long ReceivedAtNs) : RobotTwinMessage;

    /// <summary>A child has failed.</summary>
    internal sealed record ChildFailed(string Child, string Reason) : RobotTwinMessage;

    /// <summary>Look at the age of the data.</summary>
    internal sealed record LookAtLink : RobotTwinMessage
    {
        public static LookAtLink Instance { get; } = new();
    }
}
