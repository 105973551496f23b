// Hot path: Step runs at the robot's rate. Allocates nothing after construction.
using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.VirtualRobots;

/// <summary>A robot model with drives, friction and a controller, moved by forces in fixed steps.</summary>
/// <remarks>
/// <para>Each step the controller asks for the efforts that the model needs to follow the setpoint (computed torque:
/// inverse dynamics, position and velocity error fed back, friction fed forward); the drives give what current, voltage
/// and temperature allow; forward dynamics, friction and the joints' stops say how the robot moves. Integration is
/// semi-implicit. The root link is held; what it stands on is not modelled.</para>
/// <para>Spans have one value per movable joint, in model order. Deterministic: the same calls give the same bytes on
/// the same kind of processor. Not safe for concurrent calls.</para>
/// </remarks>
public sealed partial class VirtualRobot
{
    /// <summary>Speed at which the controller feeds 76 % of the friction forward [rad/s or m/s].</summary>
    private const double FrictionOnset = 0.01;

    /// <summary>How much of a sliding speed friction takes away per substep [1].</summary>
    /// <remarks>Friction grips when the factor, times how much more a joint gives way because its carriers do too, is
    /// below 4/3; half leaves room for carriers that give way as much as the joint itself.</remarks>
    private const double Grip = 0.5;

    private readonly VirtualRobotOptions _options;
    private readonly RigidBodyDynamics _plant;
    private readonly RigidBodyDynamics _planned;
    private readonly MimicJoints _mimics;
    private readonly Drive[] _drives;
    private readonly JointCondition[] _conditions;
    private readonly double[] _state;
    private readonly double[] _wanted;
    private readonly double[] _read;
    private readonly double[] _acting;

    /// <summary>Makes a robot at rest with all joints at 0, or at the limit next to it; its drives at the temperature
    /// of the air.</summary>
    /// <param name="model">The robot.</param>
    /// <param name="options">What it is made of; default: typical drives.</param>
    /// <exception cref="ArgumentException">An option is outside its range, or there is not one drive per
    /// joint.</exception>
    public VirtualRobot(RobotModel model, VirtualRobotOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new VirtualRobotOptions();
        _options.Validate();
        Model = model;
        Count = model.MovableJoints.Length;
        Gravity = _options.Gravity;
        _drives = VirtualRobots.Drive.Of(model, _options.Motors, _options.Losses);
        var tree = new RigidBodyTree(model, [.. _drives.Select(drive => drive.Motor.Armature)]);
        _plant = new RigidBodyDynamics(tree);
        _planned = new RigidBodyDynamics(tree);
        if (_options.Payload is { } payload)
        {
            _plant.SetPayload(payload.Link, payload.Mass, Vector3.Zero);
            _planned.SetPayload(payload.Link, payload.Mass, Vector3.Zero);
        }

        _mimics = new MimicJoints(model);
        _conditions = new JointCondition[Count];
        Array.Fill(_conditions, JointCondition.Healthy);
        _state = new double[Columns * Count];
        _wanted = new double[Count];
        _read = new double[Count];
        _acting = new double[Count];
        Column(Winding).Fill(_options.AmbientCelsius);
        Column(Housing).Fill(_options.AmbientCelsius);
        for (var i = 0; i < Count; i++)
        {
            Column(Position)[i] = Math.Clamp(0, _drives[i].Lower, _drives[i].Upper);
        }

        _plant.ForwardDynamics(Positions, Velocities, _wanted, Gravity, _acting);
        _plant.CopyFeltInertias(Column(Felt));
    }

    /// <summary>The model.</summary>
    public RobotModel Model { get; }

    /// <summary>Number of movable joints.</summary>
    public int Count { get; }

    /// <summary>Gravity in the root link's frame [m/s²]; a root that leans or accelerates feels another one.</summary>
    public Vector3 Gravity { get; set; }

    /// <summary>Whether the drives work. Without power they give no effort and the brakes are closed.</summary>
    public bool IsPowered { get; set; } = true;

    /// <summary>Positions of the joints [rad or m].</summary>
    public ReadOnlySpan<double> Positions => Column(Position);

    /// <summary>Velocities of the joints [rad/s or m/s].</summary>
    public ReadOnlySpan<double> Velocities => Column(Velocity);

    /// <summary>Accelerations in the last step [rad/s² or m/s²].</summary>
    public ReadOnlySpan<double> Accelerations => Column(Acceleration);

