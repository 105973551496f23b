using System.Collections.Immutable;
using TwinActors.Robotics.Model;

namespace TwinActors.Twins.Synchronization;

/// <summary>What the synchronizer must know of one joint.</summary>
/// <param name="Name">Name of the joint.</param>
/// <param name="IsContinuous">Whether one turn more is the same position.</param>
/// <param name="Lower">Lowest position [rad or m]; -∞ when unbounded.</param>
/// <param name="Upper">Highest position [rad or m]; +∞ when unbounded.</param>
/// <param name="Range">Span by which position errors are normalised [rad or m]; positive.</param>
/// <param name="TopSpeed">Speed by which velocity errors are normalised [rad/s or m/s]; positive.</param>
public readonly record struct JointProfile(
    string Name, bool IsContinuous, double Lower, double Upper, double Range, double TopSpeed)
{
    /// <summary>One turn: the span of a joint whose limits are not known.</summary>
    private const double FullTurn = 2 * Math.PI;

    /// <summary>A joint of which only the name is known: no limits, not continuous, errors per turn and per
    /// turn a second.</summary>
    public static JointProfile Unknown(string name) =>
        new(name, false, double.NegativeInfinity, double.PositiveInfinity, FullTurn, FullTurn);

    /// <summary>Profiles of a model's movable joints, in model order.</summary>
    public static ImmutableArray<JointProfile> Of(RobotModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return [.. model.MovableJoints.Select(Of)];
    }

    private static JointProfile Of(Joint joint)
    {
        var isContinuous = joint.Type == JointType.Continuous;
        var lower = isContinuous ? null : joint.Limits?.Lower;
        var upper = isContinuous ? null : joint.Limits?.Upper;
        return new JointProfile(
            joint.Name,
            isContinuous,
            lower ?? double.NegativeInfinity,
            upper ?? double.PositiveInfinity,
            upper - lower is { } range and > 0 ? range : FullTurn,
            joint.Limits?.Velocity ?? FullTurn);
    }
}
