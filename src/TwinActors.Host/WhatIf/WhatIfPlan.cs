using System.Collections.Immutable;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Simulation.WhatIf;

namespace TwinActors.Host.WhatIf;

/// <summary>Reads what a what-if asks for: everything that can be wrong with it is found here.</summary>
internal sealed class WhatIfPlan
{
    /// <summary>Simulated time when nothing is said [s].</summary>
    public const double DefaultSeconds = 10;

    /// <summary>Longest simulated time along a recording [s].</summary>
    public const double LongestRecorded = 600;

    private const int LongestName = 100;
    private const int MostPoints = 1000;
    private const int MostFaults = 100;

    // Speed of a joint whose model gives none [rad/s or m/s].
    private const double DefaultSpeed = 1;

    private readonly RobotModel _model;
    private readonly VirtualRobotOptions _options;
    private readonly WhatIfRequest _request;
    private readonly List<string> _problems = [];

    private WhatIfPlan(CalibratedModel calibrated, WhatIfRequest request)
    {
        (_model, _options) = (calibrated.Model, calibrated.Options);
        _request = request;
    }

    /// <summary>Simulated time [s].</summary>
    public double Seconds => _request.Seconds ?? DefaultSeconds;

    /// <summary>Whether both follow a recording unless they are told to move.</summary>
    public bool IsRecorded => _request is { At: not null, Trajectory: null or [] };

    /// <summary>Differences from which on the two count as apart.</summary>
    public DifferenceThresholds Thresholds { get; private set; } = new();

    /// <summary>Reads a request.</summary>
    /// <param name="calibrated">The robot.</param>
    /// <param name="request">The request.</param>
    /// <param name="start">State of the joints at the fork.</param>
    /// <param name="problems">What is wrong with it, for people; empty when nothing is.</param>
    public static WhatIfPlan Read(
        CalibratedModel calibrated, WhatIfRequest request, MotionKnot start, out ImmutableArray<string> problems)
    {
        var plan = new WhatIfPlan(calibrated, request);
        plan.ReadScalars();
        plan.BranchOf(start, null);
        problems = [.. plan._problems.Distinct()];
        return plan;
    }

    /// <summary>The robot as it is.</summary>
    /// <param name="start">State of the joints at the fork.</param>
    /// <param name="recorded">The recorded motion; <see langword="null"/> for a robot that is told to move or
    /// stays.</param>
    public WhatIfRun BaseOf(MotionKnot start, MotionPath? recorded) =>
        new(PathOf(_request.Trajectory, start, "trajectory") ?? recorded ?? MotionPath.Hold(start.Positions))
        {
            Options = _options,
        };

    /// <summary>The robot with what is changed.</summary>
    /// <inheritdoc cref="BaseOf"/>
    public WhatIfRun BranchOf(MotionKnot start, MotionPath? recorded)
    {
        var change = _request.Change ?? new WhatIfChangeRequest();
        var moved = PathOf(change.Trajectory, start, "change.trajectory");
        var asItIs = BaseOf(start, recorded);
        return asItIs with
        {
            Path = moved ?? asItIs.Path,
            Options = OptionsOf(change),
            Payload = PayloadOf(change.Payload),
            Faults = FaultsOf(change.Faults ?? []),
        };
    }

    private void ReadScalars()
    {
        if (_request.Name is { Length: > LongestName } name)
        {
            _problems.Add($"\"name\" has {name.Length} characters; {LongestName} are possible.");
        }

        var longest = IsRecorded ? LongestRecorded : WhatIfComparison.LongestSeconds;
        if (!(Seconds > 0 && Seconds <= longest))
        {
            _problems.Add($"\"seconds\" is {Seconds}; above 0 and at most {longest} are possible"
                + (IsRecorded ? " along a recording." : "."));
        }

        var asked = _request.Thresholds ?? new WhatIfThresholdsRequest();
        var usual = Thresholds;
        Thresholds = new DifferenceThresholds(
            NotNegative(asked.Position, usual.Position, "thresholds.position"),
            NotNegative(asked.Velocity, usual.Velocity, "thresholds.velocity"),
            NotNegative(asked.Effort, usual.Effort, "thresholds.effort"),
            NotNegative(asked.Temperature, usual.Temperature, "thresholds.temperature"));
    }

    private double NotNegative(double? value, double otherwise, string where)
    {
        if (value is not { } given)
        {
            return otherwise;
        }

        if (given is >= 0 and < double.PositiveInfinity)
        {
            return given;
        }

        _problems.Add($"\"{where}\" is {given}; 0 or more is possible.");
        return otherwise;
    }

    private VirtualRobotOptions OptionsOf(WhatIfChangeRequest change)
    {
        var options = _options;
        if (change.Bandwidth is { } bandwidth)
        {
            if (bandwidth is >= 0.1 and <= 100)
            {
                options = options with { Bandwidth = bandwidth };
            }
            else
            {
                _problems.Add($"\"change.bandwidth\" is {bandwidth} rad/s; 0.1 to 100 rad/s is possible.");
            }
        }

        if (change.Joints is not { Count: > 0 } joints)
        {
            return options;
        }

        var losses = VirtualRobot.LossesOf(_model).ToBuilder();
        foreach (var joint in joints)
        {
            var index = IndexOf(joint?.Joint, "change.joints");
            if (index >= 0)
            {
                var known = losses[index];
                losses[index] = new JointDynamics(
                    NotNegative(joint!.Damping, known.Damping, $"damping of {joint.Joint}"),
                    NotNegative(joint.Friction, known.Friction, $"friction of {joint.Joint}"));
            }
        }

        return options with { Losses = [.. losses] };
    }

