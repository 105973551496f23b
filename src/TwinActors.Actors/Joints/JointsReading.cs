using System.Collections.Immutable;
using TwinActors.Twins.Links;

namespace TwinActors.Actors.Joints;

/// <summary>State of all joints of a robot at the moment of asking.</summary>
/// <param name="StampNs">Stamp of the newest joint state [ns, robot's clock]; <see langword="null"/> before the
/// first.</param>
/// <param name="ReceivedAtNs">When it arrived [ns, node's clock]; <see langword="null"/> before the first.</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Joints">Model order, then order of appearance.</param>
public sealed record JointsReading(
    long? StampNs, long? ReceivedAtNs, Quality Quality, ImmutableArray<JointReading> Joints)
{
    /// <summary>The robot's clock by the joint states read in the last two minutes; <see langword="null"/> before the
    /// first with a stamp.</summary>
    public ClockEstimate? Clock { get; init; }
}

/// <summary>State of one joint.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Position">Position [rad or m]; <see langword="null"/> when absent.</param>
/// <param name="Velocity">Velocity [rad/s or m/s]; <see langword="null"/> when absent.</param>
/// <param name="Effort">Effort [N·m or N]; <see langword="null"/> when absent.</param>
/// <param name="StampNs">Stamp of the newest joint state that named it [ns, robot's clock].</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Implausible">Whether the position lies outside the model's limits.</param>
public sealed record JointReading(
    string Name, double? Position, double? Velocity, double? Effort, long? StampNs, Quality Quality, bool Implausible);
