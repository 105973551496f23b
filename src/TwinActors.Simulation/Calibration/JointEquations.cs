namespace TwinActors.Simulation.Calibration;

/// <summary>The equations of one joint, gathered row by row: effort = friction · sign + damping · speed + rotor ·
/// acceleration + payload · what a kilogram costs.</summary>
/// <remarks>Kept as the triangle R of their QR decomposition, updated by Givens rotations (G. Golub and C. Van Loan,
/// "Matrix Computations", 4th ed., section 5.1.8): no matter how many rows, and without the squared condition of normal
/// equations.</remarks>
internal sealed class JointEquations
{
    /// <summary>Own unknowns of a joint: friction, damping, rotor.</summary>
    public const int Own = 3;

    private const int Payload = Own;
    private const int Effort = Own + 1;
    private const int Width = Own + 2;

    private readonly double[,] _r = new double[Width, Width];
    private readonly double[] _squares = new double[Width];

    /// <summary>Rows that were added.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(double sign, double speed, double acceleration, double perKilogram, double effort)
    {
        Span<double> row = [sign, speed, acceleration, perKilogram, effort];
        for (var i = 0; i < Width; i++)
        {
            _squares[i] += row[i] * row[i];
        }

        for (var i = 0; i < Width; i++)
        {
            if (row[i] == 0)
            {
                continue;
            }

            var length = Math.Sqrt((_r[i, i] * _r[i, i]) + (row[i] * row[i]));
            var (cosine, sine) = (_r[i, i] / length, row[i] / length);
            for (var column = i; column < Width; column++)
            {
                var (above, below) = (_r[i, column], row[column]);
                _r[i, column] = (cosine * above) + (sine * below);
                row[column] = (cosine * below) - (sine * above);
            }
        }

        Rows++;
    }

    /// <summary>Condition number of the own columns, each scaled to length 1 [1]; ∞ when one is 0.</summary>
    public double Condition
    {
        get
        {
            var gram = new double[Own, Own];
            for (var i = 0; i < Own; i++)
            {
                for (var j = 0; j < Own; j++)
                {
                    for (var row = 0; row < Own; row++)
                    {
                        gram[i, j] += _r[row, i] * _r[row, j];
                    }

                    gram[i, j] /= Math.Sqrt(_squares[i] * _squares[j]);
                }
            }

            return SymmetricMatrix.Condition(gram);
        }
    }

    /// <summary>Share of the payload's column that the own columns cannot explain [1].</summary>
    public double PayloadShare =>
        _squares[Payload] > 0 ? Math.Abs(_r[Payload, Payload]) / Math.Sqrt(_squares[Payload]) : 0;

    /// <summary>What this joint says about the payload: its mass is right / left, with weight
    /// left² / variance.</summary>
    public (double Left, double Right) PayloadEquation => (_r[Payload, Payload], _r[Payload, Effort]);

    /// <summary>Variance of the effort that stays unexplained when the joint chooses everything.</summary>
    public double Variance => _r[Effort, Effort] * _r[Effort, Effort] / Math.Max(1, Rows - Own - 1);

    /// <summary>Friction, damping and rotor inertia for a payload.</summary>
    /// <param name="payload">Mass [kg].</param>
    public double[] Solve(double payload)
    {
        var solution = new double[Own];
        for (var i = Own - 1; i >= 0; i--)
        {
            var rest = _r[i, Effort] - (_r[i, Payload] * payload);
            for (var j = i + 1; j < Own; j++)
            {
                rest -= _r[i, j] * solution[j];
            }

            solution[i] = rest / _r[i, i];
        }

        return solution;
    }

    /// <summary>Sum of the squared efforts that some values leave unexplained.</summary>
    /// <param name="values">Friction, damping, rotor inertia.</param>
    /// <param name="payload">Mass [kg].</param>
    public double Residual(ReadOnlySpan<double> values, double payload)
    {
        var sum = 0.0;
        for (var row = 0; row < Width; row++)
        {
            var rest = _r[row, Effort] - (row <= Payload ? _r[row, Payload] * payload : 0);
            for (var column = row; column < Own; column++)
            {
                rest -= _r[row, column] * values[column];
            }

            sum += rest * rest;
        }

        return sum;
    }
}
