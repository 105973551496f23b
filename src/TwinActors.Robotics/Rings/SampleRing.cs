// Hot path: written once per sample on a robot link's receive thread. Writing and reading allocate nothing once the
// slots have grown to the size of the stream's frames (SampleRingTests hold it at 0 bytes).
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Robotics.Rings;

/// <summary>Fixed number of the newest frames of one stream: one writer, any number of readers with a cursor of their
/// own.</summary>
/// <typeparam name="TLayout">Describes the bytes of a frame: <see cref="JointLayout"/> or
/// <see cref="SampleLayout"/>.</typeparam>
/// <remarks>
/// <para>A reader never holds the writer up: a frame that was overwritten before it was read is counted as lost by that
/// reader alone. Slots are versioned (a sequence lock), readers copy a slot and check that it did not change
/// meanwhile.</para>
/// <para>A ring may be elastic: while the reader that reports its place (<see cref="MarkRead"/>) is behind by all
/// slots, the ring doubles up to its most slots instead of overwriting what that reader has not seen. It keeps the size
/// it has grown to.</para>
/// <para>Writes must not overlap: a robot link that may be called from several threads takes its own lock.</para>
/// </remarks>
public sealed class SampleRing<TLayout>
    where TLayout : class
{
    private readonly int _mostSlots;
    private Slot[] _slots;
    private ImmutableArray<TLayout> _layouts = [];
    private long _published;
    private long _read;
    private long _newestNs;
    private long _wakeAt;

    /// <summary>Makes an empty ring.</summary>
    /// <param name="slots">Number of frames kept; a reader that falls further behind loses frames. At least 2.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="slots"/> is below 2.</exception>
    public SampleRing(int slots)
        : this(slots, slots)
    {
    }

    /// <summary>Makes an empty elastic ring.</summary>
    /// <param name="slots">Number of frames kept at first. At least 2.</param>
    /// <param name="mostSlots">Number of frames up to which the ring grows while its reader is behind. At least
    /// <paramref name="slots"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least.</exception>
    public SampleRing(int slots, int mostSlots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostSlots, slots);
        _mostSlots = mostSlots;
        _slots = new Slot[slots];
        for (var i = 0; i < slots; i++)
        {
            _slots[i] = new Slot();
        }
    }

    /// <summary>Number of frames kept.</summary>
    public int Capacity => Volatile.Read(ref _slots).Length;

    /// <summary>Sequence of the newest frame; 0 before the first.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Arrival of the newest frame [ns since the UNIX epoch]; 0 before the first.</summary>
    public long NewestReceivedAtNs => Volatile.Read(ref _newestNs);

    /// <summary>Every layout that frames of this ring have had, by layout id.</summary>
    public ImmutableArray<TLayout> Layouts => _layouts;

    /// <summary>Adds a layout and returns its id. Called by the writer when the shape of the stream changes.</summary>
    public int AddLayout(TLayout layout)
    {
        ImmutableInterlocked.Update(ref _layouts, static (all, added) => all.Add(added), layout);
        return _layouts.Length - 1;
    }

    /// <summary>Says how far the reader that must miss nothing has come. Called by that one reader.</summary>
    /// <param name="sequence">Sequence of the last frame it has read.</param>
    public void MarkRead(long sequence) => Volatile.Write(ref _read, sequence);

    /// <summary>Sequence from which the reader wants to be told of frames; 0 for every frame.</summary>
    /// <remarks>Kept beside what the writer touches anyway: to ask somebody else costs a sample more than to write
    /// it.</remarks>
    public long WakeAt
    {
        get => Volatile.Read(ref _wakeAt);
        set => Volatile.Write(ref _wakeAt, value);
    }

    /// <summary>Opens the next slot for writing; the frame is not visible before <see cref="EndWrite"/>.</summary>
    /// <param name="length">Size of the frame [bytes].</param>
    /// <returns>The frame's bytes, with old content.</returns>
    public Span<byte> BeginWrite(int length)
    {
        var sequence = _published + 1;
        // As RingCursor says: capacity - 1 frames are safe.
        if (sequence - Volatile.Read(ref _read) >= _slots.Length && _slots.Length < _mostSlots)
        {
            Grow(sequence);
        }

        var slot = _slots[sequence % _slots.Length];
        // Odd version: being written. Readers that see it, or see it change, throw their copy away. Barriers of one
        // direction only: a full fence would make the receive thread wait until a slot that has left its cache is back.
        slot.Version++;
        Volatile.WriteBarrier();
        if (slot.Bytes.Length < length)
        {
            slot.Bytes = new byte[Math.Max(length, 2 * slot.Bytes.Length)];
        }

        slot.Length = length;
        return slot.Bytes.AsSpan(0, length);
    }

    /// <summary>Publishes the frame opened by <see cref="BeginWrite"/>.</summary>
    /// <param name="stampNs">Measurement instant on the robot's clock [ns since the UNIX epoch].</param>
    /// <param name="receivedAtNs">Arrival instant on the node's clock [ns since the UNIX epoch].</param>
    /// <param name="layoutId">Id that <see cref="AddLayout"/> gave.</param>
    /// <returns>The frame's sequence.</returns>
    public long EndWrite(long stampNs, long receivedAtNs, int layoutId)
    {
        var sequence = _published + 1;
        var slot = _slots[sequence % _slots.Length];
        slot.Header = new FrameHeader(sequence, stampNs, receivedAtNs, layoutId);
        Volatile.Write(ref slot.Version, slot.Version + 1);
        Volatile.Write(ref _newestNs, receivedAtNs);
        Volatile.Write(ref _published, sequence);
        return sequence;
    }

    /// <summary>Gives the slot opened by <see cref="BeginWrite"/> back unpublished. Its old frame is lost to
    /// readers.</summary>
    public void AbandonWrite()
    {
        var slot = _slots[(_published + 1) % _slots.Length];
        slot.Header = default;
        Volatile.Write(ref slot.Version, slot.Version + 1);
    }

    /// <summary>Copies one frame.</summary>
    /// <param name="sequence">Which frame.</param>
    /// <param name="frame">Receives header, layout and bytes; its buffer is reused.</param>
    /// <returns><see langword="false"/> when the frame is not there yet or was overwritten.</returns>
    public bool TryRead(long sequence, SampleFrame<TLayout> frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (sequence < 1 || sequence > Published)
        {
            return false;
        }

        // Taken after the newest sequence was read, so the slots are those it was written into, or newer ones.
        var slots = Volatile.Read(ref _slots);
        var slot = slots[sequence % slots.Length];
        var before = Volatile.Read(ref slot.Version);
        if ((before & 1) != 0)
        {
            return false;
        }

        var header = slot.Header;
        var bytes = slot.Bytes;
        var length = Math.Min(slot.Length, bytes.Length);
        bytes.AsSpan(0, length).CopyTo(frame.Reserve(length));
        Volatile.ReadBarrier();
        if (Volatile.Read(ref slot.Version) != before || header.Sequence != sequence)
        {
            return false;
        }

        frame.Accept(header, _layouts[header.LayoutId]);
        return true;
    }

    // Every kept frame stays in the slot it is in; the slot gets the place that its frame has among the greater number.
    private void Grow(long next)
    {
        var old = _slots;
        var grown = new Slot[Math.Min(2L * old.Length, _mostSlots)];
        for (var sequence = next - old.Length; sequence < next; sequence++)
        {
            if (sequence >= 0)
            {
                grown[sequence % grown.Length] = old[sequence % old.Length];
            }
        }

        for (var i = 0; i < grown.Length; i++)
        {
            grown[i] ??= new Slot();
        }

        Volatile.Write(ref _slots, grown);
    }

    private sealed class Slot
    {
        public byte[] Bytes = [];
        public FrameHeader Header;
        public int Length;
        public int Version;
    }
}

