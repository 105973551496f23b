using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;

namespace TwinActors.Cli.Commands.Recordings;

/// <summary><c>twin recordings</c>: the finished recordings of a robot.</summary>
internal static class RecordingsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("recordings", "Finished recordings of a robot, the oldest first.") { id };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/recordings"), stopping)
            .ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var document = answer.Read(ContractsJson.Default.RecordingsDocument);
        if (document.Files.Count == 0)
        {
            context.Terminal.Say($"There is no finished recording of {id}. 'twin record {id} start' begins one.");
            return ExitCode.Ok;
        }

        var table = new DataTable("NAME", "FROM", "TO", "MESSAGES#", "BYTES#", "NOTE");
        foreach (var file in document.Files)
        {
            table.Row(
                file.Name,
                file.From ?? Figures.Absent,
                file.To ?? Figures.Absent,
                Figures.Count(file.Messages),
                Figures.Count(file.Bytes),
                file.Problem is { } problem ? new Cell(problem, Tone.Bad) : new Cell(""));
        }

        context.Terminal.Write(table);
        return ExitCode.Ok;
    }
}
