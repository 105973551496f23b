using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TwinActors.Benchmarks;

/// <summary>A run of some areas: options, and the rows they bring.</summary>
internal sealed class BenchmarkRun
{
    private readonly List<BenchmarkRow> _rows = [];
    private readonly bool _json;

    private BenchmarkRun(bool json, bool quick)
    {
        _json = json;
        IsQuick = quick;
    }

    /// <summary>Whether a shorter run is asked for; its figures are rougher.</summary>
    public bool IsQuick { get; }

    /// <summary>Runs the areas that the arguments name, or all.</summary>
    public static async Task<int> MainAsync(string[] args, SortedDictionary<string, Func<BenchmarkRun, Task>> areas)
    {
        var options = args.Where(a => a.StartsWith('-')).ToArray();
        var wanted = args.Except(options).ToArray();
        if (options.Except(["--json", "--quick"]).FirstOrDefault() is { } wrong)
        {
            await Console.Error.WriteLineAsync($"{wrong} is not known. usage: bench [area...] [--json] [--quick]");
            return 2;
        }

        if (wanted.FirstOrDefault(area => !areas.ContainsKey(area)) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"There is no area {unknown}. This version measures: {string.Join(", ", areas.Keys)}.");
            return 2;
        }

        var run = new BenchmarkRun(options.Contains("--json"), options.Contains("--quick"));
        Say($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, "
            + $"{RuntimeInformation.OSDescription}");
        foreach (var area in wanted.Length > 0 ? wanted : [.. areas.Keys])
        {
            await areas[area](run);
        }

        if (run._json)
        {
            Console.WriteLine(JsonSerializer.Serialize(run._rows, BenchmarkJson.Default.IReadOnlyListBenchmarkRow));
        }

        return run._rows.TrueForAll(row => row.Ok != false) ? 0 : 1;
    }

    /// <summary>Notes a figure and prints its row.</summary>
    /// <param name="area">Area.</param>
    /// <param name="name">What was measured.</param>
    /// <param name="unit">Unit.</param>
    /// <param name="figure">What came out.</param>
    /// <param name="atMost">Target that the figure must not exceed.</param>
    /// <param name="atLeast">Target that the figure must reach.</param>
    /// <param name="peer">What was measured beside it, and its figure.</param>
    /// <param name="ratioAtMost">Target for figure divided by peer.</param>
    public void Add(
        string area, string name, string unit, double figure,
        double? atMost = null, double? atLeast = null, (string Name, double Figure)? peer = null,
        double? ratioAtMost = null)
    {
        // A peer that measured nothing is none to compare with: a target against it is missed, not met.
        double? ratio = peer is { } known && known.Figure != 0 && double.IsFinite(figure / known.Figure)
            && double.IsFinite(known.Figure)
            ? figure / known.Figure
            : null;
        bool? ok = (atMost ?? atLeast ?? ratioAtMost) is null
            ? null
            : (atMost is null || figure <= atMost) && (atLeast is null || figure >= atLeast)
                && (ratioAtMost is null || ratio <= ratioAtMost);
        var row = new BenchmarkRow(
            area, name, unit, figure, atMost ?? atLeast ?? ratioAtMost * peer?.Figure, peer?.Name, peer?.Figure, ratio,
            ok);
        _rows.Add(row);
        if (!_json)
        {
            Console.WriteLine(Text(row));
        }
    }

    /// <summary>Says something to people; not part of the results.</summary>
    public static void Say(string words) => Console.Error.WriteLine(words);

    private static string Text(BenchmarkRow row)
    {
        var target = row.Target is { } t ? $"  target {Number(t)}" : "";
        var peer = row.Peer is null
            ? ""
            : $"  {row.Peer} {Number(row.PeerFigure!.Value)}  ratio {(row.Ratio is { } r ? Number(r) : "none")}";
        var ok = row.Ok switch { true => "  ok", false => "  MISSED", null => "" };
        return $"{row.Area,-8} {row.Name,-58} {Number(row.Figure),12} {row.Unit,-9}{target}{peer}{ok}";
    }

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) >= 1000 ? "N0" : "G4", CultureInfo.InvariantCulture);
}
