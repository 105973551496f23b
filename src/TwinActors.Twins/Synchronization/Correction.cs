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

    /// <summary>Highest factor of a boost.</summary>
    public const double HighestBoost = 2;

    /// <summary>Longest time of a boost.</summary>
    public static readonly TimeSpan BoostFor = TimeSpan.FromSeconds(2);

    /// <summary>Factor by which the gain may be raised for a moment, within the margin of stability.</summary>
    /// <param name="mode">Only a robot that is commanded is boosted.</param>
    /// <param name="delay">Dead time of the loop; not negative.</param>
    /// <param name="since">Time since the boost began.</param>
    /// <returns>1 to <see cref="HighestBoost"/>; 1 when it is refused.</returns>
    public static double Boost(SyncMode mode, TimeSpan delay, TimeSpan since) =>
        mode != SyncMode.Command || since >= BoostFor ? 1
        : delay <= TimeSpan.Zero ? HighestBoost
        : Math.Clamp(Margin / (delay.TotalSeconds * GainFor(delay)), 1, HighestBoost);

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
