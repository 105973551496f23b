using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.WhatIf;

/// <summary><c>twin what-if</c>: what would become of a robot if something were other than it is.</summary>
internal static class WhatIfCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) => new(
        "what-if", "What would become of a robot if something were other than it is; nothing is sent to it.")
    {
        WhatIfRunCommand.Create(globals), List(globals), Show(globals), Delete(globals),
    };

    /// <summary>Writes a branch for people: what it is, and its table of differences.</summary>
    public static void Write(Terminal terminal, BranchDocument branch)
    {
        terminal.Say($"Branch {branch.Id} from {branch.ForkedAt}, {branch.Seconds} s: {branch.State}."
            + (branch.Problem is { } problem ? $" {problem}" : ""));
        if (branch.Joints is not { } joints)
        {
            return;
        }

        var table = new DataTable(
            "JOINT", "POSITION#", "RMS#", "BEYOND AT#", "VELOCITY#", "EFFORT#", "BEYOND AT#", "TEMPERATURE#");
        foreach (var joint in joints)
        {
            table.Row(
                joint.Name,
                Apart(joint.Position),
                Figures.Quantity(joint.Position.Rms),
                Seconds(joint.Position.BeyondAt),
                Apart(joint.Velocity),
                Apart(joint.Effort),
                Seconds(joint.Effort.BeyondAt),
                Apart(joint.Temperature));
        }

        terminal.Write(table);
    }

    private static Command List(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("list", "Branches of a robot, the newest first.") { id };
        command.SetAction(globals.Run((context, parse, stopping) =>
            ListAsync(context, parse.GetRequiredValue(id), stopping)));
        return command;
    }

    private static async Task<int> ListAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/what-if"), stopping)
            .ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var branches = answer.Read(ContractsJson.Default.IReadOnlyListBranchDocument);
        if (branches.Count == 0)
        {
            context.Terminal.Say($"{id} has no branch. 'twin what-if run {id} --help' says what can be asked.");
            return ExitCode.Ok;
        }

        var table = new DataTable("BRANCH", "STATE", "SECONDS#", "FARTHEST JOINT", "BY#", "NAME");
        foreach (var branch in branches)
        {
            var farthest = branch.Joints?.MaxBy(joint => Math.Abs(joint.Position.Largest));
            table.Row(
                branch.Id,
                branch.State == "failed" ? new Cell(branch.State, Tone.Bad) : branch.State,
                Seconds(branch.Seconds),
                farthest?.Name ?? Figures.Absent,
                Figures.Quantity(farthest?.Position.Largest),
                branch.Name ?? "");
        }

        context.Terminal.Write(table);
        return ExitCode.Ok;
    }

    private static Command Show(GlobalOptions globals)
    {
        var (id, branch) = (RobotArgument.Create(globals), BranchArgument());
        var command = new Command("show", "How far a branch is from the robot as it is.") { id, branch };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var answer = await context.Node.GetAsync(
                RouteOf(parse.GetRequiredValue(id), parse.GetRequiredValue(branch)), stopping).ConfigureAwait(false);
            if (context.IsJson)
            {
                context.Terminal.WriteJson(answer.Text);
                return ExitCode.Ok;
            }

            Write(context.Terminal, answer.Read(ContractsJson.Default.BranchDocument));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Delete(GlobalOptions globals)
    {
        var (id, branch) = (RobotArgument.Create(globals), BranchArgument());
        var command = new Command("delete", "Delete a branch.") { id, branch };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            await context.Node.DeleteAsync(
                RouteOf(parse.GetRequiredValue(id), parse.GetRequiredValue(branch)), stopping).ConfigureAwait(false);
            context.Terminal.Say($"Branch {parse.GetRequiredValue(branch)} is deleted.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static string RouteOf(string id, string branch) =>
        NodeClient.RobotRoute(id, $"/what-if/{Uri.EscapeDataString(branch)}");

    private static Argument<string> BranchArgument() =>
        new("branch") { Description = "Id of the branch, as 'twin what-if list' shows it." };

    private static string Apart(BranchDifferenceDocument difference) => Figures.Quantity(difference.Largest);

    private static string Seconds(double? seconds) =>
        seconds is { } known ? FormattableString.Invariant($"{known:0.00} s") : Figures.Absent;
}
