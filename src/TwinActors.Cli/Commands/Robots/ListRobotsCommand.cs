using System.CommandLine;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary><c>twin robots list</c>: one line per robot, those that need attention first.</summary>
internal static class ListRobotsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var command = new Command("list", "One line per robot, those that need attention first.");
        command.SetAction(globals.Run((context, _, stopping) => RunAsync(context, stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync("robots", stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var robots = answer.Read(ContractsJson.Default.IReadOnlyListRobotSummary);
        if (robots.Count == 0)
        {
            context.Terminal.Say(
                "No robot is registered. 'twin robots add' registers one, 'twin robots discover' looks for some.");
            return ExitCode.Ok;
        }

        context.Terminal.Write(Table(robots));
        return ExitCode.Ok;
    }

    /// <summary>The fleet list as a table.</summary>
    public static DataTable Table(IReadOnlyList<RobotSummary> robots)
    {
        var table = new DataTable("ID", "MODEL", "LINK", "MODE", "RATE#", "AGE#", "HEALTH#", "SYNC", "ALERTS#", "TAGS");
        foreach (var robot in robots)
        {
            table.Row(
                robot.Id,
                robot.Model ?? Figures.Absent,
                robot.IsReplay == true
                    ? Tones.OfLink(robot.Link) with { Text = $"replay, {robot.Link}" }
                    : Tones.OfLink(robot.Link),
                robot.Mode,
                Figures.Rate(robot.RateHz),
                Figures.Age(robot.AgeMs),
                robot.Health is { } health ? FormattableString.Invariant($"{health:0} %") : Figures.Absent,
                robot.Sync ?? Figures.Absent,
                robot.Alerts is { } alerts ? Tones.OfMishaps(alerts) : Figures.Absent,
                Figures.List(robot.Tags));
        }

        return table;
    }
}
