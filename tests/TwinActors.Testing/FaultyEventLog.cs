using System.Runtime.CompilerServices;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Testing;

/// <summary>What goes wrong with one append.</summary>
public enum LogFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Nothing is written and the call throws.</summary>
    Lost,

    /// <summary>The events are written, then the call throws.</summary>
    WrittenButLost,

    /// <summary>Nothing is written and the call never completes.</summary>
    Hangs,

    /// <summary>The events are written, then the call never completes.</summary>
    WrittenButHangs,

    /// <summary>The append is repeated on its way: it is written, and the answer is that of the second time.</summary>
    Repeated,

    /// <summary>The journal refuses these events.</summary>
    Rejected,

    /// <summary>The writer's epoch is over.</summary>
    Fenced,
}

/// <summary>
/// An event log in memory that fails on demand. For one thread, or for tests that do not write at the same time.
/// </summary>
public sealed class FaultyEventLog<TEvent> : IEventLog<TEvent>
{
    private readonly Dictionary<EntityKey, List<EventEnvelope<TEvent>>> _streams = [];
    private readonly List<TaskCompletionSource> _held = [];
    private long _position;

    /// <summary>What goes wrong with the next appends, one each.</summary>
    public Queue<LogFault> Faults { get; } = [];

    /// <summary>Number of appends asked for.</summary>
    public int Appends { get; private set; }

    /// <summary>First sequence asked for by each read.</summary>
    public List<long> ReadsFrom { get; } = [];

    /// <summary>Number of the next reads that throw.</summary>
    public int FailingReads { get; set; }

    /// <summary>Number of the next reads that never complete.</summary>
    public int HangingReads { get; set; }

    /// <summary>The threads on which reads that never complete were given up.</summary>
    public List<int> GivenUpOn { get; } = [];

    /// <summary>Whether appends wait for <see cref="Release"/>.</summary>
    public bool IsHolding { get; set; }

    /// <summary>The events of an entity.</summary>
    public IReadOnlyList<EventEnvelope<TEvent>> Events(EntityKey entity) => _streams.GetValueOrDefault(entity) ?? [];

    /// <summary>Lets the appends that wait go on.</summary>
    public void Release()
    {
        var held = _held.ToArray();
        _held.Clear();
        foreach (var each in held)
        {
            each.SetResult();
        }
    }

    public async IAsyncEnumerable<EventEnvelope<TEvent>> ReadAsync(
        EntityKey entity, long fromSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReadsFrom.Add(fromSequence);
        if (FailingReads > 0)
        {
            FailingReads--;
            throw new IOException("The journal cannot be read.");
        }

        if (HangingReads > 0)
        {
            HangingReads--;
            var never = new TaskCompletionSource();
            using var given = cancellationToken.Register(() =>
            {
                GivenUpOn.Add(Environment.CurrentManagedThreadId);
                never.TrySetCanceled(cancellationToken);
            });
            await never.Task;
        }

        foreach (var envelope in Events(entity).Skip((int)fromSequence - 1).ToArray())
        {
            yield return envelope;
        }
    }

    public async ValueTask<AppendResult> AppendAsync(EventAppend<TEvent> append, CancellationToken cancellationToken)
    {
        Appends++;
        if (IsHolding)
        {
            var held = new TaskCompletionSource();
            _held.Add(held);
            await held.Task;
        }

        switch (Faults.TryDequeue(out var fault) ? fault : LogFault.None)
        {
            case LogFault.Lost:
                throw new IOException("The connection broke.");
            case LogFault.WrittenButLost:
                Write(append);
                throw new IOException("The connection broke.");
            case LogFault.Hangs:
                await new TaskCompletionSource().Task;
                break;
            case LogFault.WrittenButHangs:
                Write(append);
                await new TaskCompletionSource().Task;
                break;
            case LogFault.Repeated:
                Write(append);
                break;
            case LogFault.Rejected:
                return new AppendResult.Rejected("too large");
            case LogFault.Fenced:
                return new AppendResult.Fenced();
        }

        return Write(append);
    }

    /// <summary>Writes as another writer would.</summary>
    public AppendResult Write(EventAppend<TEvent> append)
    {
        if (!_streams.TryGetValue(append.Entity, out var stream))
        {
            _streams.Add(append.Entity, stream = []);
        }

        if (append.CommandId is not null && stream.FindLast(e => e.CommandId == append.CommandId) is { } before)
        {
            return new AppendResult.AppendedBefore(before.Sequence, before.Position);
        }

        if (stream.Count != append.ExpectedSequence)
        {
            return new AppendResult.Conflict();
        }

        foreach (var @event in append.Events)
        {
            stream.Add(new EventEnvelope<TEvent>(
                append.Entity,
                stream.Count + 1,
                new JournalPosition(0, ++_position),
                append.At,
                append.CommandId,
                append.Epoch ?? 1,
                @event)
            {
                CommandHash = append.CommandHash,
            });
        }

        return new AppendResult.Appended(stream.Count, new JournalPosition(0, _position), append.Epoch ?? 1);
    }
}
