namespace TwinActors.Twins.Synchronization;

/// <summary>Joint states that a robot measured at one instant.</summary>
/// <param name="stampNs">When they were measured, on the clock of the ticks [ns].</param>
/// <param name="positions">Positions [rad or m], one per joint; NaN where absent.</param>
/// <param name="velocities">Velocities [rad/s or m/s], one per joint; NaN where absent, empty when none is
/// measured.</param>
public readonly ref struct JointSample(long stampNs, ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
{
    /// <summary>When they were measured, on the clock of the ticks [ns].</summary>
    public long StampNs { get; } = stampNs;

    /// <summary>Positions [rad or m]; NaN where absent.</summary>
    public ReadOnlySpan<double> Positions { get; } = positions;

    /// <summary>Velocities [rad/s or m/s]; NaN where absent, empty when none is measured.</summary>
    public ReadOnlySpan<double> Velocities { get; } = velocities;
}
