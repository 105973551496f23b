// Hot path: asked once per sample on the receive thread.
namespace TwinActors.Ros2.Links;

/// <summary>Lets samples through up to a rate and turns the rest away.</summary>
/// <param name="maximumHz">Highest rate let through [Hz]; null lets everything through.</param>
internal struct RateCap(double? maximumHz)
{
    private readonly long _periodNs = maximumHz is { } rate ? (long)(1e9 / rate) : 0;
    private long _dueNs;

    /// <summary>Whether a sample that arrives now goes through.</summary>
    /// <param name="receivedAtNs">Its arrival [ns].</param>
    public bool Admits(long receivedAtNs)
    {
        // Half a period of grace: a stream at just the allowed rate jitters and must come through whole.
        var graceNs = _periodNs / 2;
        if (receivedAtNs < _dueNs - graceNs)
        {
            return false;
        }

        _dueNs = Math.Max(_dueNs, receivedAtNs - graceNs) + _periodNs;
        return true;
    }
}
