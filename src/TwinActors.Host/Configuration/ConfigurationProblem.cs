using TwinActors.Host.Configuration.Hocon;

namespace TwinActors.Host.Configuration;

/// <summary>One thing that is wrong with a node's configuration.</summary>
/// <param name="Origin">Place of the fault.</param>
/// <param name="Sentence">What is wrong, where, and the way out; ready to print.</param>
internal sealed record ConfigurationProblem(HoconOrigin Origin, string Sentence)
{
    /// <summary>A fault of the text itself.</summary>
    public static ConfigurationProblem Of(HoconProblem problem) => new(problem.Origin, problem.ToString());

    /// <summary>A file that cannot be read.</summary>
    public static ConfigurationProblem Unreadable(string file, IOException fault)
        => new(HoconOrigin.Whole(file), $"{file} cannot be read: {fault.Message}");

    /// <inheritdoc/>
    public override string ToString() => Sentence;
}
