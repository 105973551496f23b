using System.Runtime.InteropServices;

namespace TwinActors.Simulation;

/// <content>Saving, going back, forking.</content>
public sealed partial class SimulatedRobot
{
    /// <summary>The whole state, newest samples too: what <see cref="Restore"/> takes. Opaque; of this model, these
    /// options and this version only.</summary>
    /// <remarks>Without the faults: they are data, and given again the robot goes on the same.</remarks>
    public byte[] Save()
    {
        List<byte> saved = [];
        saved.AddRange(BitConverter.GetBytes(Steps));
        saved.AddRange(BitConverter.GetBytes(_lateSteps));
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<SeededNoise>(in _noise)));
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<SeededNoise>(in _faultNoise)));
        foreach (var values in Values)
        {
            saved.AddRange(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        _imu?.Save(saved);
        _laser?.Save(saved);
        _odometer?.Save(saved);
        _motors?.Save(saved);
        saved.AddRange(_robot?.Save() ?? []);
        return [.. saved];
    }

    /// <summary>Takes a state over; from then on the robot goes on as the one that was saved.</summary>
    /// <param name="saved">What <see cref="Save"/> gave.</param>
    /// <exception cref="ArgumentException">It is not of a robot of this model.</exception>
    public void Restore(ReadOnlySpan<byte> saved)
    {
        var parts = new SavedParts(saved, Save().Length, $"simulated robot of model '{Model.Name}'");
        long steps = 0;
        parts.Take(MemoryMarshal.AsBytes(new Span<long>(ref steps)));
        Steps = steps;
        parts.Take(MemoryMarshal.AsBytes(new Span<long>(ref _lateSteps)));
        parts.Take(MemoryMarshal.AsBytes(new Span<SeededNoise>(ref _noise)));
        parts.Take(MemoryMarshal.AsBytes(new Span<SeededNoise>(ref _faultNoise)));
        foreach (var values in Values)
        {
            parts.Take(MemoryMarshal.AsBytes(values.AsSpan()));
        }

        _imu?.Restore(ref parts);
        _laser?.Restore(ref parts);
        _odometer?.Restore(ref parts);
        _motors?.Restore(ref parts);
        _robot?.Restore(parts.Rest);
        // How late everything is follows from the faults at this instant.
        _faults.Apply(Elapsed, _robot);
    }

    /// <summary>A second robot in the same state, which goes its own way from here.</summary>
    public SimulatedRobot Fork()
    {
        var fork = new SimulatedRobot(Model, _options);
        foreach (var fault in Faults)
        {
            fork.Inject(fault);
        }

        fork.Restore(Save());
        return fork;
    }

    private double[][] Values =>
    [
        _setPositions, _setVelocities, _setAccelerations, _positions, _velocities, _efforts,
        _toldPositions, _toldVelocities, _toldEfforts,
    ];
}
