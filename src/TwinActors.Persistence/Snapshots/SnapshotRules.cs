using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Snapshots;

/// <summary>Rules about snapshots that every store holds.</summary>
internal static class SnapshotRules
{
    /// <summary>Snapshots of an entity that are kept: when the newest turns out damaged, there is another.</summary>
    public const int Kept = 2;

    /// <summary>Throws when a snapshot is not in order.</summary>
    public static void Check(NewSnapshot snapshot, JournalOptions options)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (EntityKeys.Problem(snapshot.Entity) is { } problem)
        {
            throw new JournalException(JournalFault.Invalid, problem);
        }

        if (snapshot.Sequence < 1 || string.IsNullOrEmpty(snapshot.Name.Name) || snapshot.Name.Version < 1)
        {
            throw new JournalException(
                JournalFault.Invalid,
                $"The snapshot {snapshot.Name} of {snapshot.Entity} at sequence {snapshot.Sequence} needs a name, a "
                + "version and a sequence of 1 or more.");
        }

        if (snapshot.Body.Length > options.MaximumAppendBytes)
        {
            throw new JournalException(
                JournalFault.Invalid,
                $"The snapshot of {snapshot.Entity} has {snapshot.Body.Length} bytes; at most "
                + $"{options.MaximumAppendBytes} are written at once. Raise the limit, or take none of this entity.");
        }
    }

    /// <summary>The fence: throws when the caller's epoch is not the one in force, or another node owns it.</summary>
    public static void Fence(EntityKey entity, long epoch, ShardId shard, long current, bool isOwner)
    {
        if (!isOwner || epoch != current)
        {
            throw new JournalException(
                JournalFault.Fenced,
                $"{entity} was held under epoch {epoch} of shard {shard}; epoch {current} is in force"
                + (isOwner ? "." : " at another node."));
        }
    }

    /// <summary>What a snapshot without its event is told.</summary>
    public static JournalException NoSuchEvent(NewSnapshot snapshot) => new(
        JournalFault.Invalid,
        $"The snapshot of {snapshot.Entity} is of event {snapshot.Sequence}, which the journal does not have.");

    /// <summary>Sequence from which on snapshots are kept: that of the second newest one that is intact.</summary>
    /// <param name="newestFirst">Snapshots of one entity.</param>
    public static long KeptFrom(IEnumerable<StoredSnapshot> newestFirst) =>
        newestFirst.Where(snapshot => snapshot.IsIntact).Take(Kept).Select(snapshot => snapshot.Sequence)
            .ElementAtOrDefault(Kept - 1);

    /// <summary>
    /// Throws when events are not behind as many intact snapshots as are kept: then the loss of one would be the loss
    /// of the entity.
    /// </summary>
    /// <param name="entity">The entity.</param>
    /// <param name="through">Last event to be deleted.</param>
    /// <param name="newestFirst">Snapshots of the entity.</param>
    public static void RequireConfirmed(EntityKey entity, long through, IEnumerable<StoredSnapshot> newestFirst)
    {
        var from = KeptFrom(newestFirst);
        if (through > from)
        {
            throw new JournalException(
                JournalFault.Invalid,
                $"Events up to {through} of {entity} are needed: {Kept} intact snapshots confirm only those up to "
                + $"{from}.");
        }
    }
}
