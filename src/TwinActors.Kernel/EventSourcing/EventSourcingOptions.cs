namespace TwinActors.Kernel.EventSourcing;

/// <summary>Limits of an event-sourced actor.</summary>
public sealed record EventSourcingOptions
{
    /// <summary>Longest wait for one append; past it the outcome is unknown.</summary>
    public TimeSpan AppendDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for a snapshot or for the next event in recovery; it starts with the permit.</summary>
    public TimeSpan ReadDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Number of command ids whose outcome is remembered, so that a resend gets the first answer.</summary>
    public int RememberedCommands { get; init; } = 1024;

    /// <summary>The epoch that the actor was activated under; null: the log's own.</summary>
    public long? Epoch { get; init; }

    /// <summary>Number of events after which a snapshot is taken; 0: never.</summary>
    /// <remarks>Off by default: a short stream is read faster than its snapshots are worth.</remarks>
    public int SnapshotEvery { get; init; }

    /// <summary>Limits how many entities recover at a time; null: any number.</summary>
    public RecoveryPermits? Permits { get; init; }

    /// <summary>Whether the entity recovers behind all those that somebody waits for.</summary>
    public bool IsBackground { get; init; }
}
