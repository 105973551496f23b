using System.Collections.Immutable;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Journal;

/// <summary>
/// Append-only record of every decision: one stream of events per entity, entities grouped into shards.
/// </summary>
/// <remarks>
/// <para>
/// A journal that is open owns its shards under an epoch. Opening the same store again takes all shards away under a
/// higher epoch; the older owner's appends are then refused (<see cref="AppendOutcome.Fenced"/>).
/// </para>
/// <para>
/// Stream and shard sequences have no gaps, nothing is ever overwritten, and an append that was answered with
/// <see cref="AppendOutcome.Appended"/> survives the loss of the process and of the machine's power.
/// </para>
/// <para>Type and key of an entity are compared without case and kept in lower case, as robot ids are.</para>
/// <para>Safe for calls from any thread. Every call ends at its deadline at the latest.</para>
/// </remarks>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Who has the journal open.</summary>
    JournalOwner Owner { get; }

    /// <summary>Appends the events of one command to one stream, all or none.</summary>
    /// <param name="request">The events and what the caller believes about the stream.</param>
    /// <param name="cancellationToken">Stops the wait; the append may still happen: recover before going on.</param>
    /// <returns>What became of it. Appends to one stream are decided in the order of the calls.</returns>
    /// <exception cref="JournalOutcomeUnknownException">It may or may not have been written.</exception>
    /// <exception cref="OperationCanceledException">The wait was stopped; the outcome is as unknown.</exception>
    ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Reads where a stream ends and under which epoch to append to it; first step of every recovery.
    /// </summary>
    /// <param name="entity">The entity; one that has no events yet has sequence 0.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <remarks>Ordered behind all earlier appends of this journal, also those whose answer was lost.</remarks>
    /// <exception cref="JournalException">Another node owns the shard, or the store failed.</exception>
    ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken);

    /// <summary>Reads the events of one stream in order.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="afterSequence">Sequence of the last event that the caller has; 0 for all.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <remarks>
    /// Reads in blocks; each block has the deadline of a call. Ends at the last event durable when it gets there.
    /// </remarks>
    /// <exception cref="JournalException">The store failed.</exception>
    IAsyncEnumerable<StoredEvent> ReadStreamAsync(
        EntityKey entity, long afterSequence, CancellationToken cancellationToken);

    /// <summary>Reads the events of one entity behind a checkpoint.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="after">
    /// Checkpoint of an earlier page or event; <see cref="Checkpoint.Start"/> for the first page.
    /// </param>
    /// <param name="limit">Most events of the page; 1 to 10,000.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="JournalException">The store failed.</exception>
    ValueTask<JournalPage> ReadEntityPageAsync(
        EntityKey entity, Checkpoint after, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the events of the whole journal behind a checkpoint.</summary>
    /// <param name="after">Checkpoint of an earlier page; <see cref="Checkpoint.Start"/> for the first page.</param>
    /// <param name="limit">Most events of the page; 1 to 10,000.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <remarks>Reading on from page to page meets every event exactly once.</remarks>
    /// <exception cref="JournalException">The store failed.</exception>
    ValueTask<JournalPage> ReadPageAsync(Checkpoint after, int limit, CancellationToken cancellationToken);

    /// <summary>Lists the entities of one type that have events, ordered by key.</summary>
    /// <param name="type">The type, such as <c>robot</c>; compared without case.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="JournalException">The store failed.</exception>
    ValueTask<ImmutableArray<KnownEntity>> ListEntitiesAsync(string type, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps the state of an entity after one of its events, so that a recovery need not read the events before.
    /// </summary>
    /// <param name="snapshot">The state; one of the same sequence is replaced.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <remarks>
    /// Durable when the call completes. In the same step older snapshots are deleted, except the two newest that are
    /// intact.
    /// </remarks>
    /// <exception cref="JournalException">
    /// The epoch is over, the event is not in the journal, the body is too large, or the store failed.
    /// </exception>
    ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken);

    /// <summary>Reads the newest snapshot of an entity, be it intact or not.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="atMost">
    /// Highest sequence wanted. Ask again below the sequence of one that cannot be used, and the next older one comes.
    /// </param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The snapshot; absent when there is none at or before that sequence.</returns>
    /// <exception cref="JournalException">The store failed.</exception>
    ValueTask<StoredSnapshot?> ReadSnapshotAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken);

    /// <summary>Deletes the first events of a stream, for ever, as far as snapshots stand for them.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="epoch">Epoch under which the caller holds the entity.</param>
    /// <param name="through">Sequence of the last event to be deleted.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Number of events deleted now.</returns>
    /// <remarks>
    /// The journal reads back two snapshots that contain these events and finds them intact, or it deletes nothing.
    /// The stream then begins with a later event, its shard has gaps, and a command whose events are gone is not
    /// recognised by the journal when it is sent again.
    /// </remarks>
    /// <exception cref="JournalException">
    /// The epoch is over, the snapshots do not confirm these events, or the store failed.
    /// </exception>
    ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken);
}
