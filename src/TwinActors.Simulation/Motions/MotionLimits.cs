using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Motions;

/// <summary>The range that a generated motion may use of one joint: a little inside what the model allows.</summary>
/// <param name="Lower">Lowest position [rad or m]; -∞ when unbounded.</param>
/// <param name="Upper">Highest position [rad or m]; +∞ when unbounded.</param>
/// <param name="Velocity">Highest speed [rad/s or m/s].</param>
internal readonly record struct MotionLimits(double Lower, double Upper, double Velocity)
{
    /// <summary>Speed for a joint whose model gives none [rad/s or m/s].</summary>
    private const double DefaultVelocity = 1.0;

    /// <summary>The range of a joint: 3 % of its span away from each bound, 80 % of its speed.</summary>
    public static MotionLimits Of(Joint joint)
    {
        var velocity = 0.8 * (joint.Limits?.Velocity ?? DefaultVelocity);
        if (joint.Limits is not { Lower: { } lower, Upper: { } upper })
        {
            return new MotionLimits(double.NegativeInfinity, double.PositiveInfinity, velocity);
        }

        var margin = 0.03 * (upper - lower);
        return new MotionLimits(lower + margin, upper - margin, velocity);
    }

    /// <summary>The position moved inside the range.</summary>
    public double Clamp(double position) => Math.Clamp(position, Lower, Upper);
}
