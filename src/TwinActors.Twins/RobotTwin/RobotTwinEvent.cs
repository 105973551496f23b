using TwinActors.Robotics;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Twins.RobotTwin;

/// <summary>A fact of a robot twin's life.</summary>
public abstract record RobotTwinEvent
{
    private RobotTwinEvent()
    {
    }

    /// <summary>The robot was taken into the fleet.</summary>
    public sealed record Registered(RobotId Robot, DateTimeOffset At, RobotDescription Description) : RobotTwinEvent;

    /// <summary>The robot was taken out of the fleet.</summary>
    public sealed record Removed(DateTimeOffset At) : RobotTwinEvent;

    /// <summary>Data comes from the robot, for the first time or again.</summary>
    public sealed record LinkConnected(DateTimeOffset At) : RobotTwinEvent;

    /// <summary>Data is late.</summary>
    /// <param name="At">When that was noticed.</param>
    /// <param name="LastSeen">Arrival of the newest sample.</param>
    public sealed record LinkStale(DateTimeOffset At, DateTimeOffset LastSeen) : RobotTwinEvent;

    /// <summary>The robot is not heard any more.</summary>
    /// <param name="At">When that was noticed.</param>
    /// <param name="LastSeen">Arrival of the newest sample; <see langword="null"/> when it is not known.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record LinkLost(DateTimeOffset At, DateTimeOffset? LastSeen, string Reason) : RobotTwinEvent;

    /// <summary>A stream brought its first sample ever.</summary>
    public sealed record FirstData(DateTimeOffset At, string Stream, string Topic) : RobotTwinEvent;

    /// <summary>The synchronizer's corrections go elsewhere from now on.</summary>
    public sealed record ModeChanged(DateTimeOffset At, SyncMode Mode) : RobotTwinEvent;

    /// <summary>A person has approved parameters for the robot's virtual robots.</summary>
    public sealed record CalibrationApproved(DateTimeOffset At, RobotCalibration Calibration) : RobotTwinEvent;

    /// <summary>It was decided to record the robot.</summary>
    public sealed record RecordingStarted(DateTimeOffset At) : RobotTwinEvent;

    /// <summary>It was decided to record the robot no more.</summary>
    public sealed record RecordingStopped(DateTimeOffset At) : RobotTwinEvent;

    /// <summary>A recording is finished and will not change any more.</summary>
    public sealed record RecordingSealed(DateTimeOffset At, SealedRecording Recording) : RobotTwinEvent;

    /// <summary>The recorder cannot write; what comes meanwhile is not recorded.</summary>
    public sealed record RecordingFailed(DateTimeOffset At, string Reason) : RobotTwinEvent;

    /// <summary>The recorder writes again.</summary>
    public sealed record RecordingResumed(DateTimeOffset At) : RobotTwinEvent;

    /// <summary>Old recordings are given up for deletion.</summary>
    /// <param name="At">When.</param>
    /// <param name="Through">Name of the newest one that goes, with all older ones.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record RecordingsExpired(DateTimeOffset At, string Through, string Reason) : RobotTwinEvent;

    /// <summary>The virtual robot has lost its robot: the alert SYNC_FAILURE, once an episode.</summary>
    /// <param name="At">When.</param>
    /// <param name="Cause">Why.</param>
    /// <param name="Error">Mean position error [rad or m]; <see langword="null"/> when unknown.</param>
    public sealed record SyncFailed(DateTimeOffset At, SyncCause Cause, double? Error) : RobotTwinEvent;

    /// <summary>The virtual robot is in step again.</summary>
    public sealed record SyncRecovered(DateTimeOffset At) : RobotTwinEvent;

    /// <summary>A child of the twin failed.</summary>
    public sealed record ChildFailed(DateTimeOffset At, string Child, string Reason) : RobotTwinEvent;
}
