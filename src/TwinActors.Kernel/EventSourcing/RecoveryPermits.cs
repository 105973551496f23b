namespace TwinActors.Kernel.EventSourcing;

/// <summary>
/// Lets only some entities recover at a time, so that a fleet that comes back at once does not crowd its journal out.
/// </summary>
/// <remarks>
/// Those somebody waits for go first, in the order in which they came; the background ones behind, in theirs. Waiting
/// has no deadline: that of a recovery starts when it gets its permit. Safe from any thread.
/// </remarks>
/// <param name="concurrent">Number of entities that recover at a time; positive.</param>
public sealed class RecoveryPermits(int concurrent)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _urgent = [];
    private readonly LinkedList<Waiter> _background = [];
    private readonly Dictionary<EntityKey, Waiter> _waiting = [];
    private int _free = concurrent > 0
        ? concurrent
        : throw new ArgumentOutOfRangeException(nameof(concurrent), concurrent, "At least one recovery at a time.");
    private bool _isGranting;

    /// <summary>Number of entities that wait for a permit.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _urgent.Count + _background.Count;
            }
        }
    }

    /// <summary>Moves an entity that waits in the background behind those that somebody waits for.</summary>
    /// <param name="entity">The entity; nothing happens when it does not wait in the background.</param>
    public void Hurry(EntityKey entity)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(entity, out var waiter) && waiter.Place.List == _background)
            {
                _background.Remove(waiter.Place);
                _urgent.AddLast(waiter.Place);
            }
        }
    }

    /// <summary>Waits for a permit.</summary>
    /// <param name="entity">The entity that wants to recover.</param>
    /// <param name="isBackground">Whether nobody waits for it.</param>
    /// <param name="stayInThread">Whether the caller goes on inside the step that grants the permit.</param>
    /// <param name="stopping">Ends the wait.</param>
    /// <returns>Disposed when the entity has recovered, or failed to.</returns>
    internal async ValueTask<IDisposable> EnterAsync(
        EntityKey entity, bool isBackground, bool stayInThread, CancellationToken stopping)
    {
        var waiter = new Waiter(entity, stayInThread);
        lock (_gate)
        {
            stopping.ThrowIfCancellationRequested();
            (isBackground ? _background : _urgent).AddLast(waiter.Place);
            _waiting.TryAdd(entity, waiter);
        }

        Grant();
        var cancellation = stopping.UnsafeRegister(_ => Withdraw(waiter, stopping), null);
        await using (cancellation.ConfigureAwait(false))
        {
            await waiter.Granted.ConfigureAwait(false);
        }

        return new Permit(this);
    }

    private void Leave()
    {
        lock (_gate)
        {
            _free++;
        }

        Grant();
    }

    // Whoever goes on inside a grant may leave inside it as well: the loop that grants goes on, no deeper one starts.
    private void Grant()
    {
        lock (_gate)
        {
            if (_isGranting)
            {
                return;
            }

            _isGranting = true;
        }

        while (Next() is { } waiter)
        {
            waiter.Grant();
        }
    }

    private Waiter? Next()
    {
        lock (_gate)
        {
            if (_free == 0 || (_urgent.First ?? _background.First) is not { } place)
            {
                _isGranting = false;
                return null;
            }

            Remove(place.Value);
            _free--;
            return place.Value;
        }
    }

    private void Withdraw(Waiter waiter, CancellationToken stopping)
    {
        lock (_gate)
        {
            if (waiter.Place.List is null)
            {
                return;
            }

            Remove(waiter);
        }

        waiter.Cancel(stopping);
    }

    private void Remove(Waiter waiter)
    {
        waiter.Place.List!.Remove(waiter.Place);
        if (_waiting.GetValueOrDefault(waiter.Entity) == waiter)
        {
            _waiting.Remove(waiter.Entity);
        }
    }

    private sealed class Permit(RecoveryPermits permits) : IDisposable
    {
        private int _isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            {
                permits.Leave();
            }
        }
    }

    private sealed class Waiter
    {
        private readonly TaskCompletionSource _granted;

        public Waiter(EntityKey entity, bool stayInThread)
        {
            Entity = entity;
            Place = new LinkedListNode<Waiter>(this);
            _granted = new TaskCompletionSource(
                stayInThread ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        }

        public EntityKey Entity { get; }

        /// <summary>Its place in one of the lists; its list is null once it has been granted or withdrawn.</summary>
        public LinkedListNode<Waiter> Place { get; }

        public Task Granted => _granted.Task;

        public void Grant() => _granted.SetResult();

        public void Cancel(CancellationToken stopping) => _granted.SetCanceled(stopping);
    }
}
