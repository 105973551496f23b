using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TwinActors.Ros2.Dds;
using TwinActors.Simulation;
using TwinActors.Simulation.Faults;

namespace TwinActors.Cli.Simulation;

/// <summary><c>twin sim run</c>: simulated robots that speak ROS 2, in this process until it is interrupted.</summary>
internal static class SimRunCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var options = new SimRunOptions(globals);
        var command = new Command("run", "Simulate robots and publish them over ROS 2 until interrupted.");
        foreach (var option in options.All)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if ((result.GetResult(options.Model) is null) == (result.GetResult(options.Robots) is null))
            {
                var samples = string.Join(", ", SampleRobots.Names);
                result.AddError($"Give either --model ({samples} or a file) or --robots.");
            }
        });
        command.SetAction(globals.Run((context, parse, stopping) => RunAsync(context, options, parse, stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context,
        SimRunOptions options,
        ParseResult parse,
        CancellationToken stopping)
    {
        var sources = options.Sources(parse, context.Terminal.Say);
        if (DdsDomain.WhyUnavailable is { } problem)
        {
            throw new CliException(ExitCode.Failure, problem);
        }

        var robots = new List<SimulationPublisher>();
        try
        {
            using var domain = DdsDomain.Open(options.Domain(parse));
            try
            {
                robots.AddRange(sources.Select(source => new SimulationPublisher(
                    domain, source.Id, source.Model, source.Urdf, options.Simulation(parse, source.Seed))));
                Inject(robots, options.Faults(parse));
                var run = new SimulationRun([.. robots], context.Time);
                Announce(context, robots, domain.Options, options.Rate(parse));
                await RunAsync(context, run, parse.GetValue(options.Control), parse.GetValue(options.Seconds), stopping)
                    .ConfigureAwait(false);
                Report(context, run.Tally);
            }
            finally
            {
                // Writers go before the domain, and the domain before the process.
                robots.ForEach(robot => robot.Dispose());
            }
        }
        catch (DdsException exception)
        {
            throw new CliException(ExitCode.Failure, exception.Message);
        }

        return ExitCode.Ok;
    }

    private static async Task RunAsync(
        CommandContext context,
        SimulationRun run,
        int? controlPort,
        double? seconds,
        CancellationToken stopping)
    {
        var patience = seconds is { } limit ? TimeSpan.FromSeconds(limit) : Timeout.InfiniteTimeSpan;
        using var timeUp = new CancellationTokenSource(patience, context.Time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeUp.Token);
        if (controlPort is not { } port)
        {
            await run.RunAsync(ending.Token).ConfigureAwait(false);
            return;
        }

        var control = await SimulationControl.StartAsync(port, run, context.Time, ending.Cancel).ConfigureAwait(false);
        await using (control.ConfigureAwait(false))
        {
            context.Terminal.Say($"Control connection: ws://127.0.0.1:{port}/");
            await run.RunAsync(ending.Token).ConfigureAwait(false);
        }
    }

    private static void Inject(List<SimulationPublisher> robots, IEnumerable<Fault> faults)
    {
        foreach (var fault in faults)
        {
            foreach (var robot in robots)
            {
                if (robot.Inject(fault) is { } problem)
                {
                    throw new CliException(ExitCode.Usage, $"{robot.Id}: {problem}");
                }
            }
        }
    }

    private static void Announce(
        CommandContext context,
        List<SimulationPublisher> robots,
        DdsDomainOptions domain,
        double rate)
    {
        var who = robots.Count == 1
            ? $"Robot {robots[0].Id}"
            : $"{robots.Count} robots {robots[0].Id} to {robots[^1].Id}";
        var where = domain.IsLoopbackOnly ? "this machine only" : "the network";
        context.Terminal.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{who}: {robots.Sum(robot => robot.Topics)} topics at {rate} Hz on ROS domain {domain.Domain}, {where}."));
    }

    private static void Report(CommandContext context, SimulationTally tally)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(new JsonObject
            {
                ["robots"] = tally.Robots,
                ["steps"] = tally.Steps,
                ["published"] = tally.Published,
                ["busy"] = tally.Busy,
                ["missed"] = tally.Missed,
            }.ToJsonString());
            return;
        }

        context.Terminal.Say(
            $"{tally.Published} samples published, {tally.Busy} dropped; "
            + $"{tally.Missed} of {tally.Steps} steps missed.");
    }
}
