using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Node;

namespace TwinActors.Cli.Commands.Robots;

/// <summary><c>twin robots remove</c>: stops following a robot; its history stays.</summary>
internal static class RemoveRobotCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("remove", "Stop following a robot. Its history stays, and its id stays taken.")
        {
            id,
        };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken stopping)
    {
        await context.Node.DeleteAsync(NodeClient.RobotRoute(id), stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(new JsonObject { ["id"] = id, ["removed"] = true }.ToJsonString());
        }

        context.Terminal.Say($"{id} is removed: the node no longer follows it. Its history stays.");
        return ExitCode.Ok;
    }
}
