namespace TwinActors.Simulation;

/// <summary>How a simulated robot moves and measures.</summary>
public sealed record SimulationOptions
{
    /// <summary>Starts every noise stream and shifts the motion within its cycle; 0 begins the cycle at its
    /// start.</summary>
    public long Seed { get; init; }

    /// <summary>Steps per second, each with a joint sample [Hz]; 1 to 1000. Default 100.</summary>
    public double RateHz { get; init; } = 100;

    /// <summary>Imu samples per second [Hz], at most one per step. Default 100.</summary>
    public double ImuHz { get; init; } = 100;

    /// <summary>Laser scans per second [Hz], at most one per step. Default 10.</summary>
    public double LaserHz { get; init; } = 10;

    /// <summary>Odometry samples per second [Hz], at most one per step. Default 50.</summary>
    public double OdometryHz { get; init; } = 50;

    /// <summary>Samples of the motors per second [Hz], at most one per step. Default 10.</summary>
    public double MotorHz { get; init; } = 10;

    /// <summary>Whether forces move the robot: drives that follow the motion, get warm and wear. Default: not; it is
    /// where the motion is, which costs a fraction.</summary>
    /// <remarks>A model without any mass is moved without forces all the same.</remarks>
    public bool IsDynamic { get; init; }

    /// <summary>Beams of a laser scan, all around; 1 to 4096. Default 360.</summary>
    public int LaserBeams { get; init; } = 360;

    /// <summary>Factor on every noise and bias [1]; 0 measures exactly, but for the encoders' steps. Default
    /// 1.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>Period of one step [ns].</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    internal long StepNanoseconds()
    {
        Require(RateHz, 1, 1000, nameof(RateHz));
        Require(ImuHz, 0.01, 1000, nameof(ImuHz));
        Require(LaserHz, 0.01, 1000, nameof(LaserHz));
        Require(OdometryHz, 0.01, 1000, nameof(OdometryHz));
        Require(MotorHz, 0.01, 1000, nameof(MotorHz));
        Require(LaserBeams, 1, 4096, nameof(LaserBeams));
        Require(NoiseScale, 0, 1000, nameof(NoiseScale));
        return (long)Math.Round(1e9 / RateHz);
    }

    private static void Require(double value, double lowest, double highest, string name)
    {
        if (!(value >= lowest && value <= highest))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {lowest} to {highest}.");
        }
    }
}
