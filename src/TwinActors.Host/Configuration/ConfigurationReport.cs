using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using TwinActors.Host.Configuration.Hocon;

namespace TwinActors.Host.Configuration;

/// <summary>
/// A node's configuration for people and programs: what is in force, and where each value was written.
/// </summary>
internal static class ConfigurationReport
{
    /// <summary>The whole configuration as HOCON that can be read again.</summary>
    /// <param name="configuration">What to show.</param>
    /// <param name="origins">Whether each value is followed by a comment with its place.</param>
    public static string Hocon(NodeConfiguration configuration, bool origins)
        => HoconRender.Render(configuration.Tree, origins);

    /// <summary>
    /// The whole configuration as one JSON object, or with origins as an array of {path, value, origin}.
    /// </summary>
    /// <param name="configuration">What to show.</param>
    /// <param name="origins">Whether to list each value with its place.</param>
    public static string Json(NodeConfiguration configuration, bool origins)
    {
        if (!origins)
        {
            return HoconJson.Render(configuration.Tree) + "\n";
        }

        var rows = Leaves(configuration.Tree, []).Select(leaf => Row(
            ("path", HoconJson.Quote(HoconPath.Render(leaf.Path))),
            ("value", HoconJson.Render(leaf.Value)),
            ("origin", HoconJson.Quote(leaf.Value.Origin.ToString()))));
        return $"[{string.Join(",\n ", rows)}]\n";
    }

    /// <summary>The problems, one to a line, and how many there are.</summary>
    public static string Problems(ImmutableArray<ConfigurationProblem> problems)
    {
        var text = new StringBuilder();
        foreach (var problem in problems)
        {
            text.Append(problem.Sentence).Append('\n');
        }

        return text.Append(problems.Length == 1 ? "1 problem\n" : $"{problems.Length} problems\n").ToString();
    }

    /// <summary>The problems as a JSON array of {file, line, column, message}.</summary>
    public static string ProblemsJson(ImmutableArray<ConfigurationProblem> problems)
    {
        var rows = problems.Select(problem => Row(
            ("file", HoconJson.Quote(problem.Origin.Source)),
            ("line", Number(problem.Origin.Line)),
            ("column", Number(problem.Origin.Column)),
            ("message", HoconJson.Quote(problem.Sentence))));
        return $"[{string.Join(",\n ", rows)}]\n";
    }

    /// <summary>Every value that is no object, with its path; empty objects are values.</summary>
    public static IEnumerable<(ImmutableArray<string> Path, HoconValue Value)> Leaves(
        HoconValue value, ImmutableArray<string> path)
        => value is HoconObject { Count: > 0 } fields
            ? fields.Fields.SelectMany(entry => Leaves(entry.Value, path.Add(entry.Key)))
            : [(path, value)];

    private static string Row(params (string Name, string Json)[] fields)
        => $"{{{string.Join(',', fields.Select(pair => $"{HoconJson.Quote(pair.Name)}:{pair.Json}"))}}}";

    private static string Number(int place) => place == 0 ? "null" : place.ToString(CultureInfo.InvariantCulture);
}
