using System.Collections.Immutable;

namespace TwinActors.Simulation.Calibration;

/// <summary>Measured motion of a robot: what parameters are identified from.</summary>
/// <param name="Seconds">When each sample was measured, rising [s]; shape (samples).</param>
/// <param name="Positions">Positions [rad or m], one row per movable joint in model order, one value per
/// sample.</param>
/// <param name="Efforts">Efforts of the drives at the joints [N·m or N], likewise.</param>
public sealed record MeasuredMotion(
    ImmutableArray<double> Seconds,
    ImmutableArray<ImmutableArray<double>> Positions,
    ImmutableArray<ImmutableArray<double>> Efforts);
