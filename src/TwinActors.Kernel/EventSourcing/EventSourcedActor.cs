using System.Diagnostics;

namespace TwinActors.Kernel.EventSourcing;

/// <summary>
/// The impure half of an event-sourced entity, in one direction: decide, append, evolve, reply, react. Nothing is
/// applied before it is durable, nothing is answered before it is applied.
/// </summary>
/// <remarks>
/// While an append is outstanding, other messages wait. A failed append or a conflict ends the instance with a
/// <see cref="JournalFailedException"/>; give it <see cref="Props{T}.Backoff"/>, so that the next one, which recovers
/// from the journal, does not hammer a sick one.
/// </remarks>
/// <typeparam name="T">
/// The messages of the actor: commands with their reply address, queries, news of its children.
/// </typeparam>
/// <typeparam name="TCommand">What may be asked of the entity.</typeparam>
/// <typeparam name="TEvent">What has happened to the entity.</typeparam>
/// <typeparam name="TState">What the events add up to.</typeparam>
/// <typeparam name="TEffect">What must be done in the world.</typeparam>
public abstract partial class EventSourcedActor<T, TCommand, TEvent, TState, TEffect> : Actor<T>
{
    private readonly Behavior<TCommand, TEvent, TState, TEffect> _behavior;
    private readonly IEventLog<TEvent> _log;
    private readonly EventSourcingOptions _options;
    private readonly RecentCommands _recent;
    private JournalFailedException? _lost;

    /// <summary>Makes an instance that has recovered nothing yet.</summary>
    /// <param name="entity">The entity; also the persistence id.</param>
    /// <param name="behavior">Its pure half.</param>
    /// <param name="log">Where its events are.</param>
    /// <param name="options">Limits; null: the defaults.</param>
    /// <param name="snapshots">Where its snapshots are; null: it has none.</param>
    protected EventSourcedActor(
        EntityKey entity,
        Behavior<TCommand, TEvent, TState, TEffect> behavior,
        IEventLog<TEvent> log,
        EventSourcingOptions? options = null,
        ISnapshotLog<TState>? snapshots = null)
    {
        ArgumentNullException.ThrowIfNull(behavior);
        Entity = entity;
        State = behavior.Initial;
        _behavior = behavior;
        _log = log;
        _snapshots = snapshots;
        _options = options ?? new EventSourcingOptions();
        _recent = new RecentCommands(_options.RememberedCommands);
    }

    /// <summary>The entity; also the persistence id.</summary>
    protected EntityKey Entity { get; }

    /// <summary>What the events so far add up to.</summary>
    protected TState State { get; private set; }

    /// <summary>Number of events so far.</summary>
    protected long LastSequenceNr { get; private set; }

    /// <summary>Whether the events are being read; no message is handled meanwhile.</summary>
    protected bool IsRecovering { get; private set; } = true;

    /// <summary>Called once all events are applied, before the first message.</summary>
    /// <param name="stopping">Cancelled when the actor is told to stop or is restarted.</param>
    protected virtual ValueTask OnRecoveryCompletedAsync(CancellationToken stopping) => default;

    /// <summary>The instant that the journal notes for a command's events; by default now, on its clock.</summary>
    /// <param name="command">The command; override this when commands carry their time.</param>
    /// <returns>The instant, UTC.</returns>
    protected virtual DateTimeOffset TimeOf(TCommand command) => Context.Time.GetUtcNow();

    /// <summary>Hash of what a command with an id asks, the same for each resend of it.</summary>
    /// <param name="command">
    /// The command; leave out of the hash what differs between sendings, such as its time.
    /// </param>
    /// <returns>The hash; null: a resend is not told from an id that is used twice.</returns>
    protected virtual long? HashOf(TCommand command) => null;

    /// <summary>Called for every durable event after it was applied; not in recovery. For feeds of events.</summary>
    /// <param name="envelope">The event with what the journal says about it.</param>
    protected virtual void OnAppended(EventEnvelope<TEvent> envelope)
    {
    }

    /// <summary>Does in the world what an effect says.</summary>
    /// <param name="effect">The effect.</param>
    /// <param name="stopping">Cancelled when the actor is told to stop or is restarted.</param>
    protected abstract ValueTask PerformAsync(TEffect effect, CancellationToken stopping);

    /// <summary>Decides a command, makes its events durable, applies them, replies, and performs the effects.</summary>
    /// <param name="command">The command.</param>
    /// <param name="reply">Called once, before the effects; null when nobody waits.</param>
    /// <param name="commandId">Id of the command; one that was accepted already gets its first answer again.</param>
    /// <param name="stopping">The token that the message handler was given. It does not break an append off.</param>
    /// <exception cref="JournalFailedException">The append failed; leave it to the supervisor.</exception>
    protected async ValueTask HandleAsync(
        TCommand command, Action<CommandOutcome>? reply, Guid? commandId, CancellationToken stopping)
    {
        if (_lost is not null)
        {
            throw _lost;
        }

        var hash = commandId is null ? null : HashOf(command);
        if (commandId is { } known && _recent.Find(known) is { } first)
        {
            reply?.Invoke(first.Hash is { } asked && hash is { } asks && asked != asks
                ? new CommandOutcome.IdTaken(known, first.Sequence)
                : new CommandOutcome.Accepted(first.Sequence, first.Position));
            return;
        }

        var decision = _behavior.Decide(State, command);
        if (decision.Rejection is { } rejection)
        {
            reply?.Invoke(new CommandOutcome.Rejected(rejection));
            return;
        }

        if (decision.Events.IsEmpty)
        {
            reply?.Invoke(new CommandOutcome.Accepted(LastSequenceNr, Position: null));
            return;
        }

        var append = new EventAppend<TEvent>(
            Entity, LastSequenceNr, decision.Events, TimeOf(command), commandId, _options.Epoch)
        {
            CommandHash = hash,
        };
        if (await AppendAsync(append, reply).ConfigureAwait(false) is { } appended)
        {
            await ApplyAsync(append, appended, reply, stopping).ConfigureAwait(false);
        }
    }

