namespace TwinActors.Simulation.Calibration;

/// <summary>Eigenvalues of small symmetric matrices.</summary>
internal static class SymmetricMatrix
{
    /// <summary>Condition number of a matrix A, given AᵀA: root of the largest over the smallest eigenvalue
    /// [1].</summary>
    /// <remarks>Cyclic Jacobi (Golub and Van Loan, "Matrix Computations", 4th ed., algorithm 8.5.3).</remarks>
    /// <param name="gram">AᵀA; overwritten.</param>
    public static double Condition(double[,] gram)
    {
        var size = gram.GetLength(0);
        foreach (var entry in gram)
        {
            if (!double.IsFinite(entry))
            {
                return double.PositiveInfinity;
            }
        }

        const int Sweeps = 30;
        for (var sweep = 0; sweep < Sweeps; sweep++)
        {
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++)
                {
                    Rotate(gram, size, p, q);
                }
            }
        }

        var eigenvalues = Enumerable.Range(0, size).Select(i => gram[i, i]).ToArray();
        var (smallest, largest) = (eigenvalues.Min(), eigenvalues.Max());
        return smallest > 0 ? Math.Sqrt(largest / smallest) : double.PositiveInfinity;
    }

    private static void Rotate(double[,] a, int size, int p, int q)
    {
        if (a[p, q] == 0)
        {
            return;
        }

        var tau = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        var tangent = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + (tau * tau)));
        var cosine = 1 / Math.Sqrt(1 + (tangent * tangent));
        var sine = tangent * cosine;
        for (var k = 0; k < size; k++)
        {
            (a[k, p], a[k, q]) = ((cosine * a[k, p]) - (sine * a[k, q]), (sine * a[k, p]) + (cosine * a[k, q]));
        }

        for (var k = 0; k < size; k++)
        {
            (a[p, k], a[q, k]) = ((cosine * a[p, k]) - (sine * a[q, k]), (sine * a[p, k]) + (cosine * a[q, k]));
        }
    }
}
