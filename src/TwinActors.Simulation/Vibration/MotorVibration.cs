namespace TwinActors.Simulation.Vibration;

/// <summary>How a motor's housing shakes: running noise, and the knocks of a damaged bearing.</summary>
/// <remarks>
/// Each knock makes the housing ring: a decaying sine. The train of knocks repeats at the damaged part's frequency, so
/// that its envelope shows which part it is (P. McFadden and J. Smith, "Model for the vibration produced by a single
/// point defect in a rolling element bearing", Journal of Sound and Vibration 96, 1984).
/// </remarks>
internal static class MotorVibration
{
    /// <summary>Frequency at which the housing rings [Hz].</summary>
    public const double RingHz = 2400;

    /// <summary>Time in which the ringing falls to 37 % [s].</summary>
    public const double RingSeconds = 1.5e-3;

    /// <summary>What a motor at rest measures: its neighbours and the sensor's own noise [m/s²].</summary>
    private const double Floor = 0.05;

    /// <summary>Growth of the running noise with the shaft's speed [m/s² per Hz].</summary>
    private const double RunningNoise = 0.006;

    /// <summary>Acceleration of a knock of severity 1 per speed of the shaft [m/s² per Hz].</summary>
    private const double Knock = 40.0 / 50;

    /// <summary>Share of a period by which balls slip from one knock to the next [1].</summary>
    private const double Slip = 0.01;

    /// <summary>Root mean square of the acceleration of a motor in good order [m/s²].</summary>
    /// <param name="shaftHz">Revolutions of the shaft per second [Hz]; not negative.</param>
    public static double Rms(double shaftHz) => Math.Sqrt((Floor * Floor) + Square(RunningNoise * shaftHz));

    /// <summary>The same with a damaged bearing.</summary>
    /// <param name="shaftHz">Revolutions of the shaft per second [Hz]; not negative.</param>
    /// <param name="severity">Severity of the damage [1].</param>
    /// <param name="part">Damaged part.</param>
    public static double Rms(double shaftHz, double severity, BearingPart part)
    {
        // ∫ e^(-2t/τ) sin² dt = τ/4 for each knock; what passes through the load is on average 3/8 as strong, squared.
        var share = BearingModel.Motor.LoadHz(part, shaftHz) > 0 ? 3.0 / 8 : 1;
        var knocks = Square(Knock * severity * shaftHz) * RingSeconds / 4 * share
            * BearingModel.Motor.DefectHz(part, shaftHz);
        return Math.Sqrt(Square(Rms(shaftHz)) + knocks);
    }

    /// <summary>Fills a burst of the acceleration, as an accelerometer on the housing takes it.</summary>
    /// <param name="burst">Receives the samples [m/s²].</param>
    /// <param name="sampleHz">Samples per second [Hz].</param>
    /// <param name="shaftHz">Revolutions of the shaft per second [Hz]; not negative.</param>
    /// <param name="severity">Severity of the damage [1]; 0 for none.</param>
    /// <param name="part">Damaged part.</param>
    /// <param name="noise">Noise.</param>
    public static void Fill(
        Span<double> burst, double sampleHz, double shaftHz, double severity, BearingPart part, ref SeededNoise noise)
    {
        var running = Rms(shaftHz);
        for (var i = 0; i < burst.Length; i++)
        {
            burst[i] = running * noise.Next();
        }

        var defectHz = BearingModel.Motor.DefectHz(part, shaftHz);
        if (severity <= 0 || defectHz <= 0)
        {
            return;
        }

        var loadHz = BearingModel.Motor.LoadHz(part, shaftHz);
        var seconds = burst.Length / sampleHz;
        for (var at = noise.NextFraction() / defectHz; at < seconds; at += (1 + (Slip * noise.Next())) / defectHz)
        {
            var load = loadHz > 0 ? (1 + Math.Cos(Math.Tau * loadHz * at)) / 2 : 1;
            Ring(burst, sampleHz, at, Knock * severity * shaftHz * load);
        }
    }

    private static void Ring(Span<double> burst, double sampleHz, double at, double strength)
    {
        // After eight times the ringing time a thousandth is left.
        var (first, last) = ((int)Math.Ceiling(at * sampleHz), (int)((at + (8 * RingSeconds)) * sampleHz));
        for (var i = first; i < Math.Min(last, burst.Length); i++)
        {
            var since = (i / sampleHz) - at;
            burst[i] += strength * Math.Exp(-since / RingSeconds) * Math.Sin(Math.Tau * RingHz * since);
        }
    }

    private static double Square(double value) => value * value;
}
