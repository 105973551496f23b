using TwinActors.Robotics.Frames;

namespace TwinActors.Simulation.Sensors;

/// <summary>One reading of an inertial measurement unit, in its own frame, as <c>sensor_msgs/Imu</c> has it.</summary>
/// <param name="Orientation">Rotation from the sensor's frame to the world.</param>
/// <param name="AngularVelocity">Angular velocity [rad/s].</param>
/// <param name="LinearAcceleration">Acceleration with gravity: +9.81 along the upward axis at rest [m/s²].</param>
public readonly record struct ImuSample(
    Quaternion Orientation,
    Vector3 AngularVelocity,
    Vector3 LinearAcceleration)
{
    /// <summary>Variance of the orientation about each axis, the diagonal of its covariance [rad²].</summary>
    public const double OrientationVariance = 1e-6;

    /// <summary>Variance of the angular velocity along each axis [(rad/s)²].</summary>
    public const double AngularVelocityVariance = 4e-6;

    /// <summary>Variance of the acceleration along each axis [(m/s²)²].</summary>
    public const double LinearAccelerationVariance = 4e-4;
}
