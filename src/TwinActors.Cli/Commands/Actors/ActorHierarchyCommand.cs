using System.CommandLine;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;

namespace TwinActors.Cli.Commands.Actors;

/// <summary><c>twin actor hierarchy</c>: one actor per line, with its absolute path.</summary>
internal static class ActorHierarchyCommand
{
    // As far down as pbm goes: /user/robots/arm1/joints.
    private const int DefaultDepth = 4;

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var depth = new Option<int>("--depth", "-d")
        {
            Description = "Levels below the start to show.",
            DefaultValueFactory = _ => DefaultDepth,
        };
        depth.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--depth is negative; the smallest is 0: the start alone.");
            }
        });
        var start = new Option<string>("--start", "-s")
        {
            HelpName = "path",
            Description = "Actor to start at, as /user/robots/arm1.",
        };
        var command = new Command("hierarchy", "One actor per line: path, state, messages waiting, restarts.")
        {
            depth,
            start,
        };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetValue(start), parse.GetValue(depth), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context,
        string? start,
        int depth,
        CancellationToken stopping)
    {
        var route = start is null ? "actors" : $"actors?path={Uri.EscapeDataString(start)}";
        var answer = await context.Node.GetAsync(route, stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var root = answer.Read(ContractsJson.Default.ActorDocument);
        var table = new DataTable(
            "PATH", "TYPE", "STATE", "WAITING#", "HANDLED#", "RESTARTS#", "IDLE#", "LAST FAILURE");
        var hidden = Add(table, root, depth);
        context.Terminal.Write(table);
        if (hidden > 0)
        {
            context.Terminal.Say($"{hidden} actors deeper than {depth} levels are not shown; --depth shows more.");
        }

        return ExitCode.Ok;
    }

    private static int Add(DataTable table, ActorDocument actor, int depth)
    {
        if (depth < 0)
        {
            return 1 + actor.Children.Sum(child => Add(table, child, depth - 1));
        }

        table.Row(
            actor.Path,
            actor.Type,
            actor.State,
            Figures.Count(actor.Depth),
            Figures.Count(actor.Handled),
            Tones.OfMishaps(actor.Restarts),
            Figures.Age(actor.IdleMs),
            Tones.OfProblem(actor.LastFailure));
        return actor.Children.Sum(child => Add(table, child, depth - 1));
    }
}
