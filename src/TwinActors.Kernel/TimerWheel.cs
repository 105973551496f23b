using System.Numerics;

namespace TwinActors.Kernel;

/// <summary>Something that is due at an instant. Lies in the wheel itself: adding one allocates nothing.</summary>
internal abstract class TimerEntry
{
    internal TimerEntry? Previous;
    internal TimerEntry? Next;
    internal long Due;
    internal int Slot = TimerWheel.Nowhere;

    /// <summary>Tells one use of a pooled entry from the next.</summary>
    internal int Version;

    /// <summary>Called once the entry is due, outside any lock; must be short and must not throw.</summary>
    /// <param name="version">The entry's version when it became due.</param>
    internal abstract void Fire(int version);
}

/// <summary>
/// Timers over one clock, in seven wheels of 64 slots: 1 ms, 64 ms, 4 s, 4.4 min, 4.7 h, 12 days, 2 years a slot. An
/// entry moves to a finer wheel when its slot begins: adding and removing take constant time, nothing ticks in between.
/// </summary>
/// <remarks>
/// An entry never fires early; it is up to 1 ms late because due times are whole milliseconds, and up to 1 ms more
/// because waiting times are.
/// </remarks>
internal sealed class TimerWheel
{
    internal const int Nowhere = -1;

    private const int SlotBits = 6;
    private const int SlotsPerWheel = 1 << SlotBits;
    private const int Wheels = 7;
    private const long LongestDelay = 365L * 24 * 3600 * 1000;

    private readonly Lock _gate = new();
    private readonly TimerEntry?[] _slots = new TimerEntry?[Wheels * SlotsPerWheel];
    private readonly ulong[] _occupied = new ulong[Wheels];
    private readonly Action? _wake;
    private readonly ITimer? _timer;
    private readonly long _start;
    private long _now;
    private long _planned = long.MaxValue;

    /// <param name="time">The clock.</param>
    /// <param name="wake">
    /// Called when a timer is due earlier than planned; null: the clock's own timer drives the wheel.
    /// </param>
    public TimerWheel(TimeProvider time, Action? wake)
    {
        Time = time;
        _wake = wake;
        _start = time.GetTimestamp();
        if (wake is null)
        {
            _timer = time.CreateTimer(_ => FireDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The clock that the entries are due on.</summary>
    public TimeProvider Time { get; }

    /// <summary>Number of waiting entries.</summary>
    public int Count { get; private set; }

    /// <summary>Time on this clock since the wheel was made.</summary>
    public TimeSpan Elapsed => Time.GetElapsedTime(_start);

    /// <summary>
    /// Adds an entry that is due after <paramref name="delay"/>. An entry is in one wheel at most once.
    /// </summary>
    public void Add(TimerEntry entry, TimeSpan delay) =>
        AddAt(entry, Elapsed + TimeSpan.FromMilliseconds(Math.Min(delay.TotalMilliseconds, LongestDelay)));

    /// <summary>Adds an entry that is due when <see cref="Elapsed"/> has reached <paramref name="due"/>.</summary>
    public void AddAt(TimerEntry entry, TimeSpan due)
    {
        lock (_gate)
        {
            entry.Due = Math.Max(CeilingMilliseconds(due), _now + 1);
            Insert(entry);
            Count++;
            if (entry.Due >= _planned)
            {
                return;
            }

            _planned = entry.Due;
            _timer?.Change(UntilTick(_planned), Timeout.InfiniteTimeSpan);
        }

        _wake?.Invoke();
    }

    /// <summary>Takes an entry out; false when it is not waiting, for example because it has just fired.</summary>
    public bool Remove(TimerEntry entry)
    {
        lock (_gate)
        {
            if (entry.Slot == Nowhere)
            {
                return false;
            }

            Unlink(entry);
            Count--;
            return true;
        }
    }

    /// <summary>Fires everything that is due.</summary>
    /// <returns>Time until the next look is needed, or null when nothing waits.</returns>
    public TimeSpan? FireDue()
    {
        List<(TimerEntry Entry, int Version)>? due = null;
        lock (_gate)
        {
            var now = Elapsed.Ticks / TimeSpan.TicksPerMillisecond;
            while (NextSlot() is var (slot, begin) && begin <= now)
            {
                _now = begin;
                Empty(slot, ref due);
            }

            _now = Math.Max(_now, now);
            _planned = NextSlot() is var (_, next) ? next : long.MaxValue;
            if (_planned != long.MaxValue)
            {
                _timer?.Change(UntilTick(_planned), Timeout.InfiniteTimeSpan);
            }
        }

        if (due is not null)
        {
            foreach (var (entry, version) in due)
            {
                entry.Fire(version);
            }
        }

        // Only now: what fired may have added itself again, and a driver is not woken by its own additions.
        lock (_gate)
        {
            return _planned == long.MaxValue ? null : UntilTick(_planned);
        }
    }

    private static long CeilingMilliseconds(TimeSpan time) =>
        (time.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    // Rounded up to whole milliseconds: a driver that waits in whole milliseconds would look too early otherwise.
    private TimeSpan UntilTick(long tick)
    {
        var wait = TimeSpan.FromMilliseconds(tick) - Elapsed;
        return TimeSpan.FromMilliseconds(Math.Clamp(CeilingMilliseconds(wait), 0, int.MaxValue));
    }

    // The wheel is the one of the highest group of six bits in which due and now differ: below it the entry's slot
    // is still ahead, above it both are in the same slot.
    private void Insert(TimerEntry entry)
    {
        var difference = (ulong)(entry.Due ^ _now);
        var wheel = difference == 0 ? 0 : BitOperations.Log2(difference) / SlotBits;
        var index = (int)(entry.Due >> (wheel * SlotBits)) & (SlotsPerWheel - 1);
        var slot = (wheel * SlotsPerWheel) + index;

        entry.Slot = slot;
        entry.Previous = null;
        entry.Next = _slots[slot];
        if (entry.Next is not null)
        {
            entry.Next.Previous = entry;
        }

        _slots[slot] = entry;
        _occupied[wheel] |= 1UL << index;
    }

    private void Unlink(TimerEntry entry)
    {
        if (entry.Previous is null)
        {
            _slots[entry.Slot] = entry.Next;
            if (entry.Next is null)
            {
                _occupied[entry.Slot / SlotsPerWheel] &= ~(1UL << (entry.Slot % SlotsPerWheel));
            }
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is not null)
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Previous = null;
        entry.Next = null;
        entry.Slot = Nowhere;
    }

    // Everything in a finer wheel is due before anything in a coarser one.
    private (int Slot, long Begin)? NextSlot()
    {
        for (var wheel = 0; wheel < Wheels; wheel++)
        {
            if (_occupied[wheel] != 0)
            {
                var index = BitOperations.TrailingZeroCount(_occupied[wheel]);
                var shift = wheel * SlotBits;
                var turn = _now >> (shift + SlotBits) << (shift + SlotBits);
                return ((wheel * SlotsPerWheel) + index, turn | ((long)index << shift));
            }
        }

        return null;
    }

    // Entries were pushed at the front of the slot's list; they come out in the order in which they went in.
    private void Empty(int slot, ref List<(TimerEntry Entry, int Version)>? due)
    {
        var oldest = _slots[slot];
        while (oldest?.Next is not null)
        {
            oldest = oldest.Next;
        }

        while (oldest is not null)
        {
            var entry = oldest;
            oldest = entry.Previous;
            Unlink(entry);
            if (entry.Due > _now)
            {
                Insert(entry);
                continue;
            }

            Count--;
            (due ??= []).Add((entry, entry.Version));
        }
    }
}
