namespace TwinActors.Testing;

/// <summary>Joint states of a robot in motion, as sensors of some kind report them, from a seed.</summary>
/// <param name="kind">
/// <c>encoder of 17 bits</c> (position in encoder counts, velocity and effort in decimals), <c>decimals</c>,
/// <c>resting robot</c>, <c>widened singles</c> or <c>raw doubles</c>.
/// </param>
/// <param name="joints">Number of joints; a row holds their positions, velocities and efforts.</param>
/// <param name="rows">Number of rows, 10 ms apart.</param>
public sealed class JointMotion(string kind, int joints, int rows)
{
    private const double EncoderStep = Math.Tau / 131072;
    private const long PeriodNs = 10_000_000;
    private const long StartNs = 1_700_000_000_000_000_000;

    /// <summary>Values of a row.</summary>
    public int Columns => 3 * joints;

    /// <summary>Makes the rows: two sines a joint, noise of one count, receive times with a jitter of 50 µs.</summary>
    public IEnumerable<(long StampNs, long ReceivedNs, double[] Values)> Rows()
    {
        var random = new Random(1);
        var motions = Enumerable.Range(0, joints)
            .Select(_ => (
                Reach: 0.1 + random.NextDouble(), Hertz: 0.1 + random.NextDouble(), Phase: 6 * random.NextDouble()))
            .ToArray();
        for (var row = 0; row < rows; row++)
        {
            var values = new double[Columns];
            for (var joint = 0; joint < joints; joint++)
            {
                var (reach, hertz, phase) = motions[joint];
                var (slow, fast) = (Math.Tau * hertz, Math.Tau * hertz * 3.1);
                var (a, b) = (slow * row * 0.01 + phase, fast * row * 0.01);
                var position = reach * (Math.Sin(a) + 0.2 * Math.Sin(b));
                var velocity = reach * (slow * Math.Cos(a) + 0.2 * fast * Math.Cos(b));
                values[joint] = Position(position, reach, random);
                values[joints + joint] = Decimal(velocity, 0.005, 1000, random);
                values[2 * joints + joint] = Decimal(3 * velocity, 0.05, 100, random);
            }

            var stamp = StartNs + row * PeriodNs;
            yield return (stamp, stamp + 300_000 + (long)(50_000 * Gaussian(random)), values);
        }
    }

    private double Position(double position, double reach, Random random) => kind switch
    {
        "encoder of 17 bits" => Math.Round(position / EncoderStep + Gaussian(random)) * EncoderStep + 0.0,
        "resting robot" => Math.Round(reach / EncoderStep + 0.3 * Gaussian(random)) * EncoderStep + 0.0,
        _ => Decimal(position, 0.0001, 10_000, random),
    };

    private double Decimal(double value, double noise, double perUnit, Random random)
    {
        if (kind == "resting robot")
        {
            return Math.Round(0.3 * Gaussian(random)) / perUnit + 0.0;
        }

        var noisy = value + noise * Gaussian(random);
        return kind switch
        {
            "widened singles" => (float)noisy,
            "raw doubles" => noisy,
            _ => Math.Round(noisy * perUnit) / perUnit + 0.0,
        };
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble());
}
