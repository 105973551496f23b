// Hot path: run a few times a second for every drive. Allocates nothing after construction.
using System.Runtime.InteropServices;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.Vibration;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.Simulation.Sensors;

/// <summary>Sensors of the drives: temperature, current, voltage, vibration.</summary>
internal sealed class MotorSensors
{
    /// <summary>Decimals with which a temperature is told.</summary>
    private const int TemperatureDigits = 1;

    private const double TemperatureDeviation = 0.05;

    /// <summary>Standard deviation of a current, as a share of the drive's highest [1].</summary>
    private const double CurrentDeviation = 0.002;

    private const double VoltageDeviation = 0.05;

    private readonly VirtualRobot _robot;
    private readonly double _noiseScale;
    private readonly double[] _values;
    private SeededNoise _noise;

    public MotorSensors(VirtualRobot robot, ulong seed, double noiseScale)
    {
        _robot = robot;
        _noiseScale = noiseScale;
        _values = new double[4 * robot.Count];
        _noise = new SeededNoise(seed, 0x4D4F544F52);
        Measure(new JointSymptoms[robot.Count]);
    }

    /// <summary>Temperatures of the windings [°C].</summary>
    public Span<double> Temperatures => Column(0);

    /// <summary>Currents of the motors [A].</summary>
    public Span<double> Currents => Column(1);

    /// <summary>Voltages at the windings [V].</summary>
    public Span<double> Voltages => Column(2);

    /// <summary>Vibrations of the housings, root mean square of the acceleration [m/s²].</summary>
    public Span<double> Vibrations => Column(3);

    /// <summary>Measures all drives.</summary>
    /// <param name="symptoms">What the joints suffer from.</param>
    public void Measure(ReadOnlySpan<JointSymptoms> symptoms)
    {
        for (var i = 0; i < _robot.Count; i++)
        {
            var motor = _robot.Motor(i);
            var warmth = _robot.WindingTemperatures[i] + Noise(TemperatureDeviation);
            Temperatures[i] = Math.Round(warmth, TemperatureDigits);
            Currents[i] = _robot.Currents[i] + Noise(CurrentDeviation * motor.CurrentLimit);
            Voltages[i] = _robot.Voltages[i] + Noise(VoltageDeviation);
            // The root mean square of a tenth of a second of noise is itself known to a few percent only.
            Vibrations[i] = MotorVibration.Rms(ShaftHz(i), symptoms[i].Wear, symptoms[i].Part) * (1 + Noise(0.03));
        }
    }

    /// <summary>Revolutions of a motor's shaft per second [Hz]; not negative.</summary>
    public double ShaftHz(int joint) =>
        Math.Abs(_robot.Velocities[joint]) * _robot.Motor(joint).GearRatio / Math.Tau;

    /// <summary>Adds what the sensors keep to a saved state.</summary>
    public void Save(List<byte> saved)
    {
        saved.AddRange(MemoryMarshal.AsBytes(_values.AsSpan()));
        saved.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<SeededNoise>(in _noise)));
    }

    /// <summary>Takes it over again.</summary>
    public void Restore(ref SavedParts saved)
    {
        saved.Take(MemoryMarshal.AsBytes(_values.AsSpan()));
        saved.Take(MemoryMarshal.AsBytes(new Span<SeededNoise>(ref _noise)));
    }

    private Span<double> Column(int column) => _values.AsSpan(column * _robot.Count, _robot.Count);

    private double Noise(double deviation) => deviation * _noiseScale * _noise.Next();
}
