using System.Collections.Immutable;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Testing;

/// <summary>What goes wrong with an append.</summary>
public enum JournalAppendFault
{
    /// <summary>It is written, then the answer is lost.</summary>
    LoseAnswer,

    /// <summary>It is not written, and the answer is lost.</summary>
    LoseRequest,

    /// <summary>It is not written, and the journal says so.</summary>
    Reject,

    /// <summary>It is not written: another node has the shard.</summary>
    Fence,

    /// <summary>It waits until <see cref="FaultyJournal.Release"/> is called, then goes on.</summary>
    Hang,
}

/// <summary>A journal whose appends and reads go wrong as a test says, in the order it says.</summary>
/// <param name="inner">The journal that does the work.</param>
public sealed class FaultyJournal(IJournal inner) : IJournal
{
    private readonly Lock _gate = new();
    private readonly Queue<JournalAppendFault?> _faults = new();
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _failingReads;

    /// <inheritdoc/>
    public JournalOwner Owner => inner.Owner;

    /// <summary>Number of appends that have been asked for.</summary>
    public int Appends { get; private set; }

    /// <summary>Lets the next append that has no fault planned yet go wrong.</summary>
    /// <param name="fault">How; absent: that one goes well.</param>
    public void Plan(JournalAppendFault? fault)
    {
        lock (_gate)
        {
            _faults.Enqueue(fault);
        }
    }

    /// <summary>Lets the next reads fail.</summary>
    /// <param name="reads">How many.</param>
    public void FailReads(int reads) => Interlocked.Add(ref _failingReads, reads);

    /// <summary>Lets the appends that hang go on.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _released.TrySetResult();
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        JournalAppendFault? fault;
        Task released;
        lock (_gate)
        {
            Appends++;
            _faults.TryDequeue(out fault);
            released = _released.Task;
        }

        switch (fault)
        {
            case JournalAppendFault.LoseAnswer:
                await inner.AppendAsync(request, cancellationToken).ConfigureAwait(false);
                throw Unknown(request);
            case JournalAppendFault.LoseRequest:
                throw Unknown(request);
            case JournalAppendFault.Reject:
                return new AppendOutcome.Rejected(RejectionReason.Unavailable, "The test rejects this append.");
            case JournalAppendFault.Fence:
                var shard = ShardId.Of(request.Entity, Owner.Shards);
                return new AppendOutcome.Fenced(shard, request.Epoch + 1, IsOwner: false);
            case JournalAppendFault.Hang:
                await released.WaitAsync(cancellationToken).ConfigureAwait(false);
                break;
        }

        return await inner.AppendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken) =>
        IsReadFailing()
            ? ValueTask.FromException<StreamHead>(Failed())
            : inner.ReadHeadAsync(entity, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredEvent> ReadStreamAsync(
        EntityKey entity, long afterSequence, CancellationToken cancellationToken) =>
        inner.ReadStreamAsync(entity, afterSequence, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadEntityPageAsync(
        EntityKey entity, Checkpoint after, int limit, CancellationToken cancellationToken) =>
        IsReadFailing()
            ? ValueTask.FromException<JournalPage>(Failed())
            : inner.ReadEntityPageAsync(entity, after, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadPageAsync(Checkpoint after, int limit, CancellationToken cancellationToken) =>
        IsReadFailing()
            ? ValueTask.FromException<JournalPage>(Failed())
            : inner.ReadPageAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownEntity>> ListEntitiesAsync(string type, CancellationToken cancellationToken) =>
        IsReadFailing()
            ? ValueTask.FromException<ImmutableArray<KnownEntity>>(Failed())
            : inner.ListEntitiesAsync(type, cancellationToken);

    /// <inheritdoc/>
    public ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken) =>
        inner.SaveSnapshotAsync(snapshot, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredSnapshot?> ReadSnapshotAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken) =>
        IsReadFailing()
            ? ValueTask.FromException<StoredSnapshot?>(Failed())
            : inner.ReadSnapshotAsync(entity, atMost, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken) =>
        inner.DeleteEventsAsync(entity, epoch, through, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private bool IsReadFailing()
    {
        lock (_gate)
        {
            if (_failingReads == 0)
            {
                return false;
            }

            _failingReads--;
            return true;
        }
    }

    private static JournalException Failed() => new(JournalFault.Failed, "The test lets this read fail.");

    private static JournalOutcomeUnknownException Unknown(AppendRequest request) =>
        new(request.Entity, request.Command, "The test lost the answer of this append.");
}
