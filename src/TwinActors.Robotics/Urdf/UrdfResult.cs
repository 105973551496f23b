using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Urdf;

/// <summary>What reading a URDF document gave: a complete model, or the reasons why there is none.</summary>
public sealed class UrdfResult
{
    internal UrdfResult(RobotModel? model, ImmutableArray<UrdfProblem> problems)
    {
        Model = model;
        Problems = problems;
    }

    /// <summary>The model, or <see langword="null"/> when at least one problem is an error.</summary>
    public RobotModel? Model { get; }

    /// <summary>Everything found, by place in the document; at most <see cref="UrdfReader.MaximumProblems"/> and one
    /// note.</summary>
    public ImmutableArray<UrdfProblem> Problems { get; }

    /// <summary>Whether there is a model.</summary>
    [MemberNotNullWhen(true, nameof(Model))]
    public bool IsValid => Model is not null;
}
