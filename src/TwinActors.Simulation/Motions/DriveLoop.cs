// Hot path: run once per step. Allocates nothing after construction.
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Motions;

/// <summary>A mobile base drives round and round on a smooth loop, with its wheels rolling to match.</summary>
/// <remarks>
/// The loop is x = a(cos θ − k cos 3θ), y = b(sin θ + k sin 3θ), a rectangle with soft corners, at a constant rate of
/// θ.
/// Wheel angles are the integral of the wheels' ground speeds: tabulated once over a lap, exact in what they add per
/// lap.
/// </remarks>
internal sealed class DriveLoop : Motion
{
    private const double HalfLength = 2.6;
    private const double HalfWidth = 1.65;
    private const double CornerShare = 0.08;
    private const double LapSeconds = 26;
    private const double Rate = Math.Tau / LapSeconds;

    // 2048 cubic pieces per lap: an error below 1e-9 m, far below one encoder count.
    private const int Pieces = 2048;

    private readonly DriveGeometry _drive;
    private readonly WaveMotion _others;
    private readonly double[] _rolled = new double[Pieces + 1];
    private readonly double[] _turned = new double[Pieces + 1];

    public DriveLoop(RobotModel model, DriveGeometry drive)
    {
        _drive = drive;
        _others = WaveMotion.Sweep(model);
        const double Step = LapSeconds / Pieces;
        for (var i = 0; i < Pieces; i++)
        {
            var (start, middle, end) = (SpeedsAt(i * Step), SpeedsAt((i + 0.5) * Step), SpeedsAt((i + 1) * Step));
            _rolled[i + 1] = _rolled[i] + (Step / 6 * (start.Forward + (4 * middle.Forward) + end.Forward));
            _turned[i + 1] = _turned[i] + (Step / 6 * (start.Yaw + (4 * middle.Yaw) + end.Yaw));
        }
    }

    public override double CycleSeconds => LapSeconds;

    public override void Evaluate(double seconds, Span<double> positions, Span<double> velocities)
    {
        _others.Evaluate(seconds, positions, velocities);
        var laps = Math.Floor(seconds / LapSeconds);
        var time = seconds - (laps * LapSeconds);
        var speeds = SpeedsAt(time);
        var rolled = (laps * _rolled[Pieces]) + Interpolate(_rolled, time, static speeds => speeds.Forward);
        var turned = (laps * _turned[Pieces]) + Interpolate(_turned, time, static speeds => speeds.Yaw);
        for (var i = 0; i < _drive.Sides.Length; i++)
        {
            if (_drive.Sides[i] != 0)
            {
                // Turning left, the left wheel goes the shorter way.
                var arm = -0.5 * _drive.Track * _drive.Sides[i];
                positions[i] = (rolled + (arm * turned)) / _drive.WheelRadius;
                velocities[i] = (speeds.Forward + (arm * speeds.Yaw)) / _drive.WheelRadius;
            }
        }
    }

    public override Pose RootPose(double seconds)
    {
        var theta = Rate * (seconds % LapSeconds);
        var (dx, dy) = Slope(theta);
        return new Pose(
            new Vector3(
                HalfLength * (Math.Cos(theta) - (CornerShare * Math.Cos(3 * theta))),
                HalfWidth * (Math.Sin(theta) + (CornerShare * Math.Sin(3 * theta))),
                0),
            Quaternion.FromAxisAngle(Vector3.UnitZ, Math.Atan2(dy, dx)));
    }

    private static (double X, double Y) Slope(double theta) => (
        HalfLength * (-Math.Sin(theta) + (3 * CornerShare * Math.Sin(3 * theta))),
        HalfWidth * (Math.Cos(theta) + (3 * CornerShare * Math.Cos(3 * theta))));

    /// <summary>Forward speed [m/s] and yaw rate [rad/s] at one instant of a lap.</summary>
    private static (double Forward, double Yaw) SpeedsAt(double time)
    {
        var theta = Rate * time;
        var (dx, dy) = Slope(theta);
        var ddx = HalfLength * (-Math.Cos(theta) + (9 * CornerShare * Math.Cos(3 * theta)));
        var ddy = HalfWidth * (-Math.Sin(theta) - (9 * CornerShare * Math.Sin(3 * theta)));
        var square = (dx * dx) + (dy * dy);
        return (Rate * Math.Sqrt(square), Rate * ((dx * ddy) - (dy * ddx)) / square);
    }

    /// <summary>Cubic Hermite interpolation of a table whose derivative is known exactly.</summary>
    private static double Interpolate(double[] table, double time, Func<(double Forward, double Yaw), double> slope)
    {
        const double Step = LapSeconds / Pieces;
        var piece = Math.Min(Pieces - 1, (int)(time / Step));
        var s = (time / Step) - piece;
        var startSlope = slope(SpeedsAt(piece * Step)) * Step;
        var endSlope = slope(SpeedsAt((piece + 1) * Step)) * Step;
        var way = table[piece + 1] - table[piece];
        return table[piece] + (s * (startSlope
            + (s * ((3 * way) - (2 * startSlope) - endSlope + (s * (startSlope + endSlope - (2 * way)))))));
    }
}
