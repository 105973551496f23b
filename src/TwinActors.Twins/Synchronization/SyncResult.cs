namespace TwinActors.Twins.Synchronization;

/// <summary>What one tick found.</summary>
/// <param name="AtNs">Instant of the tick [ns].</param>
/// <param name="StampNs">Instant of the newest sample [ns]; 0 before the first.</param>
/// <param name="Decision">What the tick did with the sample.</param>
/// <param name="Joints">Joints that could be compared.</param>
/// <param name="PositionError">Mean absolute position residual at the sample's instant [rad or m]; NaN while nothing
/// can be compared.</param>
/// <param name="VelocityError">Mean absolute velocity residual at the sample's instant [rad/s or m/s]; NaN when no
/// velocity is measured.</param>
/// <param name="NormalizedError">Largest position residual as a share of its joint's range [1]; NaN as above.</param>
/// <param name="LegacyRms">√((Σ Δposition² + Σ Δvelocity²) / joints) of the newest sample, wherever it comes from,
/// against the virtual robot now; mixes rad² and (rad/s)² and different instants, for comparison with older figures
/// only.</param>
/// <param name="HorizonNs">How far the sample was extrapolated to the tick [ns].</param>
/// <param name="Status">Status word.</param>
/// <param name="Reason">Why it is not better.</param>
/// <param name="IsSynchronized">Whether the twin has been in tolerance, with fresh samples, for the ticks of the
/// hysteresis.</param>
public readonly record struct SyncResult(
    long AtNs,
    long StampNs,
    SyncDecision Decision,
    int Joints,
    double PositionError,
    double VelocityError,
    double NormalizedError,
    double LegacyRms,
    long HorizonNs,
    SyncStatus Status,
    SyncReason Reason,
    bool IsSynchronized);

/// <summary>What a tick did with the newest sample.</summary>
public enum SyncDecision
{
    /// <summary>There was no sample yet, or none that is new: the virtual robot went on by itself.</summary>
    Coasted,

    /// <summary>The virtual robot was set to the sample: the first one, or the first behind a gap.</summary>
    Aligned,

    /// <summary>The virtual robot was corrected towards the sample.</summary>
    Corrected,

    /// <summary>The sample was not used: its stamp lies before that of an earlier one, or in the future.</summary>
    Refused,
}

/// <summary>How well a twin is in step, by the mean of its newest errors.</summary>
public enum SyncStatus
{
    /// <summary>No fresh sample.</summary>
    Disconnected,

    /// <summary>Error of twice the tolerance or more.</summary>
    Poor,

    /// <summary>Error from the tolerance to twice the tolerance, or samples older than the time tolerance.</summary>
    Warning,

    /// <summary>Error from a fifth of the tolerance to the tolerance.</summary>
    Good,

    /// <summary>Error below a fifth of the tolerance.</summary>
    Excellent,
}

/// <summary>Why a status is not better.</summary>
public enum SyncReason
{
    /// <summary>It is as good as it gets.</summary>
    None,

    /// <summary>No sample has come yet.</summary>
    NoData,

    /// <summary>Samples have come, too few of them for a word yet.</summary>
    Settling,

    /// <summary>The newest sample is older than the time tolerance.</summary>
    Stale,

    /// <summary>The samples' clock runs ahead of the node's, or backwards.</summary>
    Clock,

    /// <summary>The robot does not do what its model does.</summary>
    Model,
}
