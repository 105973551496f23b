namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Where a configuration value was written.</summary>
/// <param name="Source">File as the reader was given it, or words such as <c>environment variable HOME</c>.</param>
/// <param name="Line">Line in the source, from 1; 0 when the source has no lines.</param>
/// <param name="Column">UTF-16 column in the line, from 1; 0 when the source has no lines.</param>
internal sealed record HoconOrigin(string Source, int Line, int Column)
{
    /// <summary>An origin without lines, for example an environment variable.</summary>
    public static HoconOrigin Whole(string source) => new(source, 0, 0);

    /// <summary><c>file:line</c>, or only the source when it has no lines.</summary>
    public override string ToString() => Line == 0 ? Source : $"{Source}:{Line}";
}

/// <summary>One thing that is wrong with a configuration, with its place and, when there is one, the way out.</summary>
/// <param name="Origin">Place of the fault.</param>
/// <param name="Message">What is wrong, a phrase without a full stop.</param>
/// <param name="Hint">What to do about it, or <see langword="null"/>.</param>
internal sealed record HoconProblem(HoconOrigin Origin, string Message, string? Hint = null)
{
    /// <summary><c>hocon/edge.conf:14:9: what; hint</c>.</summary>
    public override string ToString()
    {
        var place = Origin.Line == 0 ? Origin.Source : $"{Origin.Source}:{Origin.Line}:{Origin.Column}";
        return Hint is null ? $"{place}: {Message}" : $"{place}: {Message}; {Hint}";
    }
}

/// <summary>Text that is not HOCON, or HOCON that cannot be resolved. The only exception of the reader.</summary>
internal sealed class HoconException(HoconProblem problem) : Exception(problem.ToString())
{
    /// <summary>What is wrong and where.</summary>
    public HoconProblem Problem { get; } = problem;
}
