using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace TwinActors.Kernel.EventSourcing;

/// <summary>What the first events of an entity add up to, so that recovery needs only the later ones.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Sequence">Number of the last event in the state.</param>
/// <param name="Epoch">Epoch under which that event was written or read.</param>
/// <param name="At">When the snapshot was taken, UTC.</param>
/// <param name="State">The state; immutable.</param>
/// <param name="Commands">The commands that the entity remembers, the oldest first.</param>
public sealed record EntitySnapshot<TState>(
    EntityKey Entity,
    long Sequence,
    long Epoch,
    DateTimeOffset At,
    TState State,
    ImmutableArray<RememberedCommand> Commands);

/// <summary>The snapshots of entities of one family of states, as an event-sourced actor sees them.</summary>
/// <remarks>Called from many actors at the same time. No failure of it ever fails an actor.</remarks>
public interface ISnapshotLog<TState>
{
    /// <summary>Reads the newest snapshot of an entity.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="atMost">Highest sequence wanted.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The snapshot; null when there is none at or before that sequence.</returns>
    /// <exception cref="UnusableSnapshotException">
    /// It is damaged or cannot be understood; an older one may do.
    /// </exception>
    ValueTask<EntitySnapshot<TState>?> ReadAsync(EntityKey entity, long atMost, CancellationToken cancellationToken);

    /// <summary>Keeps a snapshot; durable when the call completes.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask SaveAsync(EntitySnapshot<TState> snapshot, CancellationToken cancellationToken);
}

/// <summary>A snapshot cannot be used: damaged, of a newer program, or of an unknown kind.</summary>
public sealed class UnusableSnapshotException : Exception
{
    /// <param name="entity">Whose snapshot it is.</param>
    /// <param name="sequence">Number of the last event in it.</param>
    /// <param name="problem">What is wrong with it, for people.</param>
    /// <param name="cause">What the decoder threw; null when it was not that.</param>
    public UnusableSnapshotException(EntityKey entity, long sequence, string problem, Exception? cause = null)
        : base($"The snapshot of {entity} at event {sequence} cannot be used: {problem}", cause)
    {
        Entity = entity;
        Sequence = sequence;
    }

    /// <summary>Whose snapshot it is.</summary>
    public EntityKey Entity { get; }

    /// <summary>Number of the last event in it.</summary>
    public long Sequence { get; }
}

/// <summary>
/// A snapshot could not be saved or used. The entity lives on: its events are all there, only recovery takes longer.
/// Published on the <see cref="EventStream"/>.
/// </summary>
/// <param name="Entity">The entity.</param>
/// <param name="Cause">What went wrong.</param>
public sealed record SnapshotFailed(EntityKey Entity, Exception Cause);

/// <summary>Counts snapshots of all actors of the process.</summary>
internal static class SnapshotMeter
{
    private static readonly Meter Meter = new("TwinActors.Kernel");

    public static readonly Counter<long> Saved = Meter.CreateCounter<long>(
        "twin.snapshots.saved", description: "Snapshots of event-sourced actors that were saved");

    public static readonly Counter<long> Failed = Meter.CreateCounter<long>(
        "twin.snapshots.failed", description: "Snapshots that could not be saved, or not be used in recovery");
}
