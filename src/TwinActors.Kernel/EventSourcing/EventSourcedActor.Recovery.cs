namespace TwinActors.Kernel.EventSourcing;

public abstract partial class EventSourcedActor<T, TCommand, TEvent, TState, TEffect>
{
    private readonly ISnapshotLog<TState>? _snapshots;
    private long _lastSnapshot;

    /// <summary>
    /// Rebuilds the state from the newest usable snapshot and the events behind it, then calls
    /// <see cref="OnRecoveryCompletedAsync"/>.
    /// </summary>
    /// <param name="stopping">Cancelled when the actor is told to stop.</param>
    /// <exception cref="JournalFailedException">The journal could not be read.</exception>
    /// <exception cref="RecoveryFailedException">The events could not be understood.</exception>
    protected override async ValueTask PreStart(CancellationToken stopping)
    {
        if (_options.Permits is { } permits)
        {
            using (await permits.EnterAsync(
                Entity, _options.IsBackground, Context.System.IsDeterministic, stopping).ConfigureAwait(false))
            {
                await RecoverAsync(stopping).ConfigureAwait(false);
            }
        }
        else
        {
            await RecoverAsync(stopping).ConfigureAwait(false);
        }

        IsRecovering = false;
        await OnRecoveryCompletedAsync(stopping).ConfigureAwait(false);
    }

    private async ValueTask RecoverAsync(CancellationToken stopping)
    {
        try
        {
            await RestoreAsync(stopping).ConfigureAwait(false);
            await ReadAllAsync(stopping).ConfigureAwait(false);
        }
        catch (UnreadableEventException unreadable)
        {
            throw new RecoveryFailedException(Entity, unreadable.Sequence, unreadable.Message, unreadable);
        }
        catch (Exception failure) when (failure is not RecoveryFailedException && !stopping.IsCancellationRequested)
        {
            throw new JournalFailedException(Entity, JournalFailure.Unavailable, failure.Message, failure);
        }
    }

    // The newest snapshot that can be used; else an older one; else none, and all events are read.
    private async ValueTask RestoreAsync(CancellationToken stopping)
    {
        var atMost = _snapshots is null ? 0 : long.MaxValue;
        while (atMost > 0)
        {
            try
            {
                if (await ReadSnapshotAsync(atMost, stopping).ConfigureAwait(false) is { } snapshot)
                {
                    State = snapshot.State;
                    LastSequenceNr = _lastSnapshot = snapshot.Sequence;
                    foreach (var command in snapshot.Commands)
                    {
                        _recent.Add(command);
                    }
                }

                return;
            }
            catch (UnusableSnapshotException unusable)
            {
                Report(Context.System, unusable);
                atMost = unusable.Sequence - 1;
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                Report(Context.System, failure);
                return;
            }
        }
    }

    private async ValueTask<EntitySnapshot<TState>?> ReadSnapshotAsync(long atMost, CancellationToken stopping)
    {
        using var overdue = new CancellationTokenSource(_options.ReadDeadline, Context.System.Time);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stopping, overdue.Token);
        return await WithinAsync(
            _snapshots!.ReadAsync(Entity, atMost, giveUp.Token), _options.ReadDeadline, stopping)
            .ConfigureAwait(false);
    }

    private async ValueTask ReadAllAsync(CancellationToken stopping)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var events = _log.ReadAsync(Entity, LastSequenceNr + 1, giveUp.Token).GetAsyncEnumerator(giveUp.Token);
        var isWaiting = true;
        try
        {
            while (await WithinAsync(events.MoveNextAsync(), _options.ReadDeadline, stopping).ConfigureAwait(false))
            {
                isWaiting = false;
                Replay(events.Current);
                isWaiting = true;
            }

            isWaiting = false;
        }
        finally
        {
            if (isWaiting)
            {
                // A journal that has not answered is told, on this thread and no other, and left alone: its enumerator
                // is still in use.
                giveUp.Cancel();
            }
            else
            {
                await events.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private void Replay(EventEnvelope<TEvent> envelope)
    {
        if (envelope.Sequence != LastSequenceNr + 1)
        {
            throw new RecoveryFailedException(
                Entity, envelope.Sequence, $"the event before it was number {LastSequenceNr}.");
        }

        try
        {
            State = _behavior.Evolve(State, envelope.Event);
        }
        catch (Exception failure)
        {
            throw new RecoveryFailedException(Entity, envelope.Sequence, failure.Message, failure);
        }

        LastSequenceNr = envelope.Sequence;
        Remember(envelope.CommandId, envelope.CommandHash, envelope.Sequence, envelope.Position);
    }

    // Not awaited: nobody waits for a snapshot, and the state is immutable. One that fails is tried again only as many
    // events later.
    private void TakeSnapshot(long epoch)
    {
        if (_snapshots is null
            || _options.SnapshotEvery == 0
            || LastSequenceNr - _lastSnapshot < _options.SnapshotEvery)
        {
            return;
        }

        _lastSnapshot = LastSequenceNr;
        _ = SaveAsync(
            new EntitySnapshot<TState>(
                Entity, LastSequenceNr, epoch, Context.Time.GetUtcNow(), State, [.. _recent.All]),
            Context.System);
    }

    private async Task SaveAsync(EntitySnapshot<TState> snapshot, ActorSystem system)
    {
        try
        {
            using var overdue = new CancellationTokenSource(_options.AppendDeadline, system.Time);
            await _snapshots!.SaveAsync(snapshot, overdue.Token).AsTask()
                .WaitAsync(_options.AppendDeadline, system.Time).ConfigureAwait(false);
            SnapshotMeter.Saved.Add(1);
        }
        catch (Exception failure)
        {
            Report(system, failure);
        }
    }

    private void Report(ActorSystem system, Exception failure)
    {
        SnapshotMeter.Failed.Add(1);
        system.EventStream.Publish(new SnapshotFailed(Entity, failure));
    }
}
