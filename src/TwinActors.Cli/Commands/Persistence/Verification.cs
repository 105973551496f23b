using System.CommandLine;
using System.Text.Json;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Journal;

namespace TwinActors.Cli.Commands.Persistence;

/// <summary><c>twin persistence verify</c> and <c>twin log verify</c>: the node checks its journal.</summary>
internal static class Verification
{
    /// <summary>Builds the command; it ends with <see cref="ExitCode.Attention"/> when something is wrong.</summary>
    public static Command Command(GlobalOptions globals, string name, string description)
    {
        var id = RobotArgument.Create(globals);
        id.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command(name, description) { id };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var robots = parse.GetValue(id) is { } one
                ? [one]
                : await JournalEvents.RobotsAsync(context.Node, stopping).ConfigureAwait(false);
            var found = new List<VerificationDocument>();
            foreach (var robot in robots)
            {
                found.Add(await context.Node.GetAsync(
                    NodeClient.RobotRoute(robot, "/verification"),
                    ContractsJson.Default.VerificationDocument,
                    stopping).ConfigureAwait(false));
            }

            Write(context, found);
            return found.Exists(stream => stream.Problems.Count > 0) ? ExitCode.Attention : ExitCode.Ok;
        }));
        return command;
    }

    private static void Write(CommandContext context, List<VerificationDocument> found)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(
                JsonSerializer.Serialize(found, ContractsJson.Default.IReadOnlyListVerificationDocument));
            return;
        }

        var table = new DataTable("ROBOT", "EVENTS#", "SNAPSHOTS#", "STATE", "PROBLEMS");
        foreach (var stream in found)
        {
            table.Row(
                stream.Robot, Figures.Count(stream.LastSequence), Figures.Count(stream.Snapshots),
                stream.Hash?[..12] ?? Figures.Absent, Tones.OfProblem(string.Join(' ', stream.Problems)));
        }

        context.Terminal.Write(table);
        var wrong = found.Count(stream => stream.Problems.Count > 0);
        context.Terminal.Say(wrong == 0
            ? $"{found.Count} robots, all well."
            : $"{wrong} of {found.Count} robots have problems.");
    }
}
