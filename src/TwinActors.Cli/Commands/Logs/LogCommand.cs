using System.CommandLine;
using TwinActors.Cli.Commands.Persistence;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;

namespace TwinActors.Cli.Commands.Logs;

/// <summary><c>twin log</c>: the node's log, live (<c>tail</c>) and looked back at (<c>peek</c>).</summary>
internal static class LogCommand
{
    private const int DefaultLines = 50;
    private const int MostLines = 1000;
    private static readonly string[] Levels = ["trace", "debug", "information", "warning", "error", "critical"];

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) => new(
        "log", "Read the node's log, and check or export its event log.")
    {
        Tail(globals),
        Peek(globals),
        Verification.Command(globals, "verify", "Check the event log: gaps, checksums, two replays of each robot."),
        ExportCommand.Create(globals),
    };

    private static Command Tail(GlobalOptions globals)
    {
        var (level, path) = (Level(), Path());
        var command = new Command("tail", "Show lines as they are written, until interrupted.") { level, path };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var route = $"log/stream?{Filter(parse.GetValue(level), parse.GetValue(path))}";
            await foreach (var line in context.Node.FollowAsync(route, stopping).ConfigureAwait(false))
            {
                if (context.IsJson)
                {
                    context.Terminal.WriteJson(line.Text);
                }
                else
                {
                    Write(context, line.Read(ContractsJson.Default.LogLineDocument));
                }
            }

            context.Terminal.Say("The node has ended.");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Peek(GlobalOptions globals)
    {
        var (level, path) = (Level(), Path());
        var lines = new Option<int>("--lines", "-n")
        {
            Description = "Number of lines.",
            DefaultValueFactory = _ => DefaultLines,
        };
        lines.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > MostLines)
            {
                result.AddError($"--lines lies between 1 and {MostLines}: a node remembers no more.");
            }
        });
        var command = new Command("peek", "Show the last lines that the node remembers.") { level, path, lines };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var filter = Filter(parse.GetValue(level), parse.GetValue(path));
            var answer = await context.Node.GetAsync($"log?limit={parse.GetValue(lines)}&{filter}", stopping)
                .ConfigureAwait(false);
            if (context.IsJson)
            {
                context.Terminal.WriteJson(answer.Text);
                return ExitCode.Ok;
            }

            foreach (var line in answer.Read(ContractsJson.Default.IReadOnlyListLogLineDocument))
            {
                Write(context, line);
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    private static Option<string> Level()
    {
        var level = new Option<string>("--level")
        {
            Description = "The least level to show.",
            DefaultValueFactory = _ => "information",
        };
        level.AcceptOnlyFromAmong(Levels);
        return level;
    }

    private static Option<string> Path() => new("--path", "-s")
    {
        HelpName = "path",
        Description = "Only lines about this actor and those below it, as /user/robots/arm1.",
    };

    private static string Filter(string? level, string? path) =>
        path is null ? $"level={level}" : $"level={level}&path={Uri.EscapeDataString(path)}";

    private static void Write(CommandContext context, LogLineDocument line)
    {
        var exception = line.Exception is null ? "" : $"  {line.Exception}";
        var missed = line.Missed == 0 ? "" : $"  ({line.Missed} lines before it missed)";
        context.Terminal.WriteLine(
            $"{line.At}  {line.Level}  {line.Category}  {line.Message}{exception}{missed}");
    }
}
