// Hot path: run once per imu sample. Allocates nothing after construction.
using System.Runtime.InteropServices;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Kinematics;
using TwinActors.Simulation.Motions;

namespace TwinActors.Simulation.Sensors;

/// <summary>Inertial measurement unit on one link, with a constant gyroscope bias and noise.</summary>
/// <remarks>
/// Rates come from central differences of the exact pose over ±1 ms, so they hold for any link and any motion without
/// derivatives written by hand. The truncation error, below 1e-5 of the value for the motions here, is far below the
/// noise.
/// </remarks>
internal sealed class ImuSensor(
    Motion motion,
    KinematicTree tree,
    int linkPlace,
    int joints,
    ulong seed,
    double noiseScale)
{
    private const double Gravity = 9.80665;
    private const double Half = 1e-3;

    private static readonly double OrientationDeviation = Math.Sqrt(ImuSample.OrientationVariance);
    private static readonly double RateDeviation = Math.Sqrt(ImuSample.AngularVelocityVariance);
    private static readonly double AccelerationDeviation = Math.Sqrt(ImuSample.LinearAccelerationVariance);

    private readonly double[] _positions = new double[joints];
    private readonly double[] _velocities = new double[joints];
    private readonly Vector3 _bias = Bias(seed, noiseScale);
    private SeededNoise _noise = new(seed, 0x494D55);

    /// <summary>The reading at one instant [s].</summary>
    public ImuSample Read(double seconds)
    {
        // The start is moved by one difference: nothing is defined before time 0.
        var at = Math.Max(seconds, Half);
        var (before, now, after) = (PoseAt(at - Half), PoseAt(at), PoseAt(at + Half));
        var acceleration = (before.Translation - (now.Translation * 2) + after.Translation) * (1 / (Half * Half));
        var specific = now.Rotation.Inverse().Rotate(acceleration + new Vector3(0, 0, Gravity));
        var rate = (before.Rotation.Inverse() * after.Rotation).ToRotationVector() * (1 / (2 * Half));
        var tilt = Noise(OrientationDeviation);
        return new ImuSample(
            now.Rotation * Quaternion.FromRollPitchYaw(tilt.X, tilt.Y, tilt.Z),
            rate + _bias + Noise(RateDeviation),
            specific + Noise(AccelerationDeviation));
    }

    /// <summary>Adds what the sensor keeps to a saved state.</summary>
    public void Save(List<byte> saved) =>
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<SeededNoise>(in _noise)));

    /// <summary>Takes it over again.</summary>
    public void Restore(ref SavedParts saved) =>
        saved.Take(MemoryMarshal.AsBytes(new Span<SeededNoise>(ref _noise)));

    private static Vector3 Bias(ulong seed, double noiseScale)
    {
        var noise = new SeededNoise(seed, 0x42494153);
        return new Vector3(noise.Next(), noise.Next(), noise.Next()) * (0.001 * noiseScale);
    }

    private Pose PoseAt(double seconds)
    {
        motion.Evaluate(seconds, _positions, _velocities);
        tree.Place(motion.RootPose(seconds), _positions);
        return tree.Poses[linkPlace];
    }

    private Vector3 Noise(double deviation) =>
        new Vector3(_noise.Next(), _noise.Next(), _noise.Next()) * (deviation * noiseScale);
}