    /// <summary>Positions as the encoders read them, of which the controller knows alone [rad or m].</summary>
    public ReadOnlySpan<double> EncoderPositions => _read;

    /// <summary>Efforts of the drives at the joints, before friction [N·m or N].</summary>
    public ReadOnlySpan<double> Efforts => Column(Effort);

    /// <summary>Currents of the motors, with the sign of the effort [A].</summary>
    public ReadOnlySpan<double> Currents => Column(Current);

    /// <summary>Voltages at the windings [V].</summary>
    public ReadOnlySpan<double> Voltages => Column(Voltage);

    /// <summary>Temperatures of the windings [°C].</summary>
    public ReadOnlySpan<double> WindingTemperatures => Column(Winding);

    /// <summary>Temperatures of the housings [°C].</summary>
    public ReadOnlySpan<double> HousingTemperatures => Column(Housing);

    /// <summary>Damping and friction of a model's joints, where it says nothing of them as typical drives have them;
    /// one entry per movable joint, in model order.</summary>
    public static ImmutableArray<JointDynamics> LossesOf(RobotModel model) =>
        [.. VirtualRobots.Drive.Of(model, default, default).Select(drive => drive.Known)];

    /// <summary>Typical motors of a model's joints; one entry per movable joint, in model order.</summary>
    public static ImmutableArray<MotorModel> MotorsOf(RobotModel model) =>
        [.. VirtualRobots.Drive.Of(model, default, default).Select(drive => drive.Motor)];

    /// <summary>Constants of one joint's drive.</summary>
    public MotorModel Motor(int joint) => _drives[joint].Motor;

    /// <summary>What ails one joint; may be changed between two steps.</summary>
    public ref JointCondition Condition(int joint) => ref _conditions[joint];

    /// <summary>Hangs a weight on a link, of which the controller knows nothing; it replaces one that hangs there. It
    /// is no part of the saved state.</summary>
    /// <param name="link">Name of the link; the weight is at its origin.</param>
    /// <param name="mass">Mass [kg]; not negative, 0 takes it away.</param>
    /// <exception cref="ArgumentException">The model has no such link, or the mass is negative or no
    /// number.</exception>
    public void SetPayload(string link, double mass) => _plant.SetPayload(link, mass, Vector3.Zero);

    /// <summary>Puts the joints somewhere else, as an observer does that corrects them. Drives keep their
    /// warmth.</summary>
    /// <param name="positions">Positions [rad or m].</param>
    /// <param name="velocities">Velocities [rad/s or m/s].</param>
    /// <exception cref="ArgumentException">A span has not one value per joint.</exception>
    public void Place(ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        Require(positions.Length, nameof(positions));
        Require(velocities.Length, nameof(velocities));
        positions.CopyTo(Column(Position));
        velocities.CopyTo(Column(Velocity));
        var frictions = Column(Friction);
        for (var i = 0; i < Count; i++)
        {
            if (Math.Abs(velocities[i]) > FrictionOnset)
            {
                // What moves is already braked.
                frictions[i] = -Math.Sign(velocities[i]) * MostFriction(i);
            }
        }

        Read();
    }

    /// <summary>Goes on in time while the controller follows a setpoint.</summary>
    /// <param name="seconds">Length of the step [s]; above 0, at most 1.</param>
    /// <param name="positions">Where the joints should be at the end of the step [rad or m].</param>
    /// <param name="velocities">How fast they should move there [rad/s or m/s].</param>
    /// <param name="accelerations">How that should change during the step [rad/s² or m/s²].</param>
    /// <exception cref="ArgumentException">A span has not one value per joint, or the time is out of its
    /// range.</exception>
    public void Step(
        double seconds,
        ReadOnlySpan<double> positions,
        ReadOnlySpan<double> velocities,
        ReadOnlySpan<double> accelerations)
    {
        if (!(seconds is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(seconds), seconds, $"A step is {seconds} s long; above 0 and at most 1 s is possible.");
        }

        Require(positions.Length, nameof(positions));
        Require(velocities.Length, nameof(velocities));
        Require(accelerations.Length, nameof(accelerations));
        // A millionth forgives rounding: 10 ms are four times 2.5 ms.
        var substeps = (int)Math.Ceiling((seconds / _options.LongestSubstep.TotalSeconds) - 1e-6);
        var dt = seconds / substeps;
        for (var left = substeps; left > 0; left--)
        {
            Control(left * dt, positions, velocities, accelerations);
            for (var i = 0; i < Count; i++)
            {
                Give(i, dt);
            }

            Move(dt);
        }

        Read();
    }

