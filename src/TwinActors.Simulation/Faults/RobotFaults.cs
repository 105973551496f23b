// Hot path: Apply runs at every step of a simulated robot. Allocates nothing while the faults stay the same.
using System.Collections.Immutable;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.Vibration;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.Simulation.Faults;

/// <summary>The faults of one simulated robot: what they do to it at each instant.</summary>
internal sealed class RobotFaults(RobotModel model, ImmutableArray<string> joints)
{
    /// <summary>Component of what goes wrong between robot and twin.</summary>
    private const string Link = "link";

    /// <summary>How long the share of a lost link is counted over [s].</summary>
    private const double LossSeconds = 10;

    private static readonly ImmutableArray<(string Name, SimulatedOutputs Output)> Streams =
    [
        ("joints", SimulatedOutputs.Joints), ("imu", SimulatedOutputs.Imu), ("laser", SimulatedOutputs.Laser),
        ("odometry", SimulatedOutputs.Odometry), ("motors", SimulatedOutputs.Motors),
    ];

    private readonly JointSymptoms[] _joints = new JointSymptoms[joints.Length];
    private readonly double[] _streams = new double[Streams.Length];
    private readonly JointCondition[] _conditions = new JointCondition[joints.Length];
    private ImmutableArray<Placed> _faults = [];

    /// <summary>The faults, in the order in which they were added.</summary>
    public ImmutableArray<Fault> All => [.. _faults.Select(placed => placed.Fault)];

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _faults.IsEmpty;

    /// <summary>How late everything arrives now [s].</summary>
    public double LatencySeconds { get; private set; }

    /// <summary>Whether the robot is not heard now.</summary>
    public bool IsLinkLost { get; private set; }

    /// <summary>What the joints' sensors suffer from now.</summary>
    public ReadOnlySpan<JointSymptoms> Joints => _joints;

    /// <summary>Adds a fault; one of the same kind and component is replaced.</summary>
    /// <exception cref="ArgumentException">The robot has no such component, or a number is outside its
    /// range.</exception>
    public void Add(Fault fault, SimulatedOutputs outputs)
    {
        if (Problem(fault, outputs) is { } problem)
        {
            throw new ArgumentException(problem, nameof(fault));
        }

        var others = _faults.RemoveAll(p => p.Fault.Kind == fault.Kind && p.Fault.Component == fault.Component);
        _faults = others.Add(new Placed(fault, joints.IndexOf(fault.Component), StreamOf(fault.Component)));
    }

    /// <summary>Why a robot cannot have a fault; <see langword="null"/> when it can.</summary>
    public string? Problem(Fault fault, SimulatedOutputs outputs)
    {
        if (!(fault.Severity is >= 0 and <= 1))
        {
            return $"A severity is a number from 0 to 1, not {fault.Severity}.";
        }

        if (fault.Begin < TimeSpan.Zero || fault.Over < TimeSpan.Zero)
        {
            return $"A fault begins at 0 s or later and takes 0 s or longer, not {fault.Begin} and {fault.Over}.";
        }

        string[] streams = [.. Streams.Where(s => (outputs & s.Output) != 0).Select(s => s.Name)];
        ImmutableArray<string> components = fault.Kind switch
        {
            FaultKind.PayloadChange => [.. model.Links.Select(link => link.Name)],
            FaultKind.Dropout => [.. streams, .. joints],
            FaultKind.Latency or FaultKind.LinkLoss => [Link],
            _ => joints,
        };
        if (!components.Contains(fault.Component))
        {
            return $"Model '{model.Name}' has no component '{fault.Component}' for this fault; it has "
                + $"{string.Join(", ", components)}.";
        }

        return (outputs & SimulatedOutputs.Motors) == 0 && NeedsForces(fault.Kind)
            ? $"Model '{model.Name}' is simulated without forces; this fault needs them."
            : null;
    }

    /// <summary>Says what the faults do at one instant, and does it to the virtual robot.</summary>
    /// <param name="elapsed">Simulated time since the start.</param>
    /// <param name="robot">The robot; <see langword="null"/> when it is moved without forces.</param>
    public void Apply(TimeSpan elapsed, VirtualRobot? robot)
    {
        if (IsEmpty)
        {
            return;
        }

        Array.Clear(_joints);
        Array.Clear(_streams);
        Array.Fill(_conditions, JointCondition.Healthy);
        (LatencySeconds, IsLinkLost) = (0, false);
        foreach (ref readonly var placed in _faults.AsSpan())
        {
            Apply(in placed, placed.Fault.SeverityAt(elapsed), elapsed, robot);
        }

        for (var i = 0; robot is not null && i < _conditions.Length; i++)
        {
            robot.Condition(i) = _conditions[i];
        }
    }

