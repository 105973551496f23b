using System.Collections.Immutable;

namespace TwinActors.Simulation.Motions;

/// <summary>What each joint of a humanoid does in a calm walk, by the usual joint names (<c>left_hip_pitch</c>,
/// …).</summary>
/// <remarks>
/// Pitch turns about y: a negative hip or shoulder swings the limb forward, a positive knee bends it. The right side is
/// half a stride behind the left.
/// </remarks>
internal static class Gait
{
    /// <summary>Duration of the base cycle [s]: ten strides of 1.2 s, so that the head can look around
    /// slowly.</summary>
    public const double CycleSeconds = 12;

    private const int Stride = 10;

    /// <summary>What the body does while walking.</summary>
    public static BodySway Sway { get; } = new(Stride, 0.006, 0.018, 0.012, 0.03, 0.015, 0.04);

    // The first entry whose text the joint's name contains counts.
    private static readonly ImmutableArray<(string Name, JointWave Wave)> Waves =
    [
        ("hip_pitch", Wave(-0.12, (-0.30, 1, 0))),
        ("hip_roll", Wave(0, (0.05, 1, 0.4))),
        ("hip_yaw", Wave(0, (0.05, 1, 0))),
        // The knee bends most while the hip swings forward: cosine, written as sine with a quarter turn.
        ("knee", Wave(0.42, (0.34, 1, 1.92), (0.08, 2, 2.27))),
        ("ankle_pitch", Wave(-0.30, (0.24, 1, 0), (0.27, 1, 1.92 + Math.PI))),
        ("ankle_roll", Wave(0, (-0.04, 1, 0.4))),
        ("shoulder_pitch", Wave(0.05, (0.42, 1, 0))),
        ("shoulder_roll", Wave(0.16, (0.03, 2, 0))),
        ("shoulder_yaw", Wave(0, (0.06, 1, 0.8))),
        ("elbow", Wave(-0.65, (0.22, 1, 0))),
        ("wrist_roll", Wave(0, (0.12, 1, 0.5))),
        ("wrist_pitch", Wave(0, (0.1, 1, 1.1))),
        ("wrist_yaw", Wave(0, (0.08, 1, 1.6))),
        ("waist_yaw", Wave(0, (0.14, 1, Math.PI))),
        ("waist_pitch", Wave(0.05, (0.02, 2, 0))),
        ("waist_roll", Wave(0, (0.03, 1, 0))),
        ("neck_yaw", new JointWave(0, [new Harmonic(0.45, 1, 0), new Harmonic(0.12, 3, 1)])),
        ("neck_pitch", new JointWave(0.08, [new Harmonic(0.12, 2, 0.5)])),
    ];

    /// <summary>The wave of one joint; a joint of an unknown name holds still at 0.</summary>
    public static JointWave Wave(string joint)
    {
        var isRight = joint.Contains("right", StringComparison.OrdinalIgnoreCase);
        foreach (var (name, wave) in Waves)
        {
            if (joint.Contains(name, StringComparison.OrdinalIgnoreCase))
            {
                return isRight ? Mirrored(wave, name) : wave;
            }
        }

        return new JointWave(0, []);
    }

    private static JointWave Wave(
        double offset,
        params ReadOnlySpan<(double Amplitude, int PerStride, double Phase)> waves)
    {
        var harmonics = ImmutableArray.CreateBuilder<Harmonic>(waves.Length);
        foreach (var (amplitude, perStride, phase) in waves)
        {
            harmonics.Add(new Harmonic(amplitude, perStride * Stride, phase));
        }

        return new JointWave(offset, harmonics.MoveToImmutable());
    }

    private static JointWave Mirrored(JointWave wave, string name)
    {
        // Arms spread to their own sides. Hips and ankles roll together, because the whole body leans over one foot.
        var offset = name == "shoulder_roll" ? -wave.Offset : wave.Offset;
        return new JointWave(offset, [.. wave.Harmonics.Select(harmonic => MirroredHarmonic(harmonic, name))]);
    }

    private static Harmonic MirroredHarmonic(Harmonic harmonic, string name) => name switch
    {
        "hip_roll" or "ankle_roll" => harmonic,
        "shoulder_roll" => harmonic with { Amplitude = -harmonic.Amplitude },
        _ => harmonic with { Phase = harmonic.Phase + (Math.PI * harmonic.Multiple / Stride) },
    };
}
