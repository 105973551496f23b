// Hot path: run once per step of a mobile base. Allocates nothing after construction.
using TwinActors.Robotics.Frames;
using TwinActors.Simulation.Motions;

namespace TwinActors.Simulation.Sensors;

/// <summary>Adds up what the wheel encoders report, with a slip that makes it drift as real odometry does.</summary>
internal sealed class WheelOdometer(DriveGeometry drive, ulong seed, double noiseScale)
{
    /// <summary>Standard deviation of the share of each way that slips [1].</summary>
    private const double SlipDeviation = 0.01;

    private SeededNoise _noise = new(seed, 0x4F444F4D);
    private double _left;
    private double _right;
    private double _x;
    private double _y;
    private double _yaw;
    private double _way;
    private double _forward;
    private double _yawRate;

    /// <summary>Sets where the encoders stand at the start.</summary>
    public void Begin(ReadOnlySpan<double> positions) => (_left, _right) = MeanAngles(positions);

    /// <summary>Takes the encoders' new angles.</summary>
    /// <param name="positions">Measured positions of the movable joints [rad or m].</param>
    /// <param name="elapsedSeconds">Time since the last call [s]; positive.</param>
    public void Advance(ReadOnlySpan<double> positions, double elapsedSeconds)
    {
        var (left, right) = MeanAngles(positions);
        var leftWay = drive.WheelRadius * (left - _left) * (1 + (SlipDeviation * noiseScale * _noise.Next()));
        var rightWay = drive.WheelRadius * (right - _right) * (1 + (SlipDeviation * noiseScale * _noise.Next()));
        (_left, _right) = (left, right);
        var way = (leftWay + rightWay) / 2;
        var turn = (rightWay - leftWay) / drive.Track;

        // The chord of the arc points along the mean heading; its length differs from the arc's by turn²/24.
        var (sine, cosine) = Math.SinCos(_yaw + (turn / 2));
        _x += way * cosine;
        _y += way * sine;
        _yaw = Math.IEEERemainder(_yaw + turn, Math.Tau);
        _way += Math.Abs(way);
        _forward = way / elapsedSeconds;
        _yawRate = turn / elapsedSeconds;
    }

    /// <summary>The reckoning now.</summary>
    public OdometrySample Read() => new(
        new Pose(new Vector3(_x, _y, 0), Quaternion.FromAxisAngle(Vector3.UnitZ, _yaw)),
        _forward,
        _yawRate,
        1e-4 + (1e-4 * _way),
        1e-4 + (2e-5 * _way));

    private (double Left, double Right) MeanAngles(ReadOnlySpan<double> positions)
    {
        var (left, right, lefts, rights) = (0.0, 0.0, 0, 0);
        for (var i = 0; i < drive.Sides.Length; i++)
        {
            if (drive.Sides[i] > 0)
            {
                left += positions[i];
                lefts++;
            }
            else if (drive.Sides[i] < 0)
            {
                right += positions[i];
                rights++;
            }
        }

        return (left / lefts, right / rights);
    }
}
