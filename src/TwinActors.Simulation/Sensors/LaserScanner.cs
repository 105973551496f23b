// Hot path: run once per scan. Allocates nothing after construction.
using System.Runtime.InteropServices;
using TwinActors.Robotics.Frames;

namespace TwinActors.Simulation.Sensors;

/// <summary>A laser scanner that looks all around in a flat world.</summary>
internal sealed class LaserScanner(FlatWorld world, int beams, ulong seed, double noiseScale)
{
    /// <summary>Standard deviation of one range [m].</summary>
    private const double RangeDeviation = 0.008;

    private readonly float[] _ranges = new float[beams];
    private SeededNoise _noise = new(seed, 0x4C41534552);

    /// <summary>Shortest distance that is measured [m]; nearer things are -∞.</summary>
    public const float RangeMinimum = 0.12f;

    /// <summary>Longest distance that is measured [m]; farther things are +∞.</summary>
    public const float RangeMaximum = 6.5f;

    /// <summary>Angle of the first beam [rad].</summary>
    public const float AngleMinimum = -MathF.PI;

    /// <summary>The newest scan.</summary>
    public ReadOnlySpan<float> Ranges => _ranges;

    /// <summary>Takes a scan from one pose of the scanner in the world.</summary>
    public void Scan(Pose pose)
    {
        var forward = pose.Rotation.Rotate(Vector3.UnitX);
        var heading = Math.Atan2(forward.Y, forward.X);
        for (var i = 0; i < _ranges.Length; i++)
        {
            var (dy, dx) = Math.SinCos(heading + AngleMinimum + (i * Math.Tau / _ranges.Length));
            var distance = world.Distance(pose.Translation.X, pose.Translation.Y, dx, dy);
            _ranges[i] = Measured(distance + (RangeDeviation * noiseScale * _noise.Next()));
        }
    }

    /// <summary>Adds what the scanner keeps to a saved state.</summary>
    public void Save(List<byte> saved)
    {
        saved.AddRange(MemoryMarshal.AsBytes(_ranges.AsSpan()));
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<SeededNoise>(in _noise)));
    }

    /// <summary>Takes it over again.</summary>
    public void Restore(ref SavedParts saved)
    {
        saved.Take(MemoryMarshal.AsBytes(_ranges.AsSpan()));
        saved.Take(MemoryMarshal.AsBytes(new Span<SeededNoise>(ref _noise)));
    }

    // REP 117: -∞ is too near to measure, +∞ is no return.
    private static float Measured(double distance)
    {
        if (distance < RangeMinimum)
        {
            return float.NegativeInfinity;
        }

        return distance > RangeMaximum ? float.PositiveInfinity : (float)distance;
    }
}
