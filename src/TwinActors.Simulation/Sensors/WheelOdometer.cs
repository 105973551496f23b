// Hot path: run once per step of a mobile base. Allocates nothing after construction.
using System.Runtime.InteropServices;
using TwinActors.Robotics.Frames;
using TwinActors.Simulation.Motions;

namespace TwinActors.Simulation.Sensors;

/// <summary>Adds up what the wheel encoders report, with a slip that makes it drift as real odometry does.</summary>
internal sealed class WheelOdometer(DriveGeometry drive, ulong seed, double noiseScale)
{
    /// <summary>Standard deviation of the share of each way that slips [1].</summary>
    private const double SlipDeviation = 0.01;

    private SeededNoise _noise = new(seed, 0x4F444F4D);
    private Reckoning _now;

    /// <summary>Sets where the encoders stand at the start.</summary>
    public void Begin(ReadOnlySpan<double> positions) => (_now.Left, _now.Right) = MeanAngles(positions);

    /// <summary>Takes the encoders' new angles.</summary>
    /// <param name="positions">Measured positions of the movable joints [rad or m].</param>
    /// <param name="elapsedSeconds">Time since the last call [s]; positive.</param>
    public void Advance(ReadOnlySpan<double> positions, double elapsedSeconds)
    {
        var (left, right) = MeanAngles(positions);
        var leftWay = drive.WheelRadius * (left - _now.Left) * (1 + (SlipDeviation * noiseScale * _noise.Next()));
        var rightWay = drive.WheelRadius * (right - _now.Right) * (1 + (SlipDeviation * noiseScale * _noise.Next()));
        (_now.Left, _now.Right) = (left, right);
        var way = (leftWay + rightWay) / 2;
        var turn = (rightWay - leftWay) / drive.Track;

        // The chord of the arc points along the mean heading; its length differs from the arc's by turn²/24.
        var (sine, cosine) = Math.SinCos(_now.Yaw + (turn / 2));
        _now.X += way * cosine;
        _now.Y += way * sine;
        _now.Yaw = Math.IEEERemainder(_now.Yaw + turn, Math.Tau);
        _now.Way += Math.Abs(way);
        _now.Forward = way / elapsedSeconds;
        _now.YawRate = turn / elapsedSeconds;
    }

    /// <summary>The reckoning now.</summary>
    public OdometrySample Read() => new(
        new Pose(new Vector3(_now.X, _now.Y, 0), Quaternion.FromAxisAngle(Vector3.UnitZ, _now.Yaw)),
        _now.Forward,
        _now.YawRate,
        1e-4 + (1e-4 * _now.Way),
        1e-4 + (2e-5 * _now.Way));

    /// <summary>Adds what the odometer keeps to a saved state.</summary>
    public void Save(List<byte> saved)
    {
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<Reckoning>(in _now)));
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<SeededNoise>(in _noise)));
    }

    /// <summary>Takes it over again.</summary>
    public void Restore(ref SavedParts saved)
    {
        saved.Take(MemoryMarshal.AsBytes(new Span<Reckoning>(ref _now)));
        saved.Take(MemoryMarshal.AsBytes(new Span<SeededNoise>(ref _noise)));
    }

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

    private struct Reckoning
    {
        /// <summary>Mean angle of the left wheels [rad].</summary>
        public double Left;

        /// <summary>Mean angle of the right wheels [rad].</summary>
        public double Right;

        /// <summary>Position, x [m].</summary>
        public double X;

        /// <summary>Position, y [m].</summary>
        public double Y;

        /// <summary>Heading [rad].</summary>
        public double Yaw;

        /// <summary>Way behind, either direction [m].</summary>
        public double Way;

        /// <summary>Forward speed [m/s].</summary>
        public double Forward;

        /// <summary>Turning rate [rad/s].</summary>
        public double YawRate;
    }
}