    private (string Link, double Mass)? PayloadOf(WhatIfPayloadRequest? payload)
    {
        if (payload is null)
        {
            return null;
        }

        if (payload.Link is not { } link || _model.FindLink(link) is null)
        {
            _problems.Add($"\"change.payload.link\" is \"{payload.Link}\"; model {_model.Name} has "
                + $"{string.Join(", ", _model.Links.Select(known => known.Name))}.");
            return null;
        }

        return (link, NotNegative(payload.Mass, 0, "change.payload.mass"));
    }

    private ImmutableArray<Fault> FaultsOf(IReadOnlyList<WhatIfFaultRequest?> asked)
    {
        if (asked.Count > MostFaults)
        {
            _problems.Add($"\"change.faults\" has {asked.Count} entries; {MostFaults} are possible.");
            return [];
        }

        var faults = ImmutableArray.CreateBuilder<Fault>();
        foreach (var fault in asked)
        {
            if (!FaultNames.TryParse(fault?.Kind ?? "", out var kind, out var problem))
            {
                _problems.Add(problem);
                continue;
            }

            var read = new Fault(kind, fault!.Component ?? "", fault.Severity ?? 1)
            {
                Over = TimeSpan.FromSeconds(Time(fault.OverSeconds, "overSeconds")),
                Begin = TimeSpan.FromSeconds(Time(fault.AfterSeconds, "afterSeconds")),
            };
            if (WhatIfRun.WhyNot(_model, read) is { } refused)
            {
                _problems.Add($"{fault.Kind}: {refused}");
                continue;
            }

            faults.Add(read);
        }

        return faults.ToImmutable();
    }

    private double Time(double? seconds, string where)
    {
        const double Longest = 1e6;
        if (seconds is null or (>= 0 and <= Longest))
        {
            return seconds ?? 0;
        }

        _problems.Add($"\"{where}\" of a fault is {seconds}; 0 to {Longest} are possible.");
        return 0;
    }

    private MotionPath? PathOf(IReadOnlyList<WhatIfPointRequest?>? points, MotionKnot start, string where)
    {
        if (points is not { Count: > 0 })
        {
            return null;
        }

        if (points.Count > MostPoints)
        {
            _problems.Add($"\"{where}\" has {points.Count} points; {MostPoints} are possible.");
            return null;
        }

        var (before, at) = (start.Positions, 0d);
        var read = ImmutableArray.CreateBuilder<(double, ImmutableArray<double>)>();
        foreach (var point in points)
        {
            var positions = PositionsOf(point, before, where);
            var seconds = point?.Seconds ?? (at + Duration(before, positions));
            if (!(seconds > at && seconds <= WhatIfComparison.LongestSeconds))
            {
                _problems.Add($"A point of \"{where}\" is at {seconds} s, the one before at {at} s; times rise, to "
                    + $"{WhatIfComparison.LongestSeconds} s at most.");
                return null;
            }

            read.Add((seconds, positions));
            (before, at) = (positions, seconds);
        }

        return MotionPath.ThroughPoints(start.Positions, read.ToImmutable());
    }

    private ImmutableArray<double> PositionsOf(
        WhatIfPointRequest? point, ImmutableArray<double> before, string where)
    {
        var positions = before.ToBuilder();
        foreach (var (joint, position) in point?.Positions ?? new Dictionary<string, double>())
        {
            var index = IndexOf(joint, where);
            if (index < 0)
            {
                continue;
            }

            if (_model.MovableJoints[index].Limits?.Excess(position) > 0)
            {
                var limits = _model.MovableJoints[index].Limits!;
                _problems.Add($"\"{where}\" moves {joint} to {position}; its model allows {limits.Lower} to "
                    + $"{limits.Upper}.");
            }

            positions[index] = position;
        }

        return positions.ToImmutable();
    }

    // A cubic piece between two rests is fastest in its middle, 1.5 times its mean speed.
    private double Duration(ImmutableArray<double> from, ImmutableArray<double> to)
    {
        const double Share = 0.5;
        const double Shortest = 0.1;
        var longest = Shortest;
        for (var i = 0; i < from.Length; i++)
        {
            var speed = _model.MovableJoints[i].Limits?.Velocity ?? DefaultSpeed;
            longest = Math.Max(longest, 1.5 * Math.Abs(to[i] - from[i]) / (Share * speed));
        }

        return longest;
    }

    private int IndexOf(string? joint, string where)
    {
        for (var i = 0; i < _model.MovableJoints.Length; i++)
        {
            if (_model.MovableJoints[i].Name == joint)
            {
                return i;
            }
        }

        _problems.Add($"\"{where}\" names joint \"{joint}\"; model {_model.Name} has "
            + $"{string.Join(", ", _model.MovableJoints.Select(known => known.Name))}.");
        return -1;
    }
}
