using System.Collections.Immutable;
using TwinActors.Robotics;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.Links;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Twins.RobotTwin;

/// <summary>What the events of a robot twin add up to.</summary>
public abstract record RobotTwinState
{
    private RobotTwinState()
    {
    }

    /// <summary>Nothing has happened yet: the robot is not known.</summary>
    public sealed record Unregistered : RobotTwinState
    {
        /// <summary>The one such state.</summary>
        public static Unregistered Instance { get; } = new();
    }

    /// <summary>The robot is part of the fleet.</summary>
    public sealed record Active : RobotTwinState
    {
        /// <summary>The robot.</summary>
        public required RobotId Robot { get; init; }

        /// <summary>What it was registered with.</summary>
        public required RobotDescription Description { get; init; }

        /// <summary>When it was registered.</summary>
        public required DateTimeOffset RegisteredAt { get; init; }

        /// <summary>How its link is, by the last event about it.</summary>
        public LinkHealth Link { get; init; } = LinkHealth.None;

        /// <summary>When the link came into that state; <see langword="null"/> before the first data ever.</summary>
        public DateTimeOffset? LinkSince { get; init; }

        /// <summary>Newest arrival that an event tells of; <see langword="null"/> when none does.</summary>
        public DateTimeOffset? LastSeen { get; init; }

        /// <summary>Why the link is in its state; <see langword="null"/> when there is nothing to say.</summary>
        public string? LinkReason { get; init; }

        /// <summary>Where the synchronizer's corrections go.</summary>
        public SyncMode Mode { get; init; }

        /// <summary>Why the virtual robot has lost its robot; <see langword="null"/> when it has not.</summary>
        public SyncCause? SyncFailure { get; init; }

        /// <summary>Streams that have ever brought data.</summary>
        public ImmutableSortedSet<string> StreamsSeen { get; init; } =
            ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

        /// <summary>What was approved of the robot's parameters; <see langword="null"/>: they are the
        /// model's.</summary>
        public RobotCalibration? Calibration { get; init; }

        /// <summary>When that was approved; <see langword="null"/> when nothing was.</summary>
        public DateTimeOffset? CalibratedAt { get; init; }

        /// <summary>What was decided about recording; <see langword="null"/> when nothing was.</summary>
        public RecordingState? Recording { get; init; }
    }

    /// <summary>The robot was taken out of the fleet; its id stays taken.</summary>
    public sealed record Gone(RobotId Robot, DateTimeOffset At) : RobotTwinState;
}
