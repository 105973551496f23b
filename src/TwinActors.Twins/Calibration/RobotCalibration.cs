using System.Collections.Immutable;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Twins.Calibration;

/// <summary>Parameters of a robot that a person has approved instead of those of its model: virtual robots are made
/// with them.</summary>
/// <param name="Joints">Joints with values of their own; the others are as the model says.</param>
/// <param name="Payload">A weight that the robot always carries; <see langword="null"/>: none.</param>
/// <param name="EffortDelay">How much later than the motion its efforts are told [s]; <see langword="null"/>:
/// unknown.</param>
public sealed record RobotCalibration(
    ImmutableArray<CalibratedJoint> Joints, CalibratedPayload? Payload, double? EffortDelay)
{
    /// <summary>Why no robot can have these values; <see langword="null"/> when one can.</summary>
    public string? Problem()
    {
        if (Joints.Length > RobotDescription.MostJoints)
        {
            return $"A calibration of {Joints.Length} joints is given; a robot has {RobotDescription.MostJoints} at "
                + "most.";
        }

        if (Joints.GroupBy(joint => joint.Joint).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return $"Joint {twice.Key} is given {twice.Count()} times; once is enough.";
        }

        var wrong = Joints.FirstOrDefault(joint => !joint.IsPossible);
        if (wrong is not null)
        {
            return $"Joint {wrong.Joint} has friction {wrong.Friction}, damping {wrong.Damping} and rotor inertia "
                + $"{wrong.RotorInertia}; 0 or more is possible for each.";
        }

        if (EffortDelay is { } delay && !double.IsFinite(delay))
        {
            return $"The delay of the efforts is {delay} s; a number is wanted.";
        }

        return Payload is { Mass: not (>= 0 and < double.PositiveInfinity) }
            ? $"The payload at {Payload.Link} is {Payload.Mass} kg; 0 or more is possible."
            : null;
    }
}

/// <summary>Approved values of one joint.</summary>
/// <param name="Joint">Name of the joint.</param>
/// <param name="Friction">Coulomb friction [N·m or N].</param>
/// <param name="Damping">Viscous friction [N·m·s/rad or N·s/m].</param>
/// <param name="RotorInertia">Inertia of the rotor seen through the gear [kg·m² or kg].</param>
public sealed record CalibratedJoint(string Joint, double Friction, double Damping, double RotorInertia)
{
    internal bool IsPossible => IsAmount(Friction) && IsAmount(Damping) && IsAmount(RotorInertia);

    private static bool IsAmount(double value) => value is >= 0 and < double.PositiveInfinity;
}

/// <summary>An approved weight.</summary>
/// <param name="Link">Link at whose origin it hangs.</param>
/// <param name="Mass">Mass [kg].</param>
public sealed record CalibratedPayload(string Link, double Mass);
