// Hot path: Step runs at the joints' rate for every simulated robot. It allocates nothing (SimulatedRobotTests).
using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Kinematics;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.Loads;
using TwinActors.Simulation.Motions;
using TwinActors.Simulation.Sensors;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.Simulation;

/// <summary>A robot that moves by a generated motion and measures itself. Not thread-safe.</summary>
/// <remarks>
/// <para>The motion is made: a humanoid walks in place, the sample arm picks and places, a base with wheels drives
/// round a room, any other robot sweeps its joints. A kinematic robot is where the motion is, and its efforts are the
/// static load of gravity and friction. A dynamic one (<see cref="SimulationOptions.IsDynamic"/>) has drives that
/// follow the motion as well as forces, currents and temperatures let them: a <see cref="VirtualRobot"/>. How its root
/// link moves, and with it the imu, is the motion's in both.</para>
/// <para>Everything is a function of model, options and calls: the same ones give the same bytes.</para>
/// </remarks>
public sealed partial class SimulatedRobot
{
    /// <summary>Encoder counts per turn: 17 bits, as usual in joint modules.</summary>
    private const double CountsPerTurn = 131_072;

    /// <summary>Step of a linear encoder [m].</summary>
    private const double LinearStep = 1e-5;

    /// <summary>Standard deviation of a measured velocity [rad/s or m/s].</summary>
    private const double VelocityDeviation = 0.002;

    /// <summary>Standard deviation of a measured effort, as a share of the joint's limit [1].</summary>
    private const double EffortDeviation = 0.002;

    private readonly SimulationOptions _options;
    private readonly Motion _motion;
    private readonly MimicJoints _mimics;
    private readonly KinematicTree _tree;
    private readonly StaticLoad? _load;
    private readonly VirtualRobot? _robot;
    private readonly MotorSensors? _motors;
    private readonly ImuSensor? _imu;
    private readonly LaserScanner? _laser;
    private readonly WheelOdometer? _odometer;
    private readonly int _laserPlace;
    private readonly double _phaseSeconds;
    private readonly long _stepNanoseconds;
    private readonly double[] _encoderSteps;
    private readonly double[] _effortDeviations;
    private readonly double[] _setPositions;
    private readonly double[] _setVelocities;
    private readonly double[] _setAccelerations;
    private readonly double[] _positions;
    private readonly double[] _velocities;
    private readonly double[] _efforts;
    private readonly double[] _toldPositions;
    private readonly double[] _toldVelocities;
    private readonly double[] _toldEfforts;
    private readonly RobotFaults _faults;
    private SeededNoise _noise;
    private SeededNoise _faultNoise;
    private long _lateSteps;

    /// <summary>Puts a robot at the start of its motion.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SimulatedRobot(RobotModel model, SimulationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        Model = model;
        _options = options;
        _stepNanoseconds = options.StepNanoseconds();
        var joints = model.MovableJoints;
        JointNames = [.. joints.Select(joint => joint.Name)];
        _encoderSteps = [.. joints.Select(joint => joint.IsLinear ? LinearStep : Math.Tau / CountsPerTurn)];
        _effortDeviations = [.. joints.Select(joint => EffortDeviation * (joint.Limits?.Effort ?? 10))];
        _setPositions = new double[joints.Length];
        _setVelocities = new double[joints.Length];
        _setAccelerations = new double[joints.Length];
        _positions = new double[joints.Length];
        _velocities = new double[joints.Length];
        _tree = new KinematicTree(model);
        if (model.Mass > 0)
        {
            _robot = options.IsDynamic ? new VirtualRobot(model) : null;
            _load = options.IsDynamic ? null : new StaticLoad(model, _tree);
        }

        _efforts = new double[model.Mass > 0 ? joints.Length : 0];
        _toldPositions = new double[joints.Length];
        _toldVelocities = new double[joints.Length];
        _toldEfforts = new double[_efforts.Length];
        _mimics = new MimicJoints(model);
        _faults = new RobotFaults(model, JointNames);

        var drive = DriveGeometry.Of(model);
        _motion = MotionOf(model, drive);
        var seed = (ulong)options.Seed;
        _noise = new SeededNoise(seed, 0);
        _faultNoise = new SeededNoise(seed, 0x4641554C54);
        _phaseSeconds = options.Seed == 0 ? 0 : new SeededNoise(seed, 0x5048).NextFraction() * _motion.CycleSeconds;
        if (FindSensor(model, "imu") is { } imu)
        {
            _imu = new ImuSensor(_motion, _tree, _tree.PlaceOf(imu.Name), joints.Length, seed, options.NoiseScale);
            ImuFrame = imu.Name;
        }

        if ((FindSensor(model, "laser") ?? FindSensor(model, "scan")) is { } laser)
        {
            _laser = new LaserScanner(FlatWorld.Room, options.LaserBeams, seed, options.NoiseScale);
            _laserPlace = _tree.PlaceOf(laser.Name);
            LaserFrame = laser.Name;
        }

