using System.CommandLine;
using TwinActors.Contracts.Telemetry;

namespace TwinActors.Cli.Commands.Watch;

/// <summary><c>twin watch</c>: the joints of a robot live.</summary>
internal static class WatchCommand
{
    private const int SubscriptionId = 1;

    // Faster than this no eye follows, and a terminal only flickers.
    private const double DefaultHz = 10;

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var joints = new Option<string[]>("--joint", "-j")
        {
            HelpName = "name|index",
            Description = "Joint to show, by name or by index from 0; may be given several times. All when left out.",
            DefaultValueFactory = _ => [],
        };
        var fields = new Option<string>("--fields", "-f")
        {
            HelpName = "pos,vel,eff",
            Description = "What to show of each joint.",
            DefaultValueFactory = _ => "pos,vel,eff",
        };
        var hz = new Option<double>("--hz")
        {
            Description = "Most samples a second.",
            DefaultValueFactory = _ => DefaultHz,
        };
        var count = new Option<long?>("--count", "-n") { Description = "End after that many samples." };
        var lines = new Option<bool>("--jsonl")
        {
            Description = "Write one JSON object per sample; --json does the same here.",
        };
        fields.Validators.Add(result =>
        {
            if (WatchedSignals.TryParse(result.GetValueOrDefault<string>() ?? "", out _) is { } problem)
            {
                result.AddError(problem);
            }
        });
        hz.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 1000))
            {
                result.AddError("--hz takes a rate above 0 and up to 1000 Hz.");
            }
        });
        count.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is <= 0)
            {
                result.AddError("--count takes a number of samples, 1 or more.");
            }
        });
        var command = new Command("watch", "The joints of a robot live, until interrupted.")
        {
            id, joints, fields, hz, count, lines,
        };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            WatchedSignals.TryParse(parse.GetRequiredValue(fields), out var signals);
            var watch = new WatchRun(
                context,
                parse.GetRequiredValue(id),
                new WatchedRobot(parse.GetRequiredValue(joints), signals),
                parse.GetValue(count),
                isJson: context.IsJson || parse.GetValue(lines));
            return await watch.RunAsync(parse.GetValue(hz), stopping).ConfigureAwait(false);
        }));
        return command;
    }

    /// <summary>Makes the request that starts the samples.</summary>
    public static TelemetryRequest Subscribe(string id, WatchedRobot watched, double hz) =>
        new("subscribe", SubscriptionId, id, [.. watched.Signals.Select(signal => signal.Wire)], hz);
}
