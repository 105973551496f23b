namespace TwinActors.Simulation.Calibration;

/// <summary>Value and derivatives of noisy samples, by a cubic through each sample and its neighbours in the
/// least-squares sense.</summary>
/// <remarks>A. Savitzky and M. Golay, "Smoothing and differentiation of data by simplified least squares procedures",
/// Analytical Chemistry 36 (1964), 1627-1639; here with the samples' own times, which need not be even.</remarks>
internal static class LocalFit
{
    /// <summary>Samples on each side: eleven in all, 110 ms at 100 Hz.</summary>
    public const int Side = 5;

    private const int Terms = 4;

    /// <summary>Fits every sample that has all its neighbours; the others stay 0.</summary>
    /// <param name="seconds">Times, rising [s].</param>
    /// <param name="values">Values.</param>
    /// <returns>Values and their first and second derivatives.</returns>
    public static (double[] Values, double[] First, double[] Second) Of(
        ReadOnlySpan<double> seconds, ReadOnlySpan<double> values)
    {
        var (smooth, first, second) =
            (new double[values.Length], new double[values.Length], new double[values.Length]);
        Span<double> normal = stackalloc double[Terms * (Terms + 1)];
        for (var k = Side; k < values.Length - Side; k++)
        {
            // Times in units of the window: the normal equations stay well scaled.
            var half = (seconds[k + Side] - seconds[k - Side]) / 2;
            Gather(seconds.Slice(k - Side, (2 * Side) + 1), seconds[k], half, values[(k - Side)..], normal);
            Solve(normal);
            smooth[k] = normal[Terms];
            first[k] = normal[(Terms + 1) + Terms] / half;
            second[k] = 2 * normal[(2 * (Terms + 1)) + Terms] / (half * half);
        }

        return (smooth, first, second);
    }

    private static void Gather(
        ReadOnlySpan<double> seconds, double middle, double half, ReadOnlySpan<double> values, Span<double> normal)
    {
        normal.Clear();
        Span<double> powers = stackalloc double[Terms];
        for (var i = 0; i < seconds.Length; i++)
        {
            var x = (seconds[i] - middle) / half;
            powers[0] = 1;
            for (var p = 1; p < Terms; p++)
            {
                powers[p] = powers[p - 1] * x;
            }

            for (var row = 0; row < Terms; row++)
            {
                for (var column = 0; column < Terms; column++)
                {
                    normal[(row * (Terms + 1)) + column] += powers[row] * powers[column];
                }

                normal[(row * (Terms + 1)) + Terms] += powers[row] * values[i];
            }
        }
    }

    // Gauss-Jordan; a matrix of normal equations is positive definite and needs no pivoting.
    private static void Solve(Span<double> normal)
    {
        const int Width = Terms + 1;
        for (var pivot = 0; pivot < Terms; pivot++)
        {
            var scale = 1 / normal[(pivot * Width) + pivot];
            for (var column = pivot; column < Width; column++)
            {
                normal[(pivot * Width) + column] *= scale;
            }

            for (var row = 0; row < Terms; row++)
            {
                var factor = row == pivot ? 0 : normal[(row * Width) + pivot];
                for (var column = pivot; column < Width && factor != 0; column++)
                {
                    normal[(row * Width) + column] -= factor * normal[(pivot * Width) + column];
                }
            }
        }
    }
}
