using System.CommandLine;
using System.Globalization;
using TwinActors.Cli.Output;
using TwinActors.Contracts;

namespace TwinActors.Cli.Commands.Actors;

/// <summary><c>twin actor stuck</c>: actors that do not come back from a handler.</summary>
internal static class StuckActorsCommand
{
    // No handler of a healthy node takes a tenth of this.
    private const double DefaultSeconds = 10;

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var seconds = new Option<double>("--seconds")
        {
            Description = "How long a handler may run or await.",
            DefaultValueFactory = _ => DefaultSeconds,
        };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1e6))
            {
                result.AddError("--seconds lies between 0 and 1,000,000.");
            }
        });
        var command = new Command("stuck", "Actors that run or await in one handler for too long.") { seconds };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetValue(seconds), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, double seconds, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(
            string.Create(CultureInfo.InvariantCulture, $"actors/stuck?seconds={seconds}"), stopping)
            .ConfigureAwait(false);
        var stuck = answer.Read(ContractsJson.Default.IReadOnlyListActorDocument);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
        }
        else if (stuck.Count == 0)
        {
            context.Terminal.Say(string.Create(
                CultureInfo.InvariantCulture, $"No actor is in one handler for longer than {seconds} s."));
        }
        else
        {
            var table = new DataTable("PATH", "TYPE", "STATE", "FOR#", "WAITING#", "LAST FAILURE");
            foreach (var actor in stuck)
            {
                table.Row(
                    actor.Path, actor.Type, actor.State, Figures.Age(actor.IdleMs), Figures.Count(actor.Depth),
                    Tones.OfProblem(actor.LastFailure));
            }

            context.Terminal.Write(table);
        }

        return stuck.Count == 0 ? ExitCode.Ok : ExitCode.Attention;
    }
}
