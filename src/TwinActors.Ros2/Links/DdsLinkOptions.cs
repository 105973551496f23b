namespace TwinActors.Ros2.Links;

/// <summary>How robot links read their topics.</summary>
public sealed record DdsLinkOptions
{
    /// <summary>
    /// Longest stall of the receiving thread that must not cost samples: readers keep this much of a stream, at least
    /// 256 samples.
    /// </summary>
    public required TimeSpan ToleratedStall { get; init; }

    /// <summary>Whether readers keep every sample instead: for played recordings, whose senders wait for us.</summary>
    public required bool KeepsAll { get; init; }
}
