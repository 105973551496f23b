using System.CommandLine;
using System.Globalization;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;

namespace TwinActors.Cli.Commands;

/// <summary><c>twin signals</c>: the values of a robot's messages that are mapped to joints and components.</summary>
internal static class SignalsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("signals", "Values mapped to joints and components (robot.signals), now.") { id };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/signals"), stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var signals = answer.Read(ContractsJson.Default.IReadOnlyListSignalDocument);
        if (signals.Count == 0)
        {
            context.Terminal.Say(
                $"Nothing is mapped for {id}: name topic and field in the configuration's robot.signals, or in the "
                + "registration's \"signals\".");
            return ExitCode.Ok;
        }

        var table = new DataTable("SIGNAL", "VALUE#", "UNIT", "AGE#", "QUALITY", "TOPIC", "FIELD", "PROBLEM");
        foreach (var signal in signals)
        {
            table.Row(
                signal.Signal,
                signal.Value?.ToString("G9", CultureInfo.InvariantCulture) ?? Figures.Absent,
                signal.Unit ?? "",
                Figures.Age(signal.AgeMs),
                Tones.OfQuality(signal.Quality),
                signal.Topic,
                signal.Field,
                Tones.OfProblem(signal.Problem));
        }

        context.Terminal.Write(table);
        return ExitCode.Ok;
    }
}
