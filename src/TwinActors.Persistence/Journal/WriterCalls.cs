using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.Persistence.Journal;

/// <summary>Hands the calls of a journal to its writers and ends each of them at its deadline.</summary>
/// <param name="store">The store for messages, such as the path of its file.</param>
/// <param name="shards">Number of shards of the journal.</param>
/// <param name="options">Settings.</param>
/// <param name="add">Offers a call to the writer of its shard.</param>
/// <param name="trouble">Says what keeps the writers from answering, and the way out.</param>
internal sealed class WriterCalls(
    string store, int shards, JournalOptions options, Func<PendingCall, WriterQueue.Offer> add, Func<string> trouble)
{
    /// <summary>See <see cref="IJournal.AppendAsync"/>.</summary>
    public ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();

        if (AppendRules.Check(request, options, out var bytes) is { } rejected)
        {
            return new(rejected);
        }

        var entity = EntityKeys.Folded(request.Entity);
        request = entity == request.Entity ? request : request with { Entity = entity };
        var deadline = request.Deadline ?? options.Deadline;
        var due = options.Time.GetTimestamp() + (long)(deadline.TotalSeconds * options.Time.TimestampFrequency);
        var call = new PendingAppend(request, ShardId.Of(entity, shards), bytes, due, this);
        call.StopWith(cancellationToken);
        switch (add(call))
        {
            case WriterQueue.Offer.Full:
                call.Complete(new AppendOutcome.Rejected(
                    RejectionReason.Overloaded,
                    $"{options.MaximumQueued} appends wait for journal {store} already. Send it again later."));
                break;
            case WriterQueue.Offer.Closed:
                call.Complete(new AppendOutcome.Rejected(
                    RejectionReason.Unavailable, $"Journal {store} is closed."));
                break;
        }

        return call.Done;
    }

    /// <summary>Ends an append whose deadline has come.</summary>
    public void Expire(PendingAppend call)
    {
        var deadline = (call.Request.Deadline ?? options.Deadline).TotalSeconds;
        if (call.TryAbandon())
        {
            call.Complete(new AppendOutcome.Rejected(
                RejectionReason.Unavailable,
                $"{call.Request.Entity} waited {deadline} s for journal {store} and was not written. {trouble()}"));
            return;
        }

        call.Unknown(
            $"Journal {store} did not answer within {deadline} s while {call.Request.Entity} was being written. "
            + trouble(),
            error: null);
    }

    /// <summary>See <see cref="IJournal.ReadHeadAsync"/>.</summary>
    public ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        entity = EntityKeys.Folded(entity);
        return AnswerAsync(new PendingHead(entity, ShardId.Of(entity, shards)), cancellationToken);
    }

    /// <summary>See <see cref="IJournal.SaveSnapshotAsync"/>.</summary>
    public async ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken)
    {
        SnapshotRules.Check(snapshot, options);
        snapshot = snapshot with { Entity = EntityKeys.Folded(snapshot.Entity) };
        await AnswerAsync(new PendingSnapshot(snapshot, ShardId.Of(snapshot.Entity, shards)), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>See <see cref="IJournal.DeleteEventsAsync"/>.</summary>
    public ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken)
    {
        entity = EntityKeys.Folded(entity);
        return AnswerAsync(
            new PendingDeletion(entity, ShardId.Of(entity, shards), epoch, through), cancellationToken);
    }

    private async ValueTask<T> AnswerAsync<T>(PendingWork<T> call, CancellationToken cancellationToken)
    {
        switch (add(call))
        {
            case WriterQueue.Offer.Full:
                throw new JournalException(
                    JournalFault.TimedOut, $"{options.MaximumQueued} calls wait for journal {store} already.");
            case WriterQueue.Offer.Closed:
                throw new JournalException(JournalFault.Closed, $"Journal {store} is closed.");
        }

        try
        {
            return await call.Done.WaitAsync(options.Deadline, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            call.TryAbandon();
            throw new JournalException(
                JournalFault.TimedOut,
                $"Journal {store} did not answer about {call.Entity} within {options.Deadline.TotalSeconds} s. "
                + trouble(),
                error);
        }
    }
}
