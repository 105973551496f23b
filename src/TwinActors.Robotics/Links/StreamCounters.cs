// Hot path: Count is called once per sample on the link's receive thread; it allocates nothing.
using System.Collections.Concurrent;

namespace TwinActors.Robotics.Links;

/// <summary>What came in on one stream, what was turned away and why. Written by the link, read by anyone.</summary>
public sealed class StreamCounters
{
    private readonly ConcurrentDictionary<string, long> _reasons = new(StringComparer.Ordinal);
    private long _received;
    private long _unread;
    private long _rejected;
    private long _lost;
    private long _thinned;
    private long _bytes;
    private long _lastReceivedNs;
    private double _meanPeriodNs;
    private double _jitterNs;
    private int _periods;
    private int _publishers;
    private long _gaps;

    /// <summary>Samples that arrived, good ones and rejected ones.</summary>
    public long Received => Volatile.Read(ref _received) + Interlocked.Read(ref _unread);

    /// <summary>Samples turned away whole.</summary>
    public long Rejected => Volatile.Read(ref _rejected);

    /// <summary>Samples that the transport reported as lost.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Samples left out because the stream ran above its highest wanted rate.</summary>
    public long Thinned => Volatile.Read(ref _thinned);

    /// <summary>Payload received [bytes].</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Arrival of the newest sample, good or bad [ns since the UNIX epoch]; 0 before the first.</summary>
    public long LastReceivedNs => Volatile.Read(ref _lastReceivedNs);

    /// <summary>Publishers that the transport has matched now.</summary>
    public int Publishers => Volatile.Read(ref _publishers);

    /// <summary>The quality-of-service policy that keeps a publisher from matching, with what is asked and what is
    /// offered; <see langword="null"/> when none does.</summary>
    public string? QosProblem { get; private set; }

    /// <summary>Mean arrival rate, exponentially weighted over about 32 samples [Hz]; <see langword="null"/> before the
    /// third sample, and just after an outage.</summary>
    public double? RateHz =>
        Volatile.Read(ref _received) < 3 || _meanPeriodNs <= 0 ? null : 1e9 / Volatile.Read(ref _meanPeriodNs);

    /// <summary>Mean absolute deviation of the arrival period, exponentially weighted [ms]; <see langword="null"/>
    /// before the third sample.</summary>
    public double? JitterMs => Volatile.Read(ref _received) < 3 ? null : Volatile.Read(ref _jitterNs) / 1e6;

    /// <summary>Arrivals that came later than three mean periods after the one before, outages among them.</summary>
    public long Gaps => Volatile.Read(ref _gaps);

    /// <summary>How often each thing was noticed: reasons of rejection, and oddities such as <c>nan</c> or
    /// <c>stamp_backwards</c>.</summary>
    public IReadOnlyDictionary<string, long> Reasons => _reasons;

    /// <summary>Counts one sample that arrived.</summary>
    /// <param name="bytes">Its payload [bytes].</param>
    /// <param name="receivedAtNs">When it arrived [ns since the UNIX epoch].</param>
    public void Count(int bytes, long receivedAtNs)
    {
        // One writer per stream: plain reads of our own fields are enough, the writes are published for readers.
        var received = _received + 1;
        if (_lastReceivedNs != 0)
        {
            CountPeriod(receivedAtNs - _lastReceivedNs);
        }

        Volatile.Write(ref _bytes, _bytes + bytes);
        Volatile.Write(ref _lastReceivedNs, receivedAtNs);
        Volatile.Write(ref _received, received);
    }

    /// <summary>Counts one sample that was turned away whole.</summary>
    /// <param name="reason">Short stable word: <c>malformed</c>, <c>unnamed</c>, <c>length</c>, …</param>
    public void Reject(string reason)
    {
        Interlocked.Increment(ref _rejected);
        Note(reason);
    }

    /// <summary>Counts one sample that arrived and that the transport itself turned away, unread.</summary>
    /// <param name="reason">Short stable word, as in <see cref="Reject"/>.</param>
    public void RejectUnread(string reason)
    {
        Interlocked.Increment(ref _unread);
        Reject(reason);
    }

    /// <summary>Counts something odd that did not cost the sample.</summary>
    /// <param name="reason">Short stable word: <c>nan</c>, <c>stamp_backwards</c>, …</param>
    /// <param name="count">How often it occurred.</param>
    public void Note(string reason, long count = 1) =>
        _reasons.AddOrUpdate(reason, static (_, added) => added, static (_, old, added) => old + added, count);

    /// <summary>Counts samples that the transport reported as lost.</summary>
    public void CountLost(long samples) => Interlocked.Add(ref _lost, samples);

    /// <summary>Counts one sample left out by the rate cap.</summary>
    public void CountThinned() => Interlocked.Increment(ref _thinned);

    /// <summary>Notes how many publishers are matched.</summary>
    public void SetPublishers(int publishers) => Volatile.Write(ref _publishers, publishers);

    /// <summary>Notes the quality-of-service policy that keeps a publisher from matching, or that none does.</summary>
    public void SetQosProblem(string? policy) => QosProblem = policy;

    private void CountPeriod(double period)
    {
        // 1/32: at 100 Hz the figures follow a change of rate within about a third of a second.
        const int Memory = 32;
        const double Weight = 1.0 / Memory;
        const int GapPeriods = 3;
        if (_periods >= Memory && period > GapPeriods * _meanPeriodNs)
        {
            Volatile.Write(ref _gaps, _gaps + 1);
        }

        if (_periods >= Memory && period > Memory * _meanPeriodNs)
        {
            // An outage is no period: counted as one it would spoil the figures for minutes. They begin anew.
            _periods = 0;
            Volatile.Write(ref _jitterNs, 0);
            Volatile.Write(ref _meanPeriodNs, 0);
            return;
        }

        var isFirst = _periods++ == 0;
        var mean = isFirst ? period : _meanPeriodNs + Weight * (period - _meanPeriodNs);
        var deviation = Math.Abs(period - mean);
        Volatile.Write(ref _jitterNs, isFirst ? 0 : _jitterNs + Weight * (deviation - _jitterNs));
        Volatile.Write(ref _meanPeriodNs, mean);
    }
}
