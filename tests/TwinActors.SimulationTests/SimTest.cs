using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwinActors.SimulationTests.Checking;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests;

/// <summary>What came of many seeds, for other programs.</summary>
internal sealed record SimTestReport(int Seeds, int Failures, int? FirstFailingSeed);

/// <summary>Runs seeds one after another: <c>./twin sim-test</c>.</summary>
internal sealed class SimTest
{
    private const string Usage = "usage: sim-test [--seeds N] [--from S] [--until-failure] [--json] [--trace]";

    private readonly TextWriter _output;
    private readonly TextWriter _talk;
    private readonly SimTestOptions _options;
    private int? _firstFailing;
    private int _failures;
    private long _acknowledged;
    private long _events;

    private SimTest(SimTestOptions options, TextWriter output, TextWriter talk)
    {
        _options = options;
        _output = output;
        _talk = talk;
    }

    /// <summary>Runs what the arguments ask for.</summary>
    /// <returns>0: every seed is clean; 1: a promise was broken; 2: the arguments are wrong.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter talk)
    {
        if (SimTestOptions.Parse(args, out var problem) is not { } options)
        {
            talk.WriteLine($"{problem} {Usage}");
            return 2;
        }

        return new SimTest(options, output, talk).RunAll();
    }

    private int RunAll()
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < _options.Seeds && !(_options.EndsAtFailure && _failures > 0); i++)
        {
            Run(_options.From + i);
        }

        if (_options.IsJson)
        {
            var report = new SimTestReport(_options.Seeds, _failures, _firstFailing);
            _output.WriteLine(JsonSerializer.Serialize(report, SimTestJson.Default.SimTestReport));
        }
        else
        {
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{_options.Seeds} seeds from {_options.From}, {_failures} failed, "
                + $"{_acknowledged} commands acknowledged, {_events} events, {watch.Elapsed.TotalSeconds:0.0} s, "
                + $"{_options.Seeds / watch.Elapsed.TotalSeconds:0} seeds/s"));
        }

        return _failures == 0 ? 0 : 1;
    }

    private void Run(int seed)
    {
        var result = SimulatedRun.Execute(seed, _options.Mutation, _options.IsTracing);
        _acknowledged += result.History.Operations.Count(each => each.Knowledge == Knowledge.Accepted);
        _events += result.History.Log.Count;
        foreach (var line in result.Lines)
        {
            _talk.WriteLine(line);
        }

        if (result.Violations.Count == 0)
        {
            return;
        }

        _failures++;
        _firstFailing ??= seed;
        foreach (var violation in result.Violations.Take(10))
        {
            _talk.WriteLine($"seed {seed}: {violation}");
        }

        var mutation = _options.Mutation == SimulatedMutation.None ? "" : $" --mutation {_options.Mutation}";
        _talk.WriteLine(
            $"seed {seed} breaks {result.Violations.Count} promises; "
            + $"its trace: ./twin sim-test --seeds 1 --from {seed}{mutation} --trace");
    }
}

/// <summary>What the command line asks for.</summary>
internal sealed record SimTestOptions
{
    public int Seeds { get; init; } = 1000;

    public int From { get; init; } = 1;

    public bool IsJson { get; init; }

    public bool IsTracing { get; init; }

    public bool EndsAtFailure { get; init; }

    public SimulatedMutation Mutation { get; init; }

    /// <summary>Reads the arguments; null, with what is wrong, when they make no sense.</summary>
    public static SimTestOptions? Parse(IReadOnlyList<string> args, out string? problem)
    {
        var options = new SimTestOptions();
        problem = null;
        for (var i = 0; i < args.Count && problem is null; i++)
        {
            switch (args[i])
            {
                case "--seeds":
                    options = options with { Seeds = Number(args, ++i, 1, ref problem) };
                    break;
                case "--from":
                    options = options with { From = Number(args, ++i, 0, ref problem) };
                    break;
                case "--json":
                    options = options with { IsJson = true };
                    break;
                case "--trace":
                    options = options with { IsTracing = true };
                    break;
                case "--until-failure":
                    options = options with { EndsAtFailure = true };
                    break;
                case "--mutation":
                    options = options with { Mutation = Named(args, ++i, ref problem) };
                    break;
                default:
                    problem = $"{args[i]} is not known.";
                    break;
            }
        }

        return problem is null ? options : null;
    }

    private static int Number(IReadOnlyList<string> args, int index, int least, ref string? problem)
    {
        if (index < args.Count
            && int.TryParse(args[index], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least)
        {
            return number;
        }

        problem = $"{args[index - 1]} needs a whole number of at least {least}.";
        return least;
    }

    private static SimulatedMutation Named(IReadOnlyList<string> args, int index, ref string? problem)
    {
        if (index < args.Count && Enum.TryParse<SimulatedMutation>(args[index], out var mutation))
        {
            return mutation;
        }

        problem = $"--mutation is one of {string.Join(", ", Enum.GetNames<SimulatedMutation>())}.";
        return SimulatedMutation.None;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(SimTestReport))]
internal sealed partial class SimTestJson : JsonSerializerContext;
