using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace TwinActors.Benchmarks;

/// <summary>A run of some areas: options, and the rows they bring.</summary>
internal sealed class BenchmarkRun
{
    private const string SecondsOption = "--seconds=";

    private readonly List<BenchmarkRow> _rows = [];
    private readonly bool _json;

    private BenchmarkRun(bool json, bool quick, double? seconds)
    {
        _json = json;
        IsQuick = quick;
        Seconds = seconds;
    }

    /// <summary>Whether a shorter run is asked for; its figures are rougher.</summary>
    public bool IsQuick { get; }

    /// <summary>Length of each sustained load [s]; absent: the area's own.</summary>
    public double? Seconds { get; }

    /// <summary>Runs the areas that the arguments name, or all.</summary>
    public static async Task<int> MainAsync(string[] args, SortedDictionary<string, Func<BenchmarkRun, Task>> areas)
    {
        var options = args.Where(a => a.StartsWith('-')).ToArray();
        var wanted = args.Except(options).ToArray();
        var length = Array.Find(options, static a => a.StartsWith(SecondsOption, StringComparison.Ordinal));
        double? seconds = length is null ? null : ParseSeconds(length[SecondsOption.Length..]);
        var wrong = seconds <= 0 ? length : options.Except(["--json", "--quick", length]).FirstOrDefault();
        if (wrong is not null)
        {
            await Console.Error.WriteLineAsync(
                $"{wrong} is not known. usage: bench [area...] [--json] [--quick] [--seconds=N]");
            return 2;
        }

        if (wanted.FirstOrDefault(area => !areas.ContainsKey(area)) is { } unknown)
        {
            await Console.Error.WriteLineAsync(
                $"There is no area {unknown}. This version measures: {string.Join(", ", areas.Keys)}.");
            return 2;
        }

        var run = new BenchmarkRun(options.Contains("--json"), options.Contains("--quick"), seconds);
        Say($"{RuntimeInformation.FrameworkDescription}, {Environment.ProcessorCount} processors, "
            + $"{RuntimeInformation.OSDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} collector");
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
    /// <param name="ratioAtMost">Target that the figure divided by the peer must not exceed.</param>
    /// <param name="ratioAtLeast">Target that the figure divided by the peer must reach.</param>
    public void Add(
        string area, string name, string unit, double figure,
        double? atMost = null, double? atLeast = null, (string Name, double Figure)? peer = null,
        double? ratioAtMost = null, double? ratioAtLeast = null)
    {
        // A peer that measured nothing is none to compare with: a target against it is missed, not met.
        double? ratio = peer is { } known && known.Figure != 0 && double.IsFinite(figure / known.Figure)
            && double.IsFinite(known.Figure)
            ? figure / known.Figure
            : null;
        bool? ok = (atMost ?? atLeast ?? ratioAtMost ?? ratioAtLeast) is null
            ? null
            : (atMost is null || figure <= atMost) && (atLeast is null || figure >= atLeast)
                && (ratioAtMost is null || ratio <= ratioAtMost) && (ratioAtLeast is null || ratio >= ratioAtLeast);
        var target = atMost ?? atLeast ?? (ratioAtMost ?? ratioAtLeast) * peer?.Figure;
        var row = new BenchmarkRow(area, name, unit, figure, target, peer?.Name, peer?.Figure, ratio, ok);
        _rows.Add(row);
        if (!_json)
        {
            Console.WriteLine(Text(row));
        }
    }

    /// <summary>Says something to people; not part of the results.</summary>
    public static void Say(string words) => Console.Error.WriteLine(words);

    private static double ParseSeconds(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;

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
