// Hot path: Observe runs for every joint state while somebody looks. Allocates nothing.
namespace TwinActors.Twins.Links;

/// <summary>How far a robot's clock is from the node's, and how fast it runs away from it.</summary>
/// <param name="OffsetMs">Robot's clock minus node's clock now [ms]. Too small by the shortest way of a sample, which
/// stamps of one direction cannot tell.</param>
/// <param name="OffsetUncertaintyMs">Half of the interval that holds the offset in 19 of 20 cases, beside that way
/// [ms]; <see langword="null"/> while it is not known.</param>
/// <param name="DriftPpm">Change of the offset [µs/s]; positive when the robot's clock is fast;
/// <see langword="null"/> while it is not known.</param>
/// <param name="DriftUncertaintyPpm">Half of the interval that holds the drift in 19 of 20 cases [µs/s];
/// <see langword="null"/> together with the drift.</param>
/// <param name="Span">Time that the estimate looks back on.</param>
public sealed record ClockEstimate(
    double OffsetMs, double? OffsetUncertaintyMs, double? DriftPpm, double? DriftUncertaintyPpm, TimeSpan Span);

/// <summary>Estimates a robot's clock from stamps and arrivals.</summary>
/// <remarks>
/// A sample's stamp minus its arrival is the offset minus its way. Ways are never negative, so the sample of each
/// second that was fastest tells most; a straight line through those of the last two minutes, without the seconds in
/// which even the fastest was held up, is the offset over time. A clock that was set begins anew.
/// </remarks>
public sealed class ClockEstimator
{
    private const long WindowNs = 1_000_000_000;
    private const int Windows = 120;

    // Below it a line through the fastest samples tells more of the network than of the clock.
    private const int WindowsForDrift = 20;
    private const int Rounds = 3;

    // A difference that changes by more than this, three times in a row, is a clock that was set [ns].
    private const long StepNs = 1_000_000_000;
    private const int StepSamples = 3;

    // Two standard deviations: 19 of 20 cases.
    private const double Coverage = 2;

    private readonly long[] _times = new long[Windows];
    private readonly long[] _fastest = new long[Windows];
    private int _count;
    private int _newest = -1;
    private long _windowEnd;
    private long _lastReceivedNs;
    private int _odd;

    /// <summary>Takes in one sample.</summary>
    /// <param name="stampNs">Its stamp on the robot's clock [ns].</param>
    /// <param name="receivedAtNs">Its arrival on the node's clock [ns]. A sample that was stamped at its arrival tells
    /// nothing.</param>
    public void Observe(long stampNs, long receivedAtNs)
    {
        if (stampNs == receivedAtNs)
        {
            return;
        }

        var difference = stampNs - receivedAtNs;
        if (_count > 0 && Math.Abs(difference - _fastest[_newest]) > StepNs)
        {
            if (++_odd < StepSamples)
            {
                return;
            }

            _count = 0;
            _windowEnd = 0;
        }

        _odd = 0;
        _lastReceivedNs = receivedAtNs;
        if (_count == 0 || receivedAtNs >= _windowEnd || receivedAtNs < _windowEnd - (2 * WindowNs))
        {
            _newest = (_newest + 1) % Windows;
            _count = Math.Min(_count + 1, Windows);
            _windowEnd = receivedAtNs + WindowNs;
            (_times[_newest], _fastest[_newest]) = (receivedAtNs, difference);
        }
        else if (difference > _fastest[_newest])
        {
            (_times[_newest], _fastest[_newest]) = (receivedAtNs, difference);
        }
    }

    /// <summary>The estimate now; <see langword="null"/> before the first sample with a stamp of its own.</summary>
    public ClockEstimate? Estimate()
    {
        if (_count == 0)
        {
            return null;
        }

        // Seconds and milliseconds from the newest window: doubles hold nanoseconds since the epoch too coarsely.
        var (times, offsets) = (new double[_count], new double[_count]);
        for (var i = 0; i < _count; i++)
        {
            var window = (_newest - i + Windows) % Windows;
            times[i] = (_times[window] - _times[_newest]) * 1e-9;
            offsets[i] = (_fastest[window] - _fastest[_newest]) * 1e-6;
        }

        var newestMs = _fastest[_newest] * 1e-6;
        var span = TimeSpan.FromSeconds(times.Max() - times.Min());
        if (_count < WindowsForDrift)
        {
            var spread = offsets.Max() - offsets.Min();
            return new ClockEstimate(newestMs + offsets.Max(), _count < 3 ? null : spread, null, null, span);
        }

        var line = Fit(times, offsets);
        var sinceSeconds = (_lastReceivedNs - _times[_newest]) * 1e-9;
        return new ClockEstimate(
            newestMs + line.AtZero + (line.Slope * sinceSeconds), Coverage * line.AtZeroDeviation,
            line.Slope * 1e3, Coverage * line.SlopeDeviation * 1e3, span);
    }

    private readonly record struct Line(double AtZero, double AtZeroDeviation, double Slope, double SlopeDeviation);

    private static Line Fit(double[] times, double[] offsets)
    {
        var isUsed = new bool[times.Length];
        Array.Fill(isUsed, true);
        var line = default(Line);
        for (var round = 0; round < Rounds; round++)
        {
            line = Fit(times, offsets, isUsed, out var deviation);
            for (var i = 0; i < times.Length; i++)
            {
                isUsed[i] = offsets[i] - line.AtZero - (line.Slope * times[i]) >= -deviation;
            }
        }

        return line;
    }

    private static Line Fit(double[] times, double[] offsets, bool[] isUsed, out double deviation)
    {
        var (count, meanTime, meanOffset) = (0, 0.0, 0.0);
        for (var i = 0; i < times.Length; i++)
        {
            if (isUsed[i])
            {
                count++;
                meanTime += (times[i] - meanTime) / count;
                meanOffset += (offsets[i] - meanOffset) / count;
            }
        }

        var (timeSquares, products) = (0.0, 0.0);
        for (var i = 0; i < times.Length; i++)
        {
            if (isUsed[i])
            {
                timeSquares += (times[i] - meanTime) * (times[i] - meanTime);
                products += (times[i] - meanTime) * (offsets[i] - meanOffset);
            }
        }

        var slope = products / timeSquares;
        var residuals = 0.0;
        for (var i = 0; i < times.Length; i++)
        {
            var residual = isUsed[i] ? offsets[i] - meanOffset - (slope * (times[i] - meanTime)) : 0;
            residuals += residual * residual;
        }

        deviation = Math.Sqrt(residuals / Math.Max(1, count - 2));
        return new Line(
            meanOffset - (slope * meanTime),
            deviation * Math.Sqrt((1.0 / count) + (meanTime * meanTime / timeSquares)),
            slope,
            deviation / Math.Sqrt(timeSquares));
    }
}
