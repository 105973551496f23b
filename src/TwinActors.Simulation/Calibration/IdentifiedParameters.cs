using System.Collections.Immutable;

namespace TwinActors.Simulation.Calibration;

/// <summary>What measured motion says about a robot.</summary>
/// <param name="Joints">One row per movable joint, in model order.</param>
/// <param name="Payload">The payload; <see langword="null"/> when none was asked for.</param>
/// <param name="EffortDelay">How much later than the motion the efforts are told [s]; <see langword="null"/> when the
/// motion does not say.</param>
public sealed record IdentifiedParameters(
    ImmutableArray<IdentifiedJoint> Joints, IdentifiedPayload? Payload, double? EffortDelay);

/// <summary>What was identified of one joint.</summary>
/// <param name="Joint">Name of the joint.</param>
/// <param name="Friction">Coulomb friction [N·m or N]; <see langword="null"/> when the motion does not tell.</param>
/// <param name="Damping">Viscous friction [N·m·s/rad or N·s/m]; likewise.</param>
/// <param name="RotorInertia">Inertia of the rotor seen through the gear [kg·m² or kg]; likewise.</param>
/// <param name="ResidualBefore">Root mean square of the effort that the model as it is does not explain while the joint
/// moves [N·m or N]; <see langword="null"/> when it never moves.</param>
/// <param name="ResidualAfter">The same with the identified values; <see langword="null"/> without them.</param>
/// <param name="Condition">Condition number of the joint's equations [1]; <see langword="null"/> when there are too
/// few.</param>
/// <param name="Refusal">Why nothing was identified, for people; <see langword="null"/> when it was.</param>
public sealed record IdentifiedJoint(
    string Joint,
    double? Friction,
    double? Damping,
    double? RotorInertia,
    double? ResidualBefore,
    double? ResidualAfter,
    double? Condition,
    string? Refusal)
{
    internal static IdentifiedJoint NotExcited(string joint, double? before, double? condition, string refusal) =>
        new(
            joint, null, null, null, before, null, condition is { } known && double.IsFinite(known) ? known : null,
            refusal);
}

/// <summary>What was identified of a payload.</summary>
/// <param name="Link">Link that carries it.</param>
/// <param name="Mass">Mass [kg]; <see langword="null"/> when the motion does not tell.</param>
/// <param name="Deviation">Standard deviation of the mass [kg]; likewise.</param>
/// <param name="Refusal">Why it was not identified; <see langword="null"/> when it was.</param>
public sealed record IdentifiedPayload(string Link, double? Mass, double? Deviation, string? Refusal);
