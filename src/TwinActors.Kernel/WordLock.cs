using System.Runtime.CompilerServices;

namespace TwinActors.Kernel;

// Hot path: four bytes, no allocation, one interlocked operation to enter and one to leave.

/// <summary>A spin lock of one word for sections of a few instructions. Not re-entrant.</summary>
internal struct WordLock
{
    // With two cores a preempted holder is the usual reason to wait, so give the processor away early.
    private const int SpinsBeforeSleep = 20;

    private int _held;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            EnterSlowly();
        }
    }

    // A full fence: a sender that has left the lock and then reads the cell's status sees the newest one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Interlocked.Exchange(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlowly()
    {
        var spin = new SpinWait();
        do
        {
            spin.SpinOnce(SpinsBeforeSleep);
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }
}
