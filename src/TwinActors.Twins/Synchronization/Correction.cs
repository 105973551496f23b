namespace TwinActors.Twins.Synchronization;

/// <summary>What would bring a physical joint to its virtual one.</summary>
public static class Correction
{
    /// <summary>Gain of a correction without delay [1/s].</summary>
    public const double Gain = 10;

    /// <summary>Highest product of gain and delay: a loop with dead time rings above it, and diverges at π/2.</summary>
    public const double Margin = 0.5;

    /// <summary>Distance that is not corrected, as a share of the joint's range [1].</summary>
    public const double Deadband = 0.0005;

    /// <summary>Gain that a loop of a given delay takes without ringing [1/s].</summary>
    /// <param name="delay">Dead time of the loop; not negative.</param>
    public static double GainFor(TimeSpan delay) =>
        delay <= TimeSpan.Zero ? Gain : Math.Min(Gain, Margin / delay.TotalSeconds);

    /// <summary>Velocity that a proportional correction asks for, within the joint's speed and not beyond its
    /// limits.</summary>
    /// <param name="joint">The joint.</param>
    /// <param name="target">Where it should be: the virtual position [rad or m].</param>
    /// <param name="measured">Where it is [rad or m].</param>
    /// <param name="delay">Dead time of the loop; not negative.</param>
    /// <returns>Velocity [rad/s or m/s]; NaN when a position is absent.</returns>
    public static double Velocity(in JointProfile joint, double target, double measured, TimeSpan delay)
    {
        var distance = Synchronizer.Difference(
            Math.Clamp(target, joint.Lower, joint.Upper), measured, joint.IsContinuous);
        return Math.Abs(distance) < Deadband * joint.Range
            ? 0
            : Math.Clamp(GainFor(delay) * distance, -joint.TopSpeed, joint.TopSpeed);
    }
}
