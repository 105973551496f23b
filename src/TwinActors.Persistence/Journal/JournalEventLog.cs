using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Naming;

namespace TwinActors.Persistence.Journal;

/// <summary>The journal as event-sourced actors see it: one family of events, by name and version.</summary>
/// <typeparam name="TEvent">The family.</typeparam>
/// <remarks>
/// Remembers for each entity the epoch under which it was last read or written, and appends under that one: an actor
/// that did not recover since its shard changed hands is refused. About 100 B an entity, for the life of the log.
/// </remarks>
/// <param name="journal">Where the events are; stays open when the log is dropped.</param>
/// <param name="names">Names of the events.</param>
public sealed class JournalEventLog<TEvent>(IJournal journal, EventRegistry<TEvent> names) : IEventLog<TEvent>
    where TEvent : class
{
    private readonly ConcurrentDictionary<EntityKey, long> _epochs = [];

    /// <inheritdoc/>
    public async IAsyncEnumerable<EventEnvelope<TEvent>> ReadAsync(
        EntityKey entity, long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The head first: it waits for appends that are still under way, so the events read below are all there are.
        await ReadEpochAsync(entity, cancellationToken).ConfigureAwait(false);
        var events = journal.ReadStreamAsync(entity, fromSequence - 1, cancellationToken);
        await foreach (var stored in events.ConfigureAwait(false))
        {
            yield return Envelope(entity, stored);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<AppendResult> AppendAsync(EventAppend<TEvent> append, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(append);
        if (Write(append, out var events) is { } rejected)
        {
            return rejected;
        }

        var epoch = append.Epoch ?? await EpochAsync(append.Entity, cancellationToken).ConfigureAwait(false);
        var outcome = await journal.AppendAsync(
            new AppendRequest
            {
                Entity = append.Entity,
                Epoch = epoch,
                ExpectedSequence = append.ExpectedSequence,
                Events = events,
                AtNs = (append.At - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
                Command = append.CommandId,
                CommandHash = append.CommandHash,
            },
            cancellationToken).ConfigureAwait(false);
        return Result(append, epoch, outcome);
    }

    /// <summary>An event of the journal with its envelope, such as one of a page.</summary>
    /// <param name="stored">The event as the journal holds it.</param>
    /// <exception cref="UnreadableEventException">Unknown name, newer version, or a damaged body.</exception>
    public EventEnvelope<TEvent> Envelope(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return Envelope(stored.Entity, stored);
    }

    // The spelling of the reader's key, so that it meets the key it asked for.
    private EventEnvelope<TEvent> Envelope(EntityKey entity, StoredEvent stored) => new(
        entity,
        stored.Sequence,
        stored.Position,
        DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(stored.AtNs / TimeSpan.NanosecondsPerTick),
        stored.Command,
        stored.Epoch,
        names.Read(stored))
    {
        CommandHash = stored.CommandHash,
    };

    private AppendResult.Rejected? Write(EventAppend<TEvent> append, out NewEvent[] events)
    {
        events = new NewEvent[append.Events.Length];
        try
        {
            for (var index = 0; index < events.Length; index++)
            {
                events[index] = names.Write(append.Events[index]);
            }

            return null;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or ArgumentException)
        {
            return new AppendResult.Rejected($"An event of {append.Entity} cannot be written: {error.Message}");
        }
    }

    private AppendResult Result(EventAppend<TEvent> append, long epoch, AppendOutcome outcome)
    {
        switch (outcome)
        {
            case AppendOutcome.Appended { AlreadyStored: true } stored:
                // A resend older than what the actor remembers.
                return new AppendResult.AppendedBefore(stored.LastSequence, stored.Position);
            case AppendOutcome.Appended written:
                // Under the epoch that was asked for; the next append may have to go under another.
                _epochs[append.Entity] = written.Epoch;
                return new AppendResult.Appended(written.LastSequence, written.Position, epoch);
            case AppendOutcome.Conflict:
                return new AppendResult.Conflict();
            case AppendOutcome.Fenced:
                _epochs.TryRemove(append.Entity, out _);
                return new AppendResult.Fenced();
            case AppendOutcome.Rejected rejected:
                return new AppendResult.Rejected(rejected.Message);
            default:
                throw new InvalidOperationException($"The journal answered {outcome}.");
        }
    }

    private async ValueTask<long> EpochAsync(EntityKey entity, CancellationToken cancellationToken) =>
        _epochs.TryGetValue(entity, out var epoch)
            ? epoch
            : await ReadEpochAsync(entity, cancellationToken).ConfigureAwait(false);

    private async ValueTask<long> ReadEpochAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        var head = await journal.ReadHeadAsync(entity, cancellationToken).ConfigureAwait(false);
        _epochs[entity] = head.Epoch;
        return head.Epoch;
    }
}
