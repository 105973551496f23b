namespace TwinActors.Robotics.Links;

/// <summary>State of a robot link as its transport sees it. Staleness is judged by the twin from the age of the
/// data.</summary>
public enum RobotLinkState
{
    /// <summary>Not opened yet, or closed by its owner.</summary>
    Closed,

    /// <summary>Opened; nobody who sends for the robot has been found yet.</summary>
    Searching,

    /// <summary>At least one sender of a configured stream is connected.</summary>
    Connected,

    /// <summary>Was connected; now no sender is.</summary>
    Lost,

    /// <summary>The transport itself failed; the owner should close the link and open it again later.</summary>
    Failed,
}

/// <summary>State of a robot link since when and why.</summary>
/// <param name="State">The state.</param>
/// <param name="Since">When it began, on the link's clock.</param>
/// <param name="Reason">What happened and what to do, for people; <see langword="null"/> when there is nothing to
/// say.</param>
public sealed record RobotLinkStatus(RobotLinkState State, DateTimeOffset Since, string? Reason);

/// <summary>A topic of the robot that is seen but not mapped to a stream.</summary>
/// <param name="Topic">Absolute ROS topic name.</param>
/// <param name="Type">ROS type as its senders announce it.</param>
/// <param name="Received">Samples seen and skipped; <see langword="null"/> when the link does not count them.</param>
/// <param name="Reason">Why it is not mapped: <c>not configured</c>, <c>type unknown</c>, …</param>
/// <param name="Publishers">Number of its senders.</param>
public sealed record UnmappedTopic(string Topic, string Type, long? Received, string Reason, int Publishers);
