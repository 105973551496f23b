using System.Collections.Immutable;
using TwinActors.Actors.Synchronization;
using TwinActors.Robotics;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Signals;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Robots;

/// <summary>A robot twin at the moment of asking, without the values of its joints and sensors.</summary>
public sealed record TwinReading
{
    /// <summary>The robot, as it was spelled at registration.</summary>
    public required RobotId Robot { get; init; }

    /// <summary>What it was registered with, without the URDF text.</summary>
    public required RobotDescription Description { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset RegisteredAt { get; init; }

    /// <summary>Number of events of the twin.</summary>
    public required long Version { get; init; }

    /// <summary>How the link is.</summary>
    public required LinkHealth Link { get; init; }

    /// <summary>Why; <see langword="null"/> when there is nothing to say.</summary>
    public string? LinkReason { get; init; }

    /// <summary>Arrival of the newest sample of any stream; <see langword="null"/> when none is known of.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>Age of that sample; <see langword="null"/> when none is known of.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>Where the synchronizer's corrections go.</summary>
    public SyncMode Mode { get; init; }

    /// <summary>How well the twin is in step; <see langword="null"/> when that is not known.</summary>
    public SyncWord? Sync { get; init; }

    /// <summary>The signals that are mapped.</summary>
    public ImmutableArray<SignalMapping> Signals { get; init; } = [];

    /// <summary>What was approved of the robot's parameters; <see langword="null"/>: they are the model's.</summary>
    public RobotCalibration? Calibration { get; init; }

    /// <summary>When that was approved; <see langword="null"/> when nothing was.</summary>
    public DateTimeOffset? CalibratedAt { get; init; }

    /// <summary>The streams.</summary>
    public required ImmutableArray<StreamReading> Streams { get; init; }
}

/// <summary>One stream at the moment of asking: a configured one, or a topic that no stream takes.</summary>
/// <param name="Name">Name inside the robot; <see langword="null"/> for a topic that no stream takes.</param>
/// <param name="Topic">ROS topic.</param>
/// <param name="Type">ROS type.</param>
/// <param name="IsJoints">Whether it brings joint states.</param>
/// <param name="Received">Samples that arrived; <see langword="null"/> for a topic that nobody counts.</param>
/// <param name="Rejected">Samples turned away.</param>
/// <param name="Lost">Samples lost on the way, or overwritten before they were read.</param>
/// <param name="Thinned">Samples left out by the rate cap.</param>
/// <param name="RateHz">Measured rate [Hz]; <see langword="null"/> when unknown or when nothing came lately.</param>
/// <param name="ExpectedHz">Expected rate [Hz]; <see langword="null"/> when none.</param>
/// <param name="JitterMs">Mean absolute deviation of the arrival period [ms].</param>
/// <param name="Age">Age of the newest sample; <see langword="null"/> before the first.</param>
/// <param name="Quality">Freshness; <see langword="null"/> for a topic that no stream takes.</param>
/// <param name="Publishers">Matched publishers.</param>
/// <param name="Reasons">Counts by reason.</param>
/// <param name="Problem">What keeps the stream from working, for people; <see langword="null"/> when nothing
/// does.</param>
public sealed record StreamReading(
    string? Name,
    string Topic,
    string Type,
    bool IsJoints,
    long? Received,
    long Rejected,
    long Lost,
    long Thinned,
    double? RateHz,
    double? ExpectedHz,
    double? JitterMs,
    TimeSpan? Age,
    Quality? Quality,
    int Publishers,
    ImmutableSortedDictionary<string, long> Reasons,
    string? Problem)
{
    /// <summary>Arrivals that came later than three mean periods after the one before.</summary>
    public long Gaps { get; init; }
}
