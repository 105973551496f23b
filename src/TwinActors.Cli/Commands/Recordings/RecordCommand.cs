using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Recordings;

namespace TwinActors.Cli.Commands.Recordings;

/// <summary><c>twin record</c>: begins and ends the recording of a robot, and says how it goes.</summary>
internal static class RecordCommand
{
    private const string Status = "status";

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var action = new Argument<string>("action")
        {
            Description = "start: record every message from now on. stop: no more. status: how it goes.",
        };
        action.AcceptOnlyFromAmong("start", "stop", Status);
        var command = new Command("record", "Record a robot into MCAP files in the node's data folder.") { id, action };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), parse.GetRequiredValue(action), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string id, string action, CancellationToken stopping)
    {
        var answer = action == Status
            ? await context.Node.GetAsync(NodeClient.RobotRoute(id, "/recordings"), stopping).ConfigureAwait(false)
            : await context.Node.PostAsync(NodeClient.RobotRoute(id, $"/recordings/{action}"), stopping)
                .ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
        }
        else
        {
            context.Terminal.Say(Words(id, answer.Read(ContractsJson.Default.RecordingsDocument)));
        }

        return ExitCode.Ok;
    }

    private static string Words(string id, RecordingsDocument document)
    {
        var words = document.Recording ? $"{id} is being recorded" : $"{id} is not being recorded";
        words += document.Since is { } since ? $", since {since}." : ".";
        if (document.File is { } file)
        {
            words += $" {file} has {Figures.Count(document.Messages)} messages, {Figures.Count(document.Bytes)} bytes.";
        }

        words += document.Lost > 0 ? $" {Figures.Count(document.Lost)} messages were lost." : "";
        return document.Problem is { } problem ? $"{words} Nothing can be written: {problem}" : words;
    }
}
