using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Synchronization;

/// <summary>How the synchronizers of a node work; from the node's configuration.</summary>
public sealed record SyncSettings
{
    /// <summary>Lowest rate of a synchronizer [Hz].</summary>
    public const double LowestHz = 1;

    /// <summary>Highest rate of a synchronizer [Hz].</summary>
    public const double HighestHz = 1000;

    /// <summary>Rate of a synchronizer whose robot names none [Hz].</summary>
    public double Hz { get; init; } = 100;

    /// <summary>Rate up to which a synchronizer that fails may raise its own [Hz].</summary>
    public double CeilingHz { get; init; } = 200;

    /// <summary>How virtual robots follow, and what counts as following.</summary>
    public SyncOptions Observer { get; init; } = new();
}
