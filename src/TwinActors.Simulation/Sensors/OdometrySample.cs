using TwinActors.Robotics.Frames;

namespace TwinActors.Simulation.Sensors;

/// <summary>Dead reckoning from the wheels, as <c>nav_msgs/Odometry</c> has it.</summary>
/// <param name="Pose">Pose of the base in the odometry frame, which is where the base stood at the start.</param>
/// <param name="Forward">Forward speed [m/s].</param>
/// <param name="YawRate">Turning rate, left positive [rad/s].</param>
/// <param name="PositionVariance">Variance of x and of y, growing with the way [m²].</param>
/// <param name="YawVariance">Variance of the heading, growing with the way [rad²].</param>
public readonly record struct OdometrySample(
    Pose Pose,
    double Forward,
    double YawRate,
    double PositionVariance,
    double YawVariance)
{
    /// <summary>Variance of the forward speed [(m/s)²].</summary>
    public const double ForwardVariance = 1e-4;

    /// <summary>Variance of the turning rate [(rad/s)²].</summary>
    public const double YawRateVariance = 4e-4;

    /// <summary>Variance of what a base on level ground cannot do: rise, roll, pitch [m² or rad²].</summary>
    public const double LevelVariance = 1e-9;

    /// <summary>Fills the covariance of the pose: x, y, z, then the turns about x, y, z; shape (6, 6).</summary>
    /// <param name="covariance">Receives 36 values, row by row [m², m·rad, rad²].</param>
    public void WritePoseCovariance(Span<double> covariance) =>
        WriteDiagonal(covariance, PositionVariance, PositionVariance, YawVariance);

    /// <summary>Fills the covariance of the twist, in the same order; shape (6, 6).</summary>
    /// <param name="covariance">Receives 36 values, row by row [(m/s)², m·rad/s², (rad/s)²].</param>
    public static void WriteTwistCovariance(Span<double> covariance) =>
        WriteDiagonal(covariance, ForwardVariance, LevelVariance, YawRateVariance);

    private static void WriteDiagonal(Span<double> covariance, double x, double y, double yaw)
    {
        covariance.Clear();
        (covariance[0], covariance[7], covariance[14]) = (x, y, LevelVariance);
        (covariance[21], covariance[28], covariance[35]) = (LevelVariance, LevelVariance, yaw);
    }
}