        _odometer = drive is null ? null : new WheelOdometer(drive, seed, options.NoiseScale);
        _motors = _robot is null ? null : new MotorSensors(_robot, seed, options.NoiseScale);
        Place();
        Measure();
        _odometer?.Begin(_positions);
    }

    /// <summary>The model that moves.</summary>
    public RobotModel Model { get; }

    /// <summary>Names of the movable joints, in the order of every joint span here.</summary>
    public ImmutableArray<string> JointNames { get; }

    /// <summary>Which samples this robot has at all: joints always, sensors when the model has a link for
    /// them.</summary>
    public SimulatedOutputs Outputs => SimulatedOutputs.Joints
        | (_imu is null ? 0 : SimulatedOutputs.Imu)
        | (_laser is null ? 0 : SimulatedOutputs.Laser)
        | (_odometer is null ? 0 : SimulatedOutputs.Odometry)
        | (_motors is null ? 0 : SimulatedOutputs.Motors);

    /// <summary>Link that carries the imu, the first with "imu" in its name; or <see langword="null"/>.</summary>
    public string? ImuFrame { get; }

    /// <summary>Link that carries the laser, the first with "laser" or "scan" in its name; or
    /// <see langword="null"/>.</summary>
    public string? LaserFrame { get; }

    /// <summary>Period of one step [ns].</summary>
    public long StepNanoseconds => _stepNanoseconds;

    /// <summary>Steps done, those passed over too.</summary>
    public long Steps { get; private set; }

    /// <summary>Simulated time from the start to the newest samples [ns]: behind the steps done while a fault makes
    /// everything late.</summary>
    public long ElapsedNanoseconds => (Steps - _lateSteps) * _stepNanoseconds;

    /// <summary>Measured joint positions [rad or m]; valid until the next step.</summary>
    public ReadOnlySpan<double> Positions => _positions;

    /// <summary>Measured joint velocities [rad/s or m/s]; valid until the next step.</summary>
    public ReadOnlySpan<double> Velocities => _velocities;

    /// <summary>Measured joint efforts [N·m or N]: what the drives give; of a kinematic robot, what holding against
    /// gravity and moving against friction takes.</summary>
    /// <remarks>Empty when no link of the model has mass: an effort that is not computed is absent, not 0.</remarks>
    public ReadOnlySpan<double> Efforts => _efforts;

    /// <summary>The newest scan [m]: +∞ for no return, -∞ for too near; empty without a laser.</summary>
    /// <remarks>Valid until the next step. The first beam looks backward, the angles grow to the left.</remarks>
    public ReadOnlySpan<float> LaserRanges => _laser is null ? [] : _laser.Ranges;

    /// <summary>Constant fields of every scan.</summary>
    public LaserGeometry LaserGeometry => new(
        LaserScanner.AngleMinimum,
        LaserScanner.AngleMinimum + ((_options.LaserBeams - 1) * (MathF.Tau / _options.LaserBeams)),
        MathF.Tau / _options.LaserBeams,
        (float)(1 / _options.LaserHz),
        LaserScanner.RangeMinimum,
        LaserScanner.RangeMaximum);

    /// <summary>Values of one kind of motor sample, one per joint; valid until the next step.</summary>
    /// <param name="output">One of <see cref="SimulatedOutputs.Motors"/>: winding temperature [°C], current [A],
    /// voltage [V], or vibration as root mean square of the acceleration [m/s²].</param>
    /// <exception cref="InvalidOperationException">The robot has no drives: it is kinematic.</exception>
    public ReadOnlySpan<double> MotorValues(SimulatedOutputs output)
    {
        var motors = _motors ?? throw new InvalidOperationException(
            $"Model '{Model.Name}' is simulated without forces, so there are no motor values.");
        return output switch
        {
            SimulatedOutputs.MotorTemperature => motors.Temperatures,
            SimulatedOutputs.MotorCurrent => motors.Currents,
            SimulatedOutputs.MotorVoltage => motors.Voltages,
            SimulatedOutputs.MotorVibration => motors.Vibrations,
            _ => throw new ArgumentOutOfRangeException(nameof(output), output, $"{output} is no motor sample."),
        };
    }

    /// <summary>Goes one step on and measures.</summary>
    /// <returns>Which samples are new.</returns>
    public SimulatedOutputs Step()
    {
        Steps++;
        var late = (long)(_faults.LatencySeconds * 1e9 / _stepNanoseconds);
        if (_lateSteps < late)
        {
            // What was measured now is still on its way.
            _lateSteps++;
            return SimulatedOutputs.None;
        }

        for (; _lateSteps > late; _lateSteps--)
        {
            Advance();
        }

        return _faults.Filter(Advance(), ref _faultNoise);
    }

    private SimulatedOutputs Advance()
    {
        Move();
        Measure();
        _odometer?.Advance(_positions, _stepNanoseconds * 1e-9);
        Tell();
        var outputs = SimulatedOutputs.Joints
            | (_imu is not null && IsDue(_options.ImuHz) ? SimulatedOutputs.Imu : 0)
            | (_odometer is not null && IsDue(_options.OdometryHz) ? SimulatedOutputs.Odometry : 0);
        if (_laser is not null && IsDue(_options.LaserHz))
        {
            _tree.Place(_motion.RootPose(Seconds), TruePositions);
            _laser.Scan(_tree.Poses[_laserPlace]);
            outputs |= SimulatedOutputs.Laser;
        }

        if (_motors is not null && IsDue(_options.MotorHz))
        {
            _motors.Measure(_faults.Joints);
            outputs |= SimulatedOutputs.Motors;
        }

        return outputs;
    }

    /// <summary>Passes over steps without measuring, as a process does that was held up: the joints are where the
    /// motion has them by then, the drives as warm as before.</summary>
    /// <param name="steps">Number of steps; not negative.</param>
    public void Skip(long steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (steps == 0)
        {
            return;
        }

        Steps += steps;
        Place();
        Measure();
        _odometer?.Advance(_positions, steps * _stepNanoseconds * 1e-9);
    }

    /// <summary>A reading of the imu now.</summary>
    /// <exception cref="InvalidOperationException">The robot has no imu.</exception>
    public ImuSample ReadImu() =>
        _imu?.Read(Seconds) ?? throw new InvalidOperationException($"Model '{Model.Name}' has no imu link.");

    /// <summary>The wheels' dead reckoning now.</summary>
    /// <exception cref="InvalidOperationException">The robot has no driven wheels.</exception>
    public OdometrySample ReadOdometry() =>
        _odometer?.Read() ?? throw new InvalidOperationException($"Model '{Model.Name}' has no driven wheels.");

    private TimeSpan Elapsed => TimeSpan.FromTicks(ElapsedNanoseconds / TimeSpan.NanosecondsPerTick);

    private double Seconds => _phaseSeconds + (ElapsedNanoseconds * 1e-9);

    private static Motion MotionOf(RobotModel model, DriveGeometry? drive)
    {
        if (drive is not null)
        {
            return new DriveLoop(model, drive);
        }

        if (PickAndPlace.Fits(model))
        {
            return new PickAndPlace(model);
        }

        var knees = model.MovableJoints.Count(joint => joint.Name.Contains("knee", StringComparison.OrdinalIgnoreCase));
        return knees >= 2 ? WaveMotion.Walk(model) : WaveMotion.Sweep(model);
    }

    private static Link? FindSensor(RobotModel model, string word) =>
        model.Links.FirstOrDefault(link => link.Name.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the count of a sensor's periods since the start has just grown.</summary>
    private bool IsDue(double rateHz)
    {
        var now = ElapsedNanoseconds * 1e-9 * rateHz;
        var before = (ElapsedNanoseconds - _stepNanoseconds) * 1e-9 * rateHz;
        // A millionth of a period forgives the rounding of step and rate, which could hide a period's end.
        return Math.Floor(now + 1e-6) > Math.Floor(before + 1e-6);
    }

    private ReadOnlySpan<double> TruePositions => _robot is null ? _setPositions : _robot.Positions;

    // Where the motion has the joints now, and for a robot with drives how it got there.
    private void Aim()
    {
        _motion.Evaluate(Seconds, _setPositions, _velocities);
        _mimics.Follow(_setPositions, _velocities);
        if (_robot is null)
        {
            return;
        }

        var perSecond = 1e9 / _stepNanoseconds;
        for (var i = 0; i < _velocities.Length; i++)
        {
            _setAccelerations[i] = (_velocities[i] - _setVelocities[i]) * perSecond;
            _setVelocities[i] = _velocities[i];
        }

        _robot.Gravity = _motion.RootPose(Seconds).Rotation.Inverse().Rotate(RigidBodyDynamics.StandardGravity);
    }

    private void Place()
    {
        Aim();
        _robot?.Place(_setPositions, _setVelocities);
    }

    private void Move()
    {
        _faults.Apply(Elapsed, _robot);
        Aim();
        _robot?.Step(_stepNanoseconds * 1e-9, _setPositions, _setVelocities, _setAccelerations);
    }

    private void Measure()
    {
        var read = _robot is null ? _setPositions : _robot.EncoderPositions;
        if (_robot is not null)
        {
            _robot.Velocities.CopyTo(_velocities);
            _robot.Efforts.CopyTo(_efforts);
        }
        else if (_load is not null)
        {
            _tree.Place(_motion.RootPose(Seconds), _setPositions);
            _load.Compute(_velocities, _efforts);
        }

        for (var i = 0; i < _positions.Length; i++)
        {
            _positions[i] = Math.Round(read[i] / _encoderSteps[i]) * _encoderSteps[i];
            _velocities[i] += VelocityDeviation * _options.NoiseScale * _noise.Next();
        }

        for (var i = 0; i < _efforts.Length; i++)
        {
            _efforts[i] += _effortDeviations[i] * _options.NoiseScale * _noise.Next();
        }
    }
}
