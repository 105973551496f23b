namespace TwinActors.Cli.Output;

/// <summary>Which states of a robot catch the eye.</summary>
internal static class Tones
{
    /// <summary>State of a robot link.</summary>
    public static Cell OfLink(string state) => new(state, state switch
    {
        "lost" => Tone.Bad,
        "stale" or "unknown" => Tone.Warning,
        "none" => Tone.Quiet,
        _ => Tone.Plain,
    });

    /// <summary>Quality of a value, or state of a stream.</summary>
    public static Cell OfQuality(string quality) => new(quality, quality switch
    {
        "stale" => Tone.Warning,
        "missing" or "unmapped" => Tone.Quiet,
        _ => Tone.Plain,
    });

    /// <summary>Status word of a synchronizer; <see langword="null"/> when it is not known.</summary>
    public static Cell OfSync(string? status) => new(status ?? "unknown", status switch
    {
        "poor" => Tone.Bad,
        "warning" or "disconnected" => Tone.Warning,
        null => Tone.Quiet,
        _ => Tone.Plain,
    });

    /// <summary>A count of what should not happen.</summary>
    public static Cell OfMishaps(long count) => new(Figures.Count(count), count > 0 ? Tone.Warning : Tone.Plain);

    /// <summary>What is wrong, for people.</summary>
    public static Cell OfProblem(string? problem) =>
        string.IsNullOrEmpty(problem) ? Figures.Absent : new Cell(problem, Tone.Bad);
}
