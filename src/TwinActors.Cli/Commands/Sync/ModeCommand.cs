using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Sync;

/// <summary><c>twin mode</c>: where the synchronizer's corrections go.</summary>
internal static class ModeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var mode = new Argument<string>("mode")
        {
            Description = "shadow follows the robot; advise also shows what would correct it; mirror takes each sample"
                + " over whole; command is refused: it waits for the gate.",
        };
        mode.AcceptOnlyFromAmong("shadow", "advise", "mirror", "command");
        var command = new Command("mode", "Where the corrections of a robot's synchronizer go.") { id, mode };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), parse.GetRequiredValue(mode), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string id, string mode, CancellationToken stopping)
    {
        var answer = await context.Node.PostAsync(
            NodeClient.RobotRoute(id, "/mode"), new ModeRequest(mode), ContractsJson.Default.ModeRequest, stopping)
            .ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
        }

        context.Terminal.Say($"{id} is in mode {mode}.");
        return ExitCode.Ok;
    }
}
