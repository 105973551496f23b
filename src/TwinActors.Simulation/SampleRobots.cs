using System.Collections.Immutable;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;

namespace TwinActors.Simulation;

/// <summary>The robots that come with the simulator: <c>humanoid</c>, <c>arm6</c> and <c>base</c>.</summary>
public static class SampleRobots
{
    /// <summary>Their names, in alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = ["arm6", "base", "humanoid"];

    /// <summary>URDF text of a sample robot, or <see langword="null"/> when there is none of that name.</summary>
    public static string? FindUrdf(string name)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        using var stream = typeof(SampleRobots).Assembly.GetManifestResourceStream($"{name}.urdf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Model of a sample robot.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static RobotModel Load(string name)
    {
        var urdf = FindUrdf(name)
            ?? throw new ArgumentException($"There is no sample robot '{name}'; there are {string.Join(", ", Names)}.");
        return UrdfReader.Read(urdf, $"{name}.urdf").Model!;
    }
}
