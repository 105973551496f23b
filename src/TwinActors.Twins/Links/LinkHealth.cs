namespace TwinActors.Twins.Links;

/// <summary>How a robot link is, judged by the age of its data.</summary>
public enum LinkHealth
{
    /// <summary>No data yet.</summary>
    None,

    /// <summary>Data is fresh.</summary>
    Connected,

    /// <summary>Data is late.</summary>
    Stale,

    /// <summary>The robot is not heard any more.</summary>
    Lost,
}

/// <summary>Ages at which a robot link stops being fresh.</summary>
/// <param name="StaleAfter">Age from which data is late.</param>
/// <param name="LostAfter">Age from which the robot counts as lost; longer than <paramref name="StaleAfter"/>.</param>
public readonly record struct LinkLimits(TimeSpan StaleAfter, TimeSpan LostAfter)
{
    /// <summary>Judges a link by the age of its newest sample.</summary>
    /// <param name="age">Age of the newest sample of any stream since activation; <see langword="null"/> when none
    /// came.</param>
    /// <param name="sendersGone">Whether the transport reports that nobody sends for the robot any more.</param>
    /// <remarks>
    /// The age decides alone while data is fresh: a transport may go on matching a dead sender for 20 s, and may lose
    /// sight of
    /// a living one for a moment. Once data is late, a transport that sees no sender settles it. Data from the future
    /// tells of a clock that was set back: how old it is nobody knows, so that it counts as late.
    /// </remarks>
    public LinkHealth Judge(TimeSpan? age, bool sendersGone) => age switch
    {
        null => LinkHealth.None,
        { } known when known >= LostAfter => LinkHealth.Lost,
        { } known when known < StaleAfter && known > -StaleAfter => LinkHealth.Connected,
        _ => sendersGone ? LinkHealth.Lost : LinkHealth.Stale,
    };
}
