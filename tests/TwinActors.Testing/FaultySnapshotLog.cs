using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Testing;

/// <summary>Snapshots in memory that fail on demand. For one thread.</summary>
public sealed class FaultySnapshotLog<TState> : ISnapshotLog<TState>
{
    private readonly List<EntitySnapshot<TState>> _snapshots = [];

    /// <summary>Failures of the next calls, one each; null: that one goes well.</summary>
    public Queue<Exception?> Faults { get; } = [];

    /// <summary>Whether calls never complete.</summary>
    public bool IsHanging { get; set; }

    /// <summary>Sequences whose snapshots cannot be used.</summary>
    public HashSet<long> Unusable { get; } = [];

    /// <summary>What was saved, in order.</summary>
    public IReadOnlyList<EntitySnapshot<TState>> Saved => _snapshots;

    /// <inheritdoc/>
    public async ValueTask<EntitySnapshot<TState>?> ReadAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken)
    {
        await FailAsync();
        var snapshot = _snapshots.Where(snapshot => snapshot.Entity == entity && snapshot.Sequence <= atMost)
            .MaxBy(snapshot => snapshot.Sequence);
        return snapshot is not null && Unusable.Contains(snapshot.Sequence)
            ? throw new UnusableSnapshotException(entity, snapshot.Sequence, "the test says so.")
            : snapshot;
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(EntitySnapshot<TState> snapshot, CancellationToken cancellationToken)
    {
        await FailAsync();
        _snapshots.Add(snapshot);
    }

    private async Task FailAsync()
    {
        if (IsHanging)
        {
            await new TaskCompletionSource().Task;
        }

        if (Faults.TryDequeue(out var fault) && fault is not null)
        {
            throw fault;
        }
    }
}
