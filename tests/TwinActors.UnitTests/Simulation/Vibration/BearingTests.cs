using TwinActors.Simulation;
using TwinActors.Simulation.Vibration;

namespace TwinActors.UnitTests.Simulation.Vibration;

public sealed class BearingTests
{
    private const double ShaftHz = 25;
    private const double SampleHz = 16_384;

    public static TheoryData<BearingPart> Parts =>
        [BearingPart.OuterRing, BearingPart.InnerRing, BearingPart.Ball, BearingPart.Cage];

    [Fact]
    public void Defect_frequencies_are_those_of_the_geometry()
    {
        // The 6205 bearing of the Case Western Reserve data set: 3.585, 5.415, 4.714 and 0.398 times the shaft's.
        var bearing = new BearingModel(9, 7.94e-3, 39.04e-3, 0);

        Assert.Equal(3.585, bearing.DefectHz(BearingPart.OuterRing, 1), 1e-3);
        Assert.Equal(5.415, bearing.DefectHz(BearingPart.InnerRing, 1), 1e-3);
        Assert.Equal(4.714, bearing.DefectHz(BearingPart.Ball, 1), 2e-3);
        Assert.Equal(0.398, bearing.DefectHz(BearingPart.Cage, 1), 1e-3);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void The_envelope_of_a_damaged_bearing_has_a_line_at_the_parts_frequency(BearingPart part)
    {
        var defectHz = BearingModel.Motor.DefectHz(part, ShaftHz);

        var (damaged, healthy) = (Envelope(1, part), Envelope(0, part));

        Assert.True(Line(damaged, defectHz) > 10 * Median(damaged), "damaged");
        Assert.True(Line(healthy, defectHz) < 5 * Median(healthy), "healthy");
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void The_root_mean_square_that_is_told_is_that_of_the_burst(BearingPart part)
    {
        var burst = Burst(0.5, part);

        var measured = Math.Sqrt(burst.Average(value => value * value));

        Assert.Equal(1, measured / MotorVibration.Rms(ShaftHz, 0.5, part), 0.15);
    }

    private static double[] Burst(double severity, BearingPart part)
    {
        var burst = new double[65_536];
        var noise = new SeededNoise(1, 2);
        MotorVibration.Fill(burst, SampleHz, ShaftHz, severity, part, ref noise);
        return burst;
    }

    private static double[] Envelope(double severity, BearingPart part)
    {
        var rectified = Burst(severity, part);
        for (var i = 0; i < rectified.Length; i++)
        {
            rectified[i] = Math.Abs(rectified[i]);
        }

        var mean = rectified.Average();
        return [.. rectified.Select(value => value - mean)];
    }

    private static double Median(double[] signal)
    {
        double[] lines = [.. Enumerable.Range(0, 60).Select(i => Power(signal, 3 + (2.71 * i)))];
        Array.Sort(lines);
        return lines[lines.Length / 2];
    }

    // Knocks slip a little: the line is somewhere within half a hertz.
    private static double Line(double[] signal, double hertz) =>
        Enumerable.Range(-4, 9).Max(i => Power(signal, hertz + (i * 0.125)));

    private static double Power(double[] signal, double hertz)
    {
        var (cosine, sine) = (0.0, 0.0);
        for (var i = 0; i < signal.Length; i++)
        {
            var (s, c) = Math.SinCos(Math.Tau * hertz * i / SampleHz);
            (cosine, sine) = (cosine + (signal[i] * c), sine + (signal[i] * s));
        }

        return (cosine * cosine) + (sine * sine);
    }
}
