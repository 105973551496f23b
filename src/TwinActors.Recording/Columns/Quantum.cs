namespace TwinActors.Recording.Columns;

/// <summary>A step whose whole multiples a sensor reports: value = k · step, or value = k / divisor.</summary>
/// <remarks>
/// The two forms give different last bits; drivers use either. The number of a quantum in <see cref="All"/> is part of
/// the format: entries are only ever added at the end.
/// </remarks>
internal readonly struct Quantum
{
    /// <summary>Multiples stay below this, so that <see cref="Rounding"/> rounds them.</summary>
    private const long CountLimit = 1L << 50;

    // 1.5 · 2^52: a double this large has a last bit of 1, so that adding it rounds to a whole number.
    private const double Rounding = 6755399441055744.0;
    private static readonly long RoundingBits = BitConverter.DoubleToInt64Bits(Rounding);

    private readonly double _factor;
    private readonly double _inverse;
    private readonly bool _divides;

    private Quantum(double factor, bool divides)
    {
        _factor = factor;
        _inverse = divides ? factor : 1 / factor;
        _divides = divides;
    }

    /// <summary>
    /// Known quanta: decimals of up to six places in both forms, and full turns of 8- to 24-bit encoders [rad].
    /// </summary>
    public static ReadOnlySpan<Quantum> All => Known;

    private static readonly Quantum[] Known =
    [
        .. Enumerable.Range(0, 7).Select(places => new Quantum(Math.Pow(10, places), divides: true)),
        new(0.1, false), new(0.01, false), new(0.001, false), new(0.0001, false), new(0.00001, false),
        new(0.000001, false),
        .. Enumerable.Range(8, 17).Select(bits => new Quantum(Math.Tau / (1 << bits), divides: false)),
    ];

    /// <summary>Finds the multiple that gives a value again, every bit of it.</summary>
    public bool TryCount(double value, out long count)
    {
        count = BitConverter.DoubleToInt64Bits(value * _inverse + Rounding) - RoundingBits;
        return count is > -CountLimit and < CountLimit
            && BitConverter.DoubleToInt64Bits(Value(count)) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The value of a multiple; the one expression that encoder and decoder share.</summary>
    public double Value(long count) => _divides ? count / _factor : count * _factor;
}
