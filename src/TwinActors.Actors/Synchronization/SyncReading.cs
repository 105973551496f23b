using System.Collections.Immutable;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Synchronization;

/// <summary>A synchronizer at the moment of asking.</summary>
public sealed record SyncReading
{
    /// <summary>Where corrections go.</summary>
    public required SyncMode Mode { get; init; }

    /// <summary>Whether the robot has a synchronizer: they can be switched off.</summary>
    public required bool IsOn { get; init; }

    /// <summary>Status word; <see langword="null"/> before the first joint state.</summary>
    public SyncWord? Word { get; init; }

    /// <summary>Why the virtual robot has lost its robot; <see langword="null"/> when it has not.</summary>
    public SyncCause? Failure { get; init; }

    /// <summary>What the last tick found; meaningful with a <see cref="Word"/>.</summary>
    public SyncResult Last { get; init; }

    /// <summary>Mean way of the newest samples [ms]; <see langword="null"/> when the robot does not stamp
    /// them.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Robot's clock minus node's clock [ms]; 0 while they count as one, <see langword="null"/> as
    /// above.</summary>
    public double? ClockOffsetMs { get; init; }

    /// <summary>Position errors lately [rad or m]; <see langword="null"/> when none is known.</summary>
    public SyncQuantiles? Errors { get; init; }

    /// <summary>How the ticks keep their deadlines; <see langword="null"/> before the first.</summary>
    public SyncPace? Pace { get; init; }

    /// <summary>The joints, in the order of the model, then of appearance; empty before the first joint
    /// state.</summary>
    public ImmutableArray<SyncJoint> Joints { get; init; } = [];

    /// <summary>The reading of a robot without a synchronizer.</summary>
    internal static SyncReading Off(SyncMode mode) => new() { Mode = mode, IsOn = false };
}

/// <summary>How the ticks keep their deadlines, over the newest thousands of them.</summary>
/// <param name="AskedHz">Rate asked for now [Hz].</param>
/// <param name="BaseHz">Rate asked for as long as nothing fails [Hz].</param>
/// <param name="AchievedHz">Achieved rate, over the newest 100 ticks [Hz]; <see langword="null"/> before the
/// second.</param>
/// <param name="JitterMs">How long after its deadline a tick began [ms].</param>
/// <param name="TickUs">Time that a tick took [µs].</param>
/// <param name="Ticks">Ticks since the synchronizer was started.</param>
/// <param name="Late">Those that began more than 1 ms after their deadline.</param>
/// <param name="Missed">Deadlines that passed without a tick.</param>
public sealed record SyncPace(
    double AskedHz,
    double BaseHz,
    double? AchievedHz,
    SyncQuantiles JitterMs,
    SyncQuantiles TickUs,
    long Ticks,
    long Late,
    long Missed);

/// <summary>Sizes of something lately.</summary>
/// <param name="P50">Not exceeded by half of them.</param>
/// <param name="P95">Not exceeded by 95 %.</param>
/// <param name="P99">Not exceeded by 99 %.</param>
/// <param name="Largest">The largest.</param>
public sealed record SyncQuantiles(double P50, double P95, double P99, double Largest);

/// <summary>One joint of the virtual robot beside the physical one.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Position">Position of the virtual robot [rad or m]; NaN where unknown, as below.</param>
/// <param name="Velocity">Velocity of the virtual robot [rad/s or m/s].</param>
/// <param name="Compensated">Newest measured position, extrapolated to the last tick [rad or m].</param>
/// <param name="Residual">Measured minus virtual position at the sample's instant, before it corrected anything [rad or
/// m].</param>
/// <param name="VelocityResidual">The same of the velocities [rad/s or m/s].</param>
/// <param name="Normalized">Size of the residual as a share of the joint's range [1].</param>
/// <param name="Advice">Velocity that would bring the physical joint to the virtual one [rad/s or m/s]; NaN unless the
/// mode is <see cref="SyncMode.Advise"/>.</param>
public sealed record SyncJoint(
    string Name,
    double Position,
    double Velocity,
    double Compensated,
    double Residual,
    double VelocityResidual,
    double Normalized,
    double Advice);
