using TwinActors.Robotics;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.Links;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Twins.RobotTwin;

/// <summary>A request to a robot twin; it may be refused.</summary>
public abstract record RobotTwinCommand
{
    private RobotTwinCommand(DateTimeOffset at) => At = at;

    /// <summary>When it was made, on the twin's clock.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Take the robot into the fleet.</summary>
    public sealed record Register(DateTimeOffset At, RobotId Robot, RobotDescription Description)
        : RobotTwinCommand(At);

    /// <summary>Take the robot out of the fleet; its history and its id are kept.</summary>
    public sealed record Remove(DateTimeOffset At) : RobotTwinCommand(At);

    /// <summary>The twin's actor has just recovered: what was live before is not live now.</summary>
    /// <param name="At">When.</param>
    /// <param name="Failure">The twin's own failure that made it recover; <see langword="null"/> when its node was
    /// started.</param>
    public sealed record Activate(DateTimeOffset At, string? Failure) : RobotTwinCommand(At);

    /// <summary>The robot link was looked at.</summary>
    /// <param name="At">When.</param>
    /// <param name="Health">How it is.</param>
    /// <param name="LastSeen">Arrival of the newest sample of any stream since activation; <see langword="null"/> when
    /// none came.</param>
    /// <param name="Reason">Why, for people; <see langword="null"/> when there is nothing to say.</param>
    public sealed record ObserveLink(DateTimeOffset At, LinkHealth Health, DateTimeOffset? LastSeen, string? Reason)
        : RobotTwinCommand(At);

    /// <summary>A stream brought its first sample since activation.</summary>
    /// <param name="At">When the sample arrived.</param>
    /// <param name="Stream">Name of the stream.</param>
    /// <param name="Topic">Its ROS topic.</param>
    public sealed record ObserveFirstData(DateTimeOffset At, string Stream, string Topic) : RobotTwinCommand(At);

    /// <summary>Let the synchronizer's corrections go elsewhere.</summary>
    public sealed record SetMode(DateTimeOffset At, SyncMode Mode) : RobotTwinCommand(At);

    /// <summary>Use these parameters for the robot's virtual robots from now on.</summary>
    public sealed record ApproveCalibration(DateTimeOffset At, RobotCalibration Calibration) : RobotTwinCommand(At);

    /// <summary>Record the robot from now on.</summary>
    public sealed record StartRecording(DateTimeOffset At) : RobotTwinCommand(At);

    /// <summary>Record the robot no more.</summary>
    public sealed record StopRecording(DateTimeOffset At) : RobotTwinCommand(At);

    /// <summary>A recording was finished.</summary>
    /// <param name="At">When.</param>
    /// <param name="Recording">The recording.</param>
    public sealed record SealRecording(DateTimeOffset At, SealedRecording Recording) : RobotTwinCommand(At);

    /// <summary>The recorder cannot write, or can again.</summary>
    /// <param name="At">When.</param>
    /// <param name="Problem">Why it cannot, for people; <see langword="null"/> when it can.</param>
    public sealed record ReportRecorder(DateTimeOffset At, string? Problem) : RobotTwinCommand(At);

    /// <summary>Delete old recordings.</summary>
    /// <param name="At">When.</param>
    /// <param name="Through">Name of the newest one that goes.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record ExpireRecordings(DateTimeOffset At, string Through, string Reason) : RobotTwinCommand(At);

    /// <summary>The synchronizer has lost the robot, or has it again.</summary>
    /// <param name="At">When.</param>
    /// <param name="Cause">Why it was lost; <see langword="null"/> when it is in step again.</param>
    /// <param name="Error">Mean position error [rad or m]; <see langword="null"/> when unknown.</param>
    public sealed record ReportSync(DateTimeOffset At, SyncCause? Cause, double? Error) : RobotTwinCommand(At);

    /// <summary>A child of the twin failed and was restarted or stopped.</summary>
    public sealed record ReportChildFailure(DateTimeOffset At, string Child, string Reason) : RobotTwinCommand(At);
}
