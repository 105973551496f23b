// Hot path: written and corrected at every tick. Allocates nothing after construction.
using System.Numerics;

namespace TwinActors.Twins.Synchronization;

/// <summary>The newest states of a virtual robot: a ring of frames, one per tick, in order of time.</summary>
internal sealed class JointHistory(int joints, int frames)
{
    private readonly long[] _times = new long[frames];
    private readonly double[] _positions = new double[frames * joints];
    private readonly double[] _velocities = new double[frames * joints];
    private int _newest = -1;

    /// <summary>Number of frames kept now.</summary>
    public int Count { get; private set; }

    /// <summary>Instant of the newest frame [ns].</summary>
    public long NewestNs => _times[_newest];

    /// <summary>Instant of the oldest frame [ns].</summary>
    public long OldestNs => _times[Slot(Count - 1)];

    /// <summary>Positions of the newest frame.</summary>
    public Span<double> Positions => PositionsOf(_newest);

    /// <summary>Velocities of the newest frame.</summary>
    public Span<double> Velocities => VelocitiesOf(_newest);

    /// <summary>Forgets every frame.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds a frame, a copy of the newest one when there is one.</summary>
    public void Push(long atNs)
    {
        var slot = (_newest + 1) % frames;
        if (Count > 0)
        {
            Positions.CopyTo(PositionsOf(slot));
            Velocities.CopyTo(VelocitiesOf(slot));
        }

        _times[slot] = atNs;
        _newest = slot;
        Count = Math.Min(Count + 1, frames);
    }

    /// <summary>Age in frames of the newest frame that is not later than an instant; -1 when all are later.</summary>
    public int At(long ns)
    {
        for (var age = 0; age < Count; age++)
        {
            if (_times[Slot(age)] <= ns)
            {
                return age;
            }
        }

        return -1;
    }

    /// <summary>Instant of a frame [ns].</summary>
    public long TimeAt(int age) => _times[Slot(age)];

    /// <summary>Positions of a frame.</summary>
    public Span<double> PositionsAt(int age) => PositionsOf(Slot(age));

    /// <summary>Velocities of a frame.</summary>
    public Span<double> VelocitiesAt(int age) => VelocitiesOf(Slot(age));

    /// <summary>Changes a frame and all newer ones as if the joints had been elsewhere at an instant: by a position,
    /// and by a velocity that carries on from there.</summary>
    /// <param name="age">Age of the oldest frame to change; it counts as one of that instant when it is older.</param>
    /// <param name="sinceNs">The instant [ns].</param>
    /// <param name="positions">Change of each position [rad or m].</param>
    /// <param name="velocities">Change of each velocity [rad/s or m/s].</param>
    public void Shift(int age, long sinceNs, double[] positions, double[] velocities)
    {
        for (; age >= 0; age--)
        {
            var dt = Math.Max(0, TimeAt(age) - sinceNs) * 1e-9;
            Shift(PositionsAt(age), VelocitiesAt(age), positions, velocities, dt);
        }
    }

    private static void Shift(
        Span<double> positions, Span<double> velocities, double[] positionShifts, double[] velocityShifts, double dt)
    {
        var i = 0;
        for (; i <= positions.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var change = new Vector<double>(velocityShifts, i);
            var position = new Vector<double>(positions[i..]) + new Vector<double>(positionShifts, i) + (change * dt);
            position.CopyTo(positions[i..]);
            (new Vector<double>(velocities[i..]) + change).CopyTo(velocities[i..]);
        }

        for (; i < positions.Length; i++)
        {
            positions[i] += positionShifts[i] + (velocityShifts[i] * dt);
            velocities[i] += velocityShifts[i];
        }
    }

    private int Slot(int age) => (_newest - age + frames) % frames;

    private Span<double> PositionsOf(int slot) => _positions.AsSpan(slot * joints, joints);

    private Span<double> VelocitiesOf(int slot) => _velocities.AsSpan(slot * joints, joints);
}
