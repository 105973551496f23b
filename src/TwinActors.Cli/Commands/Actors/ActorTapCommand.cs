using System.CommandLine;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;

namespace TwinActors.Cli.Commands.Actors;

/// <summary><c>twin actor tap</c>: the messages that one actor handles, live.</summary>
internal static class ActorTapCommand
{
    private const int DefaultRate = 100;
    private const int HighestRate = 1000;

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var path = new Argument<string>("path") { Description = "The actor, as /user/robots/arm1." };
        var rate = new Option<int>("--rate")
        {
            Description = "Messages to show a second at the most; the others are counted.",
            DefaultValueFactory = _ => DefaultRate,
        };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > HighestRate)
            {
                result.AddError($"--rate lies between 1 and {HighestRate}.");
            }
        });
        var command = new Command("tap", "Show the messages that one actor handles, until interrupted.") { path, rate };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(path), parse.GetValue(rate), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string path, int rate, CancellationToken stopping)
    {
        var route = $"actors/tap?path={Uri.EscapeDataString(path)}&rate={rate}";
        await foreach (var line in context.Node.FollowAsync(route, stopping).ConfigureAwait(false))
        {
            if (context.IsJson)
            {
                context.Terminal.WriteJson(line.Text);
                continue;
            }

            var message = line.Read(ContractsJson.Default.TappedMessageDocument);
            context.Terminal.WriteLine($"{message.At}  {message.Type}  {message.Text}{Left(message)}");
        }

        context.Terminal.Say($"{path} has ended, or its node has.");
        return ExitCode.Ok;
    }

    private static string Left(TappedMessageDocument message) =>
        message.Suppressed == 0 ? "" : $"  ({message.Suppressed} before it not shown)";
}
