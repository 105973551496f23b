using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Sync;

/// <summary><c>twin sync</c>: how far the virtual robots are from the physical ones.</summary>
internal static class SyncCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.CreateOptional(globals);
        var command = new Command(
            "sync", "How far the virtual robot is from the physical one; without an id, one line for each robot.")
        {
            id,
        };
        command.SetAction(globals.Run((context, parse, stopping) => parse.GetValue(id) is { } robot
            ? ShowAsync(context, robot, stopping)
            : ListAsync(context, stopping)));
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync("robots", stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var table = new DataTable("ID", "MODE", "SYNC", "REASON", "AGE#");
        foreach (var robot in answer.Read(ContractsJson.Default.IReadOnlyListRobotSummary))
        {
            table.Row(
                robot.Id, robot.Mode, Tones.OfSync(robot.Sync), robot.SyncReason ?? Figures.Absent,
                Figures.Age(robot.AgeMs));
        }

        context.Terminal.Write(table);
        return ExitCode.Ok;
    }

    private static async Task<int> ShowAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/sync"), stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var sync = answer.Read(ContractsJson.Default.SyncDocument);
        context.Terminal.Write(Facts(id, sync));
        if (sync.Joints.Count > 0)
        {
            context.Terminal.Output.WriteLine();
            context.Terminal.Write(Joints(sync));
        }

        return ExitCode.Ok;
    }

    private static DataTable Facts(string id, SyncDocument sync)
    {
        var table = new DataTable("SYNC", PrintableText.Of(id))
            .Row("status", Tones.OfSync(sync.Status) is var word && sync.Reason is { } reason
                ? word with { Text = $"{word.Text}: {reason}" }
                : word)
            .Row("failure", Tones.OfProblem(sync.Failure))
            .Row("mode", sync.Mode)
            .Row("position error", Figures.Quantity(sync.PositionError))
            .Row("velocity error", Figures.Quantity(sync.VelocityError))
            .Row("of the range", Figures.Quantity(sync.NormalizedError))
            .Row("legacy rms", Figures.Quantity(sync.LegacyRms))
            .Row("latency", Milliseconds(sync.LatencyMs))
            .Row("clock offset", Figures.Age(sync.ClockOffsetMs))
            .Row("extrapolated by", Milliseconds(sync.HorizonMs));
        return sync.Pace is { } pace
            ? table
                .Row("rate", $"{Figures.Rate(pace.AchievedHz)} of {Figures.Rate(pace.AskedHz)}")
                .Row("jitter p50, p99", $"{Milliseconds(pace.JitterMs.P50)}, {Milliseconds(pace.JitterMs.P99)}")
                .Row("ticks", Figures.Count(pace.Ticks))
                .Row("late, missed", $"{Figures.Count(pace.Late)}, {Figures.Count(pace.Missed)}")
            : table;
    }

    private static DataTable Joints(SyncDocument sync)
    {
        var table = new DataTable("JOINT", "VIRTUAL#", "MEASURED#", "RESIDUAL#", "OF RANGE#", "ADVICE#");
        foreach (var joint in sync.Joints)
        {
            table.Row(
                joint.Name,
                Figures.Quantity(joint.Position),
                Figures.Quantity(joint.Compensated),
                Figures.Quantity(joint.Residual),
                Figures.Quantity(joint.Normalized),
                Figures.Quantity(joint.Advice));
        }

        return table;
    }

    private static string Milliseconds(double? value) =>
        value is { } known ? FormattableString.Invariant($"{known:0.00} ms") : Figures.Absent;
}
