using System.Runtime.InteropServices;
using TwinActors.Robotics.Frames;

namespace TwinActors.Simulation.VirtualRobots;

/// <content>The state: one array, a column per quantity.</content>
public sealed partial class VirtualRobot
{
    private const int Position = 0;
    private const int Velocity = 1;
    private const int Acceleration = 2;
    private const int Effort = 3;
    private const int Friction = 4;
    private const int Felt = 5;
    private const int Current = 6;
    private const int Voltage = 7;
    private const int Winding = 8;
    private const int Housing = 9;
    private const int Gap = 10;
    private const int Columns = 11;

    /// <summary>The whole state: what <see cref="Restore"/> takes. Opaque; of this model and version only.</summary>
    public byte[] Save() =>
    [
        IsPowered ? (byte)1 : (byte)0,
        .. MemoryMarshal.AsBytes([Gravity]),
        .. MemoryMarshal.AsBytes(_state.AsSpan()),
        .. MemoryMarshal.AsBytes(_conditions.AsSpan()),
    ];

    /// <summary>Takes a state over; from then on the robot goes on as the one that was saved.</summary>
    /// <param name="saved">What <see cref="Save"/> gave.</param>
    /// <exception cref="ArgumentException">It is not of a robot of this model.</exception>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        var parts = new SavedParts(saved, Save().Length, $"virtual robot of model '{Model.Name}'");
        byte power = 0;
        var gravity = default(Vector3);
        parts.Take(new Span<byte>(ref power));
        parts.Take(MemoryMarshal.AsBytes(new Span<Vector3>(ref gravity)));
        parts.Take(MemoryMarshal.AsBytes(_state.AsSpan()));
        parts.Take(MemoryMarshal.AsBytes(_conditions.AsSpan()));
        (IsPowered, Gravity) = (power != 0, gravity);
        Read();
    }

    /// <summary>A second robot in the same state, which goes its own way from here.</summary>
    public VirtualRobot Fork()
    {
        var fork = new VirtualRobot(Model, _options);
        fork.Restore(Save());
        return fork;
    }

    private Span<double> Column(int column) => _state.AsSpan(column * Count, Count);
}