/// <summary>One reader's place in a ring; a mutable value owned by that reader.</summary>
public struct RingCursor : IEquatable<RingCursor>
{
    /// <summary>Places a reader.</summary>
    /// <param name="after">Sequence of the last frame that counts as read; 0 to read from the oldest kept
    /// frame.</param>
    public RingCursor(long after) => After = after;

    /// <summary>Sequence of the last frame read.</summary>
    public long After { get; private set; }

    /// <summary>Frames that were overwritten before this reader came to them.</summary>
    public long Lost { get; private set; }

    /// <summary>Passes over frames without reading them: they count as read. Those that were overwritten already count
    /// as lost.</summary>
    /// <typeparam name="TLayout">Layout type of the ring.</typeparam>
    /// <param name="ring">The ring to read.</param>
    /// <param name="sequence">Last frame to pass over; not above <see cref="SampleRing{TLayout}.Published"/>.</param>
    public void SkipTo<TLayout>(SampleRing<TLayout> ring, long sequence)
        where TLayout : class
    {
        ArgumentNullException.ThrowIfNull(ring);
        PassOverwritten(ring, ring.Published);
        After = Math.Max(After, sequence);
    }

    /// <summary>Copies the next unread frame.</summary>
    /// <typeparam name="TLayout">Layout type of the ring.</typeparam>
    /// <param name="ring">The ring to read.</param>
    /// <param name="frame">Receives the frame; its buffer is reused.</param>
    /// <returns><see langword="false"/> when there is no newer frame.</returns>
    public bool TryNext<TLayout>(SampleRing<TLayout> ring, SampleFrame<TLayout> frame)
        where TLayout : class
    {
        ArgumentNullException.ThrowIfNull(ring);
        while (true)
        {
            var published = ring.Published;
            if (After >= published)
            {
                return false;
            }

            PassOverwritten(ring, published);
            if (ring.TryRead(After + 1, frame))
            {
                After++;
                return true;
            }

            if (ring.Published == published)
            {
                // Abandoned slot: the frame that was in it is gone.
                After++;
                Lost++;
            }
        }
    }

    // The slot after the newest may be under the writer's pen, hence capacity - 1 frames are safe.
    private void PassOverwritten<TLayout>(SampleRing<TLayout> ring, long published)
        where TLayout : class
    {
        var oldest = published - ring.Capacity + 2;
        if (After + 1 < oldest)
        {
            Lost += oldest - (After + 1);
            After = oldest - 1;
        }
    }

    /// <inheritdoc/>
    public readonly bool Equals(RingCursor other) => After == other.After && Lost == other.Lost;

    /// <inheritdoc/>
    public override readonly bool Equals([NotNullWhen(true)] object? obj) => obj is RingCursor other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(After, Lost);

    /// <summary>Whether two cursors stand at the same place with the same loss.</summary>
    public static bool operator ==(RingCursor left, RingCursor right) => left.Equals(right);

    /// <summary>Whether two cursors differ.</summary>
    public static bool operator !=(RingCursor left, RingCursor right) => !left.Equals(right);
}
