using System.Runtime.CompilerServices;

namespace TwinActors.Kernel;

// Hot path: messages lie inline in linked chunks; an emptied chunk is kept as the one spare, so that a steady flow
// allocates nothing. Measured against other queues in the mailbox benchmarks.

/// <summary>What became of a message that was handed to a mailbox.</summary>
internal enum Enqueued
{
    /// <summary>It waits for its turn.</summary>
    Accepted,

    /// <summary>It was refused: the mailbox is full.</summary>
    Full,

    /// <summary>It was refused: the actor has ended.</summary>
    Closed,
}

/// <summary>A queue of many producers and one consumer. Nothing is allocated before the first message.</summary>
internal struct ChunkQueue<T>
{
    // 1, 4, 16, 64, 256: most actors are idle and have never had more than one message waiting.
    private const int SmallestChunk = 1;
    private const int LargestChunk = 256;
    private const int SurplusChunk = 64;

    private WordLock _lock;
    private bool _isClosed;
    private Chunk? _head;
    private Chunk? _tail;
    private Chunk? _spare;
    private long _enqueued;
    private long _dequeued;
    private long _limit;

    /// <summary>Messages accepted since the start; the place at which the next one will stand.</summary>
    public readonly long Enqueued => Volatile.Read(in _enqueued);

    /// <summary>Messages taken out or dropped since the start.</summary>
    public readonly long Dequeued => Volatile.Read(in _dequeued);

    /// <summary>Messages waiting; a snapshot when read by other threads.</summary>
    public readonly long Depth => Math.Max(0, Enqueued - Dequeued);

    /// <summary>Whether the queue takes no more messages.</summary>
    public readonly bool IsClosed => Volatile.Read(in _isClosed);

    /// <summary>Whether nothing waits, seen by the consumer.</summary>
    public readonly bool IsEmpty => Volatile.Read(in _enqueued) == _dequeued;

    /// <summary>Whether a burst has left chunks behind that are worth giving back.</summary>
    public readonly bool HasSurplus => _spare is { Slots.Length: >= SurplusChunk };

    /// <summary>Adds a message unless the queue is full or closed.</summary>
    /// <param name="message">The message; copied.</param>
    /// <param name="capacity">Highest number of waiting messages.</param>
    public Enqueued Enqueue(in T message, int capacity)
    {
        _lock.Enter();
        if (_isClosed || (_enqueued >= _limit && !HasRoom(capacity)))
        {
            var refused = _isClosed ? Kernel.Enqueued.Closed : Kernel.Enqueued.Full;
            _lock.Exit();
            return refused;
        }

        Add(in message);
        _lock.Exit();
        return Kernel.Enqueued.Accepted;
    }

    /// <summary>
    /// Adds a message and drops the oldest when the queue is full. Its consumer uses
    /// <see cref="TryDequeueLocked"/>.
    /// </summary>
    /// <param name="message">The message; copied.</param>
    /// <param name="capacity">Highest number of waiting messages.</param>
    /// <param name="dropped">Whether an older message was dropped for it.</param>
    public Enqueued EnqueueDroppingOldest(in T message, int capacity, out bool dropped)
    {
        dropped = false;
        _lock.Enter();
        if (_isClosed)
        {
            _lock.Exit();
            return Kernel.Enqueued.Closed;
        }

        if (_enqueued - _dequeued >= capacity)
        {
            dropped = TryTake(isLocked: true, out _);
        }

        Add(in message);
        _lock.Exit();
        return Kernel.Enqueued.Accepted;
    }

    /// <summary>
    /// Takes the oldest message. Only the consumer calls this, and never when the oldest may be dropped.
    /// </summary>
    public bool TryDequeue(out T message) => TryTake(isLocked: false, out message);

    /// <summary>Takes the oldest message of a queue whose producers may drop it.</summary>
    public bool TryDequeueLocked(out T message)
    {
        _lock.Enter();
        var taken = TryTake(isLocked: true, out message);
        _lock.Exit();
        return taken;
    }

    /// <summary>Gives the spare chunk back, and the others when nothing waits. Only the consumer calls this.</summary>
    public void Trim()
    {
        _lock.Enter();
        _spare = null;
        if (_enqueued == _dequeued)
        {
            _head = null;
            _tail = null;
        }

        _lock.Exit();
    }

    /// <summary>Refuses all later messages. Those that wait can still be taken.</summary>
    public void Close()
    {
        _lock.Enter();
        _isClosed = true;
        _lock.Exit();
    }

    // What the consumer writes is read only when it may matter: the line stays with the core that writes it.
    private bool HasRoom(int capacity)
    {
        _limit = Volatile.Read(ref _dequeued) + capacity;
        return _enqueued < _limit;
    }

    private void Add(in T message)
    {
        var tail = _tail;
        if (tail is null || tail.Written == tail.Slots.Length)
        {
            tail = Grow(tail);
        }

        tail.Slots[tail.Written] = message;
        Volatile.Write(ref tail.Written, tail.Written + 1);
        Volatile.Write(ref _enqueued, _enqueued + 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Chunk Grow(Chunk? tail)
    {
        var chunk = _spare ?? new Chunk(tail is null ? SmallestChunk : Math.Min(tail.Slots.Length * 4, LargestChunk));
        _spare = null;
        _tail = chunk;
        if (tail is null)
        {
            Volatile.Write(ref _head, chunk);
        }
        else
        {
            Volatile.Write(ref tail.Next, chunk);
        }

        return chunk;
    }

    private bool TryTake(bool isLocked, out T message)
    {
        var head = Volatile.Read(ref _head);
        if (head is null)
        {
            message = default!;
            return false;
        }

        if (head.Read == Volatile.Read(ref head.Written))
        {
            head = Advance(head, isLocked);
            if (head is null)
            {
                message = default!;
                return false;
            }
        }

        ref var slot = ref head.Slots[head.Read];
        message = slot;
        slot = default!;
        head.Read++;
        Volatile.Write(ref _dequeued, _dequeued + 1);
        return true;
    }

    // The head chunk is read to its written end: go on with the next one, or start over in this one.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Chunk? Advance(Chunk head, bool isLocked)
    {
        if (head.Read < head.Slots.Length)
        {
            return null;
        }

        if (!isLocked)
        {
            _lock.Enter();
        }

        var next = head.Next;
        head.Read = 0;
        head.Written = 0;
        head.Next = null;
        if (next is not null)
        {
            _head = next;
            if (_spare is null || _spare.Slots.Length < head.Slots.Length)
            {
                _spare = head;
            }
        }

        if (!isLocked)
        {
            _lock.Exit();
        }

        // A full chunk was linked only because a message was about to be written into it.
        return next;
    }

    private sealed class Chunk(int slots)
    {
        public readonly T[] Slots = new T[slots];
        public int Written;
        public int Read;
        public Chunk? Next;
    }
}