    private void Require(int length, string parameter)
    {
        if (length != Count)
        {
            throw new ArgumentException(
                $"Model '{Model.Name}' has {Count} movable joints; {length} values are given.", parameter);
        }
    }

    private double MostFriction(int joint)
    {
        ref readonly var drive = ref _drives[joint];
        ref readonly var condition = ref _conditions[joint];
        return (drive.Friction * condition.Friction) + (IsPowered ? 0 : drive.Brake * condition.Brake);
    }

    private void Read()
    {
        var positions = Positions;
        var gaps = Column(Gap);
        for (var i = 0; i < Count; i++)
        {
            // Encoders are at the motors, which run ahead through the play of their gears.
            _read[i] = positions[i] + gaps[i] + _conditions[i].EncoderOffset;
        }
    }

    // Efforts that the model needs for the setpoint's acceleration, corrected by the errors.
    private void Control(
        double secondsLeft,
        ReadOnlySpan<double> positions,
        ReadOnlySpan<double> velocities,
        ReadOnlySpan<double> accelerations)
    {
        if (!IsPowered)
        {
            Array.Clear(_wanted);
            return;
        }

        for (var i = 0; i < Count; i++)
        {
            Cross(i, positions[i] - ((velocities[i] - (accelerations[i] * secondsLeft / 2)) * secondsLeft));
        }

        Read();
        var moving = Velocities;
        var (stiffness, damping) = (_options.Bandwidth * _options.Bandwidth, 2 * _options.Bandwidth);
        for (var i = 0; i < Count; i++)
        {
            var velocity = velocities[i] - (accelerations[i] * secondsLeft);
            var position = positions[i] - ((velocities[i] + velocity) / 2 * secondsLeft);
            _acting[i] = accelerations[i]
                + (stiffness * (position - _read[i])) + (damping * (velocity - moving[i]));
        }

        _planned.InverseDynamics(_read, moving, _acting, Gravity, _wanted);
        for (var i = 0; i < Count; i++)
        {
            ref readonly var drive = ref _drives[i];
            _wanted[i] += (drive.Known.Damping * moving[i])
                + (drive.Known.Friction * Math.Tanh(velocities[i] / FrictionOnset));
            _wanted[i] = IsTouching(i, _wanted[i]) ? _wanted[i] : 0;
        }
    }

    // Friction, dynamics, stops.
    private void Move(double dt)
    {
        var positions = Column(Position);
        var velocities = Column(Velocity);
        var accelerations = Column(Acceleration);
        var efforts = Column(Effort);
        var frictions = Column(Friction);
        var felt = Column(Felt);
        for (var i = 0; i < Count; i++)
        {
            // Coulomb friction is whatever stops the joint, up to its limit: no threshold of speed, no creeping.
            var most = MostFriction(i);
            var next = velocities[i] + (accelerations[i] * dt);
            frictions[i] = Math.Clamp(frictions[i] - (Grip * felt[i] * next / dt), -most, most);
            // A damping that would turn the joint round within the step stops it instead.
            var damping = Math.Min(_drives[i].Damping * _conditions[i].Friction, felt[i] / dt);
            _acting[i] = efforts[i] + frictions[i] - (damping * velocities[i]);
        }

        _plant.ForwardDynamics(positions, velocities, _acting, Gravity, accelerations);
        _plant.CopyFeltInertias(felt);
        for (var i = 0; i < Count; i++)
        {
            velocities[i] += accelerations[i] * dt;
            positions[i] += velocities[i] * dt;
            Stop(in _drives[i], ref positions[i], ref velocities[i], ref accelerations[i]);
        }

        _mimics.Follow(positions, velocities);
    }

    // A stop takes all of the speed: it does not spring back.
    private static void Stop(in Drive drive, ref double position, ref double velocity, ref double acceleration)
    {
        var inside = Math.Clamp(position, drive.Lower, drive.Upper);
        if (inside == position)
        {
            return;
        }

        var isLeaving = velocity > 0 == position > inside;
        position = inside;
        if (isLeaving)
        {
            (velocity, acceleration) = (0, 0);
        }
    }
}
