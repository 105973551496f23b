namespace TwinActors.Recording.Bags;

/// <summary>A stretch of log time.</summary>
/// <param name="FromNs">First instant of it [ns since 1970]; null for no bound.</param>
/// <param name="UntilNs">First instant after it [ns since 1970]; null for no bound.</param>
public readonly record struct BagWindow(long? FromNs, long? UntilNs)
{
    /// <summary>Whether an instant lies in it.</summary>
    /// <param name="logTimeNs">The instant [ns since 1970].</param>
    public bool Holds(long logTimeNs) => !(logTimeNs < FromNs) && !(logTimeNs >= UntilNs);

    internal bool Overlaps(long firstNs, long lastNs) => !(lastNs < FromNs) && !(firstNs >= UntilNs);
}
