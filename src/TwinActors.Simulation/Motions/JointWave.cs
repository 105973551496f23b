using System.Collections.Immutable;

namespace TwinActors.Simulation.Motions;

/// <summary>Periodic motion of one joint: an offset and a few sine waves.</summary>
/// <param name="Offset">Mean position [rad or m].</param>
/// <param name="Harmonics">The waves; their sum never exceeds the sum of their amplitudes.</param>
internal sealed record JointWave(double Offset, ImmutableArray<Harmonic> Harmonics)
{
    /// <summary>The same wave, moved and made smaller as far as the joint's range needs.</summary>
    /// <param name="limits">Range of the joint.</param>
    /// <param name="cycleSeconds">Duration of the base cycle [s].</param>
    public JointWave FitInto(MotionLimits limits, double cycleSeconds)
    {
        var offset = limits.Clamp(Offset);
        var reach = Harmonics.Sum(harmonic => Math.Abs(harmonic.Amplitude));
        var speed = Harmonics.Sum(
            harmonic => Math.Abs(harmonic.Amplitude) * harmonic.Multiple) * Math.Tau / cycleSeconds;
        if (reach == 0)
        {
            return new JointWave(offset, []);
        }

        var room = Math.Min(limits.Upper - offset, offset - limits.Lower);
        var factor = Math.Min(1, Math.Min(room / reach, limits.Velocity / speed));
        return new JointWave(
            offset,
            [.. Harmonics.Select(harmonic => harmonic with { Amplitude = harmonic.Amplitude * factor })]);
    }
}

/// <summary>One sine wave: amplitude · sin(2π · multiple · t / cycle + phase).</summary>
/// <param name="Amplitude">Amplitude [rad or m].</param>
/// <param name="Multiple">Periods per base cycle; at least 1.</param>
/// <param name="Phase">Phase at time 0 [rad].</param>
internal readonly record struct Harmonic(double Amplitude, int Multiple, double Phase);