    /// <summary>As the other overload, with the reply sent to an asker.</summary>
    /// <param name="command">The command.</param>
    /// <param name="replyTo">Gets the outcome.</param>
    /// <param name="commandId">Id of the command; one that was accepted already gets its first answer again.</param>
    /// <param name="stopping">The token that the message handler was given. It does not break an append off.</param>
    /// <exception cref="JournalFailedException">The append failed; leave it to the supervisor.</exception>
    protected ValueTask HandleAsync(
        TCommand command, ReplyTo<CommandOutcome> replyTo, Guid? commandId, CancellationToken stopping) =>
        HandleAsync(command, replyTo.Tell, commandId, stopping);

    // Null: the journal did not take these very events, or had them already, and the reply says so. Everything else
    // unexpected ends the instance.
    private async ValueTask<AppendResult.Appended?> AppendAsync(
        EventAppend<TEvent> append, Action<CommandOutcome>? reply)
    {
        AppendResult result;
        var time = Context.System.Time;
        using var overdue = new CancellationTokenSource(_options.AppendDeadline, time);
        using var span = KernelTelemetry.Persisting(Entity, append.Events.Length);
        try
        {
            var pending = _log.AppendAsync(append, overdue.Token);
            result = await WithinAsync(pending, _options.AppendDeadline, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw Lose(JournalFailure.Unknown, failure.Message, failure, reply);
        }

        span?.SetTag("journal.result", result.GetType().Name);
        switch (result)
        {
            case AppendResult.Appended appended when appended.Sequence == LastSequenceNr + append.Events.Length:
                return appended;
            case AppendResult.AppendedBefore before when before.Sequence <= LastSequenceNr:
                Remember(append.CommandId, hash: null, before.Sequence, before.Position);
                reply?.Invoke(new CommandOutcome.Accepted(before.Sequence, before.Position));
                return null;
            case AppendResult.Rejected rejected:
                reply?.Invoke(new CommandOutcome.NotStored(rejected.Reason));
                return null;
            case AppendResult.Conflict:
                throw Lose(JournalFailure.Conflict, $"expected {append.ExpectedSequence} events.", cause: null, reply);
            case AppendResult.Fenced:
                throw Lose(JournalFailure.Fenced, $"epoch {append.Epoch}.", cause: null, reply);
            default:
                throw Lose(JournalFailure.Unknown, $"the journal answered {result}.", cause: null, reply);
        }
    }

    private async ValueTask ApplyAsync(
        EventAppend<TEvent> append,
        AppendResult.Appended appended,
        Action<CommandOutcome>? reply,
        CancellationToken stopping)
    {
        var effects = new List<TEffect>();
        var first = LastSequenceNr + 1;
        foreach (var @event in append.Events)
        {
            State = _behavior.Evolve(State, @event);
            LastSequenceNr++;
            effects.AddRange(_behavior.React(State, @event));
        }

        Remember(append.CommandId, append.CommandHash, appended.Sequence, appended.Position);
        reply?.Invoke(new CommandOutcome.Accepted(appended.Sequence, appended.Position));
        Announce(append, appended, first);
        foreach (var effect in effects)
        {
            await PerformAsync(effect, stopping).ConfigureAwait(false);
        }

        TakeSnapshot(appended.Epoch);
    }

    // The events of one append lie one after another in the shard, the last one at the position that was reported.
    private void Announce(EventAppend<TEvent> append, AppendResult.Appended appended, long first)
    {
        var position = appended.Position.Sequence - append.Events.Length + 1;
        for (var i = 0; i < append.Events.Length; i++)
        {
            OnAppended(new EventEnvelope<TEvent>(
                Entity,
                first + i,
                new JournalPosition(appended.Position.Shard, position + i),
                append.At,
                append.CommandId,
                appended.Epoch,
                append.Events[i])
            {
                CommandHash = append.CommandHash,
            });
        }
    }

    private void Remember(Guid? commandId, long? hash, long sequence, JournalPosition position)
    {
        if (commandId is { } id)
        {
            _recent.Add(new RememberedCommand(id, hash, sequence, position));
        }
    }

    private JournalFailedException Lose(
        JournalFailure failure, string detail, Exception? cause, Action<CommandOutcome>? reply)
    {
        _lost = new JournalFailedException(Entity, failure, detail, cause);
        reply?.Invoke(failure == JournalFailure.Unknown
            ? new CommandOutcome.Unknown(_lost.Message)
            : new CommandOutcome.NotStored(_lost.Message));
        return _lost;
    }

    // A journal that ignores its token must not hold the actor: the wait ends all the same.
    private ValueTask<TResult> WithinAsync<TResult>(
        ValueTask<TResult> pending, TimeSpan deadline, CancellationToken stopping) =>
        pending.IsCompleted
            ? pending
            : new ValueTask<TResult>(pending.AsTask().WaitAsync(deadline, Context.System.Time, stopping));
}
