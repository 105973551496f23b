using System.Text.Json.Serialization;

namespace TwinActors.Contracts.Robots;

/// <summary>The virtual robot beside the physical one.</summary>
public sealed record SyncDocument
{
    /// <summary>Where corrections go: <c>shadow</c>, <c>advise</c> or <c>mirror</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>How well the twin is in step, by the mean of its newest 10 errors: <c>excellent</c>, <c>good</c>,
    /// <c>warning</c>, <c>poor</c> or <c>disconnected</c>; null before the first joint state, and when synchronizers
    /// are switched off.</summary>
    public string? Status { get; init; }

    /// <summary>Why the status is not better: <c>no_data</c>, <c>settling</c>, <c>stale</c>, <c>clock</c>,
    /// <c>model</c>, or <c>off</c> when synchronizers are switched off; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Why the virtual robot has lost its robot, for as long as the episode lasts: <c>stale</c>,
    /// <c>clock</c>, <c>contact</c> or <c>model</c>; null when it has not.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether the twin has been in tolerance, with fresh samples, for 10 ticks.</summary>
    public bool IsSynchronized { get; init; }

    /// <summary>Mean size of the joints' position residuals at the newest sample's instant [rad or m]; null when
    /// unknown.</summary>
    public double? PositionError { get; init; }

    /// <summary>The same of the velocities [rad/s or m/s]; null when the robot sends none.</summary>
    public double? VelocityError { get; init; }

    /// <summary>Largest position residual as a share of its joint's range [1]; null when unknown.</summary>
    public double? NormalizedError { get; init; }

    /// <summary>√((Σ Δposition² + Σ Δvelocity²) / joints) of the newest sample against the virtual robot now; mixes
    /// units and instants, for comparison with older figures only. Null when unknown.</summary>
    public double? LegacyRms { get; init; }

    /// <summary>Stamp of the newest sample on the node's clock, RFC 3339; null before the first.</summary>
    public string? Stamp { get; init; }

    /// <summary>How far that sample was extrapolated to the last tick [ms]; null before the first.</summary>
    public double? HorizonMs { get; init; }

    /// <summary>Mean way of the newest samples from robot to node [ms]; null when the robot does not stamp them. The
    /// shortest way counts as clock offset when the clocks differ.</summary>
    public double? LatencyMs { get; init; }

    /// <summary>Robot's clock minus node's clock [ms]; 0 while they agree to within 250 ms, null as above.</summary>
    public double? ClockOffsetMs { get; init; }

    /// <summary>Position errors lately [rad or m]; null when none is known.</summary>
    public SyncQuantilesDocument? Errors { get; init; }

    /// <summary>How the ticks keep their deadlines; null while there are none.</summary>
    public SyncPaceDocument? Pace { get; init; }

    /// <summary>The joints, in the order of the model, then of appearance; empty before the first joint
    /// state.</summary>
    public required IReadOnlyList<SyncJointDocument> Joints { get; init; }
}

/// <summary>Sizes of something over the newest thousands of ticks.</summary>
/// <param name="P50">Not exceeded by half of them.</param>
/// <param name="P95">Not exceeded by 95 %.</param>
/// <param name="P99">Not exceeded by 99 %.</param>
/// <param name="Max">The largest.</param>
public sealed record SyncQuantilesDocument(double P50, double P95, double P99, double Max);

/// <summary>How the ticks keep their deadlines.</summary>
/// <param name="AskedHz">Rate asked for now [Hz]: raised for a while when the virtual robot has lost its
/// robot.</param>
/// <param name="BaseHz">Rate asked for as long as nothing fails [Hz].</param>
/// <param name="AchievedHz">Achieved rate over the newest 100 ticks [Hz]; null before the second.</param>
/// <param name="JitterMs">How long after its deadline a tick began [ms].</param>
/// <param name="TickUs">Time that a tick took [µs].</param>
/// <param name="Ticks">Ticks since the synchronizer was started.</param>
/// <param name="Late">Those that began more than 1 ms after their deadline.</param>
/// <param name="Missed">Deadlines that passed without a tick.</param>
public sealed record SyncPaceDocument(
    double AskedHz,
    double BaseHz,
    double? AchievedHz,
    SyncQuantilesDocument JitterMs,
    SyncQuantilesDocument TickUs,
    long Ticks,
    long Late,
    long Missed);

/// <summary>One joint of the virtual robot beside the physical one; each value is null when unknown.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Position">Position of the virtual robot [rad or m].</param>
/// <param name="Velocity">Velocity of the virtual robot [rad/s or m/s].</param>
/// <param name="Compensated">Newest measured position, extrapolated to the last tick [rad or m].</param>
/// <param name="Residual">Measured minus virtual position at the sample's instant, before it corrected anything [rad or
/// m].</param>
/// <param name="VelocityResidual">The same of the velocities [rad/s or m/s].</param>
/// <param name="Normalized">Size of the residual as a share of the joint's range [1].</param>
/// <param name="Advice">Velocity that would bring the physical joint to the virtual one [rad/s or m/s]; null unless the
/// mode is <c>advise</c>.</param>
public sealed record SyncJointDocument(
    string Name,
    double? Position,
    double? Velocity,
    double? Compensated,
    double? Residual,
    double? VelocityResidual,
    double? Normalized,
    double? Advice);

/// <summary>Body of <c>POST /robots/{id}/mode</c>.</summary>
/// <param name="Mode"><c>shadow</c>, <c>advise</c> or <c>mirror</c>; <c>command</c> is refused in this version.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ModeRequest(string? Mode);
