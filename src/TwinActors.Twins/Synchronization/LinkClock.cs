// Hot path: Observe runs once per joint state. Allocates nothing.
namespace TwinActors.Twins.Synchronization;

/// <summary>Puts a robot's stamps on the node's clock, and measures how long its samples are under way.</summary>
/// <remarks>
/// What lies between stamp and arrival is the difference of two clocks plus the way of the sample; the least of it in
/// the last 10 to 20 s is the difference plus the shortest way. When it is small enough to be a way alone, the clocks
/// count as one and the way is known; else the shortest way cannot be told from the difference and counts as part of
/// it.
/// </remarks>
public sealed class LinkClock
{
    /// <summary>Longest way that clocks which agree may show [ns].</summary>
    public const long LongestWay = 250_000_000;

    // A difference that changes by more than this in one step is a clock that was set, or a stamp that is wrong [ns].
    private const long Step = 1_000_000_000;

    // Samples in a row that must tell of a step: a single one may be held up or have a wrong stamp.
    private const int StepSamples = 3;

    private const long Window = 10_000_000_000;
    private const double Smoothing = 1.0 / 16;

    private long _least = long.MaxValue;
    private long _leastBefore = long.MaxValue;
    private long _windowStart;
    private int _odd;

    /// <summary>Node's clock minus robot's clock [ns]; 0 while they count as one.</summary>
    public long OffsetNs { get; private set; }

    /// <summary>Mean way of the newest samples [ns]; NaN before the first.</summary>
    public double LatencyNs { get; private set; } = double.NaN;

    /// <summary>Takes in one sample.</summary>
    /// <param name="stampNs">Its stamp on the robot's clock [ns].</param>
    /// <param name="receivedAtNs">Its arrival on the node's clock [ns].</param>
    /// <returns>Its stamp on the node's clock [ns].</returns>
    public long Observe(long stampNs, long receivedAtNs)
    {
        var difference = receivedAtNs - stampNs;
        if (_windowStart != 0 && Math.Abs(receivedAtNs - _windowStart) >= Window)
        {
            (_leastBefore, _least, _windowStart) = (_least, long.MaxValue, receivedAtNs);
        }

        var known = Math.Min(_least, _leastBefore);
        _odd = known != long.MaxValue && Math.Abs(difference - known) > Step ? _odd + 1 : 0;
        if (_windowStart == 0 || _odd >= StepSamples)
        {
            (_leastBefore, _least, _windowStart, _odd) = (long.MaxValue, difference, receivedAtNs, 0);
            LatencyNs = double.NaN;
        }
        else if (_odd == 0)
        {
            _least = Math.Min(_least, difference);
        }

        var least = Math.Min(_least, _leastBefore);
        OffsetNs = least is >= 0 and <= LongestWay ? 0 : least;
        if (_odd == 0)
        {
            double way = difference - OffsetNs;
            LatencyNs = double.IsNaN(LatencyNs) ? way : LatencyNs + (Smoothing * (way - LatencyNs));
        }

        return stampNs + OffsetNs;
    }
}
