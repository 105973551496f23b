using System.Text.Json.Serialization;

namespace TwinActors.Contracts.Robots;

/// <summary>Body of <c>POST /robots/{id}/calibration/proposal</c>: what the robot's recorded motion says of its
/// parameters.</summary>
/// <param name="From">Begin of the motion, log time of the recordings, RFC 3339; null: <paramref name="Seconds"/>
/// before now.</param>
/// <param name="Seconds">Length of the motion, above 0 and at most 600 [s]; null: 60.</param>
/// <param name="PayloadLink">Link that carries a weight of unknown mass; null: none does.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CalibrationRequest(string? From = null, double? Seconds = null, string? PayloadLink = null);

/// <summary>What recorded motion says of a robot's parameters. Nothing uses it until it is approved.</summary>
/// <param name="From">Log time of the first joint state, RFC 3339.</param>
/// <param name="To">Log time of the last joint state, RFC 3339.</param>
/// <param name="Samples">Joint states that were used.</param>
/// <param name="EffortDelayMs">How much later than the motion the efforts are told [ms]; null when the motion does not
/// say.</param>
/// <param name="LinkDelayMs">How much later than their stamps joint states are received, median [ms]: the way, and how
/// far the robot's clock is off; null when the robot stamps nothing.</param>
/// <param name="Joints">One row per movable joint, in model order.</param>
/// <param name="Payload">The payload; null when none was asked for.</param>
/// <param name="Parameters">What can be approved: the body of <c>POST /robots/{id}/calibration</c>; null when nothing
/// was identified.</param>
public sealed record CalibrationProposalDocument(
    string From,
    string To,
    int Samples,
    double? EffortDelayMs,
    double? LinkDelayMs,
    IReadOnlyList<CalibrationJointDocument> Joints,
    CalibrationPayloadDocument? Payload,
    CalibrationParameters? Parameters);

/// <summary>What was identified of one joint.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Friction">Coulomb friction [N·m or N]; null when the motion does not tell.</param>
/// <param name="Damping">Viscous friction [N·m·s/rad or N·s/m]; likewise.</param>
/// <param name="RotorInertia">Inertia of the rotor seen through the gear [kg·m² or kg]; likewise.</param>
/// <param name="ResidualBefore">Root mean square of the effort that the model as it is does not explain while the joint
/// moves [N·m or N]; null when it never moves.</param>
/// <param name="ResidualAfter">The same with the identified values; null without them.</param>
/// <param name="Condition">Condition number of the joint's equations [1]; 50 at most is needed; null when there are too
/// few equations.</param>
/// <param name="Problem">Why nothing was identified; null when it was.</param>
public sealed record CalibrationJointDocument(
    string Name,
    double? Friction,
    double? Damping,
    double? RotorInertia,
    double? ResidualBefore,
    double? ResidualAfter,
    double? Condition,
    string? Problem);

/// <summary>What was identified of a payload.</summary>
/// <param name="Link">Link that carries it.</param>
/// <param name="Mass">Mass [kg]; null when the motion does not tell.</param>
/// <param name="Deviation">Standard deviation of the mass [kg]; likewise.</param>
/// <param name="Problem">Why it was not identified; null when it was.</param>
public sealed record CalibrationPayloadDocument(string Link, double? Mass, double? Deviation, string? Problem);

/// <summary>Parameters of a robot that replace those of its model.</summary>
/// <param name="Joints">Joints with values of their own; the others are as the model says.</param>
/// <param name="Payload">A weight that the robot always carries; null: none.</param>
/// <param name="EffortDelayMs">How much later than the motion its efforts are told [ms]; null: unknown.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CalibrationParameters(
    IReadOnlyList<CalibratedJointParameters>? Joints,
    WhatIfPayloadRequest? Payload = null,
    double? EffortDelayMs = null);

/// <summary>Parameters of one joint; each 0 or more.</summary>
/// <param name="Joint">Joint name.</param>
/// <param name="Friction">Coulomb friction [N·m or N].</param>
/// <param name="Damping">Viscous friction [N·m·s/rad or N·s/m].</param>
/// <param name="RotorInertia">Inertia of the rotor seen through the gear [kg·m² or kg].</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CalibratedJointParameters(
    string? Joint, double? Friction, double? Damping, double? RotorInertia);

/// <summary>What was approved of a robot's parameters.</summary>
/// <param name="ApprovedAt">When, RFC 3339; null: nothing was, they are the model's.</param>
/// <param name="Parameters">The parameters; null likewise.</param>
public sealed record CalibrationDocument(string? ApprovedAt, CalibrationParameters? Parameters);
