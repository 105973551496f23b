using TwinActors.Robotics;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;

namespace TwinActors.Cli.Simulation;

/// <summary>A robot to simulate: its name and its model.</summary>
/// <param name="Id">Name that its topics begin with.</param>
/// <param name="Model">What moves.</param>
/// <param name="Urdf">The model's text, published as <c>robot_description</c>.</param>
/// <param name="Seed">Seed of noise and phase.</param>
internal sealed record SimulatedRobotSource(RobotId Id, RobotModel Model, string Urdf, long Seed)
{
    /// <summary>One robot from a sample's name or a URDF file.</summary>
    /// <param name="model">Name of a sample, or path of a file.</param>
    /// <param name="id">The robot's name; <see langword="null"/> takes the sample's.</param>
    /// <param name="seed">Seed of noise and phase.</param>
    /// <param name="say">Receives warnings about the model.</param>
    /// <exception cref="CliException">No such model, or it has errors, or the name is wrong or missing.</exception>
    public static SimulatedRobotSource One(string model, string? id, long seed, Action<string> say)
    {
        var sample = SampleRobots.FindUrdf(model);
        if (sample is null && !File.Exists(model))
        {
            throw new CliException(
                ExitCode.NotFound,
                $"There is no file '{model}' and no sample robot of that name.",
                $"The samples are {string.Join(", ", SampleRobots.Names)}.");
        }

        if (sample is null && id is null)
        {
            throw new CliException(ExitCode.Usage, "A robot from a file needs a name.", "Add --id NAME.");
        }

        var urdf = sample ?? File.ReadAllText(model);
        var result = UrdfReader.Read(urdf, model);
        if (!result.IsValid)
        {
            throw new CliException(ExitCode.Failure, string.Join('\n', result.Problems));
        }

        foreach (var problem in result.Problems.Where(problem => problem.Severity is UrdfSeverity.Warning))
        {
            say(problem.ToString());
        }

        return new SimulatedRobotSource(ParseId(id ?? model), result.Model, urdf, seed);
    }

    /// <summary>Many synthetic robots, named by a prefix and a number from 1.</summary>
    /// <exception cref="CliException">The prefix makes no name.</exception>
    public static IEnumerable<SimulatedRobotSource> Many(int robots, string prefix, int joints, long seed)
    {
        var urdf = SyntheticRobots.Urdf(joints);
        var model = UrdfReader.Read(urdf, "synthetic").Model!;
        // Seeds differ, so no two robots move in step.
        return Enumerable.Range(1, robots)
            .Select(i => new SimulatedRobotSource(ParseId($"{prefix}{i}"), model, urdf, seed + i));
    }

    private static RobotId ParseId(string text) => RobotId.TryParse(text, out var id, out var problem)
        ? id
        : throw new CliException(ExitCode.Usage, problem);
}