    /// <summary>Takes samples away that are lost on their way.</summary>
    /// <param name="outputs">What is new.</param>
    /// <param name="noise">Decides.</param>
    public SimulatedOutputs Filter(SimulatedOutputs outputs, ref SeededNoise noise)
    {
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_streams[i] > 0 && noise.NextFraction() < _streams[i])
            {
                outputs &= ~Streams[i].Output;
            }
        }

        return IsLinkLost ? SimulatedOutputs.None : outputs;
    }

    /// <summary>Whether a kind of fault changes how a robot moves, which only forces can show.</summary>
    public static bool NeedsForces(FaultKind kind) => kind is FaultKind.BearingWear or FaultKind.FrictionRise
        or FaultKind.MotorOverheating or FaultKind.Backlash or FaultKind.EncoderDrift or FaultKind.BrakeFailure
        or FaultKind.PayloadChange;

    private static int StreamOf(string component)
    {
        for (var i = 0; i < Streams.Length; i++)
        {
            if (Streams[i].Name == component)
            {
                return i;
            }
        }

        return -1;
    }

    private void Apply(in Placed placed, double severity, TimeSpan elapsed, VirtualRobot? robot)
    {
        switch (placed.Fault.Kind)
        {
            case FaultKind.PayloadChange:
                robot?.SetPayload(placed.Fault.Component, severity * 0.1 * model.Mass);
                break;
            case FaultKind.Latency:
                LatencySeconds = severity * 0.5;
                break;
            case FaultKind.LinkLoss:
                IsLinkLost = elapsed.TotalSeconds % LossSeconds < severity * LossSeconds;
                break;
            case FaultKind.Dropout when placed.Joint < 0:
                _streams[placed.Stream] = severity;
                break;
            default:
                ApplyToJoint(placed.Fault, severity, ref _joints[placed.Joint], ref _conditions[placed.Joint]);
                break;
        }
    }

    private void ApplyToJoint(Fault fault, double severity, ref JointSymptoms symptoms, ref JointCondition condition)
    {
        // Lengths where angles are: a linear joint's play and drift are a tenth of the number, in metres.
        var unit = model.FindJoint(fault.Component)!.IsLinear ? 0.1 : 1;
        switch (fault.Kind)
        {
            case FaultKind.BearingWear:
                (symptoms.Wear, symptoms.Part) = (severity, fault.Part);
                condition = condition with { Friction = condition.Friction * (1 + (0.6 * severity)) };
                break;
            case FaultKind.FrictionRise:
                condition = condition with { Friction = condition.Friction * (1 + (4 * severity)) };
                break;
            case FaultKind.MotorOverheating:
                condition = condition with { Heat = 1 + (4 * severity), Insulation = 1 + (9 * severity) };
                break;
            case FaultKind.Backlash:
                condition = condition with { Backlash = 0.04 * severity * unit };
                break;
            case FaultKind.EncoderDrift:
                condition = condition with { EncoderOffset = 0.05 * severity * unit };
                break;
            case FaultKind.BrakeFailure:
                condition = condition with { Brake = 1 - severity };
                break;
            case FaultKind.SensorStuck:
                symptoms.IsStuck = severity > 0;
                break;
            case FaultKind.SensorNoise:
                symptoms.Noise = severity;
                break;
            case FaultKind.Dropout:
                symptoms.Dropout = severity;
                break;
        }
    }

    private readonly record struct Placed(Fault Fault, int Joint, int Stream);
}

/// <summary>What the sensors of one joint suffer from.</summary>
internal struct JointSymptoms
{
    /// <summary>Severity of a bearing's damage [1].</summary>
    public double Wear;

    /// <summary>The bearing's damaged part.</summary>
    public BearingPart Part;

    /// <summary>Whether the state is told as it was before.</summary>
    public bool IsStuck;

    /// <summary>Severity of noise [1].</summary>
    public double Noise;

    /// <summary>Probability that a state is missing [1].</summary>
    public double Dropout;
}
