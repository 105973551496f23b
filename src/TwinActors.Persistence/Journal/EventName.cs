namespace TwinActors.Persistence.Journal;

/// <summary>Stable name and version of a kind of event. CLR names never reach the journal.</summary>
/// <param name="Name">Such as <c>robot.registered</c>; compared with case.</param>
/// <param name="Version">Version of the event's shape, from 1.</param>
public readonly record struct EventName(string Name, int Version)
{
    /// <summary>The name as <c>robot.registered v1</c>.</summary>
    public override string ToString() => $"{Name} v{Version}";
}
