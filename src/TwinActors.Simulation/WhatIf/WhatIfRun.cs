using System.Collections.Immutable;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.Simulation.WhatIf;

/// <summary>One of the two robots of a what-if: what it is made of, what it is told, and what goes wrong.</summary>
/// <param name="Path">Where its joints should be.</param>
public sealed record WhatIfRun(MotionPath Path)
{
    /// <summary>What it is made of; default: what the model says, with typical drives.</summary>
    public VirtualRobotOptions Options { get; init; } = new();

    /// <summary>Link that carries a weight of which the controller knows nothing, and its mass [kg];
    /// <see langword="null"/>: none.</summary>
    public (string Link, double Mass)? Payload { get; init; }

    /// <summary>What goes wrong, from the fork on; the kinds that change how a robot moves.</summary>
    public ImmutableArray<Fault> Faults { get; init; } = [];

    /// <summary>Why a fault has no place in a what-if; <see langword="null"/> when it has.</summary>
    /// <param name="model">The robot.</param>
    /// <param name="fault">The fault.</param>
    public static string? WhyNot(RobotModel model, Fault fault)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(fault);
        return RobotFaults.NeedsForces(fault.Kind)
            ? new RobotFaults(model, [.. model.MovableJoints.Select(joint => joint.Name)])
                .Problem(fault, SimulatedOutputs.Motors)
            : $"Fault {fault.Kind} changes what sensors tell, not how the robot moves; a what-if shows no difference.";
    }
}
