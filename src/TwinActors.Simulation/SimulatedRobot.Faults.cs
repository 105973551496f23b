using System.Collections.Immutable;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.Vibration;

namespace TwinActors.Simulation;

/// <content>Faults.</content>
public sealed partial class SimulatedRobot
{
    /// <summary>Deviation of a joint's position by noise of severity 1 [rad or m].</summary>
    private const double FaultNoise = 0.02;

    /// <summary>Deviation of its velocity per deviation of its position [1/s].</summary>
    private const double FaultNoisePerSecond = 20;

    /// <summary>What goes wrong with the robot, now or later.</summary>
    public ImmutableArray<Fault> Faults => _faults.All;

    /// <summary>Gives the robot a fault; one of the same kind and component is replaced.</summary>
    /// <param name="fault">The fault. It begins at its own time, at once when that is over.</param>
    /// <exception cref="ArgumentException">The robot cannot have it; the message says why.</exception>
    public void Inject(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (_faults.IsEmpty)
        {
            // What a sensor that sticks goes on telling.
            _positions.CopyTo(_toldPositions, 0);
            _velocities.CopyTo(_toldVelocities, 0);
            _efforts.CopyTo(_toldEfforts, 0);
        }

        _faults.Add(fault, Outputs);
    }

    /// <summary>Why the robot cannot have a fault; <see langword="null"/> when it can. Safe from any thread.</summary>
    public string? WhyNot(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return _faults.Problem(fault, Outputs);
    }

    /// <summary>Takes a burst of the acceleration of a motor's housing, at the speed that it has now.</summary>
    /// <remarks>A damaged bearing knocks at the frequency of its part
    /// (<see cref="BearingModel.DefectHz"/> of <see cref="BearingModel.Motor"/>) and makes the housing ring at
    /// 2.4 kHz.</remarks>
    /// <param name="joint">Index of the joint.</param>
    /// <param name="sampleHz">Samples per second [Hz]; 5,000 at least, to see the ringing.</param>
    /// <param name="burst">Receives the samples [m/s²].</param>
    /// <exception cref="InvalidOperationException">The robot has no drives: it is kinematic.</exception>
    public void MeasureVibration(int joint, double sampleHz, Span<double> burst)
    {
        var motors = _motors ?? throw new InvalidOperationException(
            $"Model '{Model.Name}' is simulated without forces, so there is no vibration.");
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleHz, 2 * MotorVibration.RingHz);
        var symptoms = _faults.Joints[joint];
        MotorVibration.Fill(
            burst, sampleHz, motors.ShaftHz(joint), symptoms.Wear, symptoms.Part, ref _faultNoise);
    }

    // What the sensors tell of what they measured.
    private void Tell()
    {
        if (_faults.IsEmpty)
        {
            return;
        }

        for (var i = 0; i < _positions.Length; i++)
        {
            ref readonly var symptoms = ref _faults.Joints[i];
            if (symptoms.Noise > 0)
            {
                var deviation = symptoms.Noise * FaultNoise;
                _positions[i] += deviation * _faultNoise.Next();
                _velocities[i] += deviation * FaultNoisePerSecond * _faultNoise.Next();
            }

            if (symptoms.IsStuck)
            {
                (_positions[i], _velocities[i]) = (_toldPositions[i], _toldVelocities[i]);
            }

            (_toldPositions[i], _toldVelocities[i]) = (_positions[i], _velocities[i]);
            if (symptoms.Dropout > 0 && _faultNoise.NextFraction() < symptoms.Dropout)
            {
                (_positions[i], _velocities[i]) = (double.NaN, double.NaN);
            }
        }

        TellEfforts();
    }

    private void TellEfforts()
    {
        for (var i = 0; i < _efforts.Length; i++)
        {
            _efforts[i] = _faults.Joints[i].IsStuck ? _toldEfforts[i] : _efforts[i];
            _toldEfforts[i] = _efforts[i];
            _efforts[i] = double.IsNaN(_positions[i]) ? double.NaN : _efforts[i];
        }
    }
}
