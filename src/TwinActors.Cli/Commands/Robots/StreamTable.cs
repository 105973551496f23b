using TwinActors.Cli.Output;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>The streams of one robot as a table: topic, type, rate, age, state, problem.</summary>
internal static class StreamTable
{
    /// <summary>Builds the table.</summary>
    public static DataTable Of(IReadOnlyList<StreamDocument> streams)
    {
        var table = new DataTable(
            "TOPIC", "TYPE", "RATE#", "EXPECTED#", "JITTER#", "AGE#", "STATE",
            "RECEIVED#", "GAPS#", "LOST#", "REJECTED#", "PROBLEM");
        foreach (var stream in streams)
        {
            table.Row(
                stream.Topic,
                stream.Type,
                Figures.Rate(stream.RateHz),
                Figures.Rate(stream.ExpectedHz),
                stream.JitterMs is { } jitter ? FormattableString.Invariant($"{jitter:0.0} ms") : Figures.Absent,
                Figures.Age(stream.AgeMs),
                Tones.OfQuality(stream.State),
                Figures.Count(stream.Received),
                Tones.OfMishaps(stream.Gaps),
                Tones.OfMishaps(stream.Lost),
                Tones.OfMishaps(stream.Rejected),
                Tones.OfProblem(Problem(stream)));
        }

        return table;
    }

    // The policy mismatch explains why nothing comes; counted reasons explain what was turned away.
    private static string? Problem(StreamDocument stream)
    {
        var reasons = stream.Reasons
            .OrderByDescending(reason => reason.Value)
            .ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => $"{reason.Key} {Figures.Count(reason.Value)}");
        var parts = reasons.Prepend(stream.Problem).Where(part => !string.IsNullOrEmpty(part)).ToList();
        return parts.Count == 0 ? null : string.Join(", ", parts);
    }
}
