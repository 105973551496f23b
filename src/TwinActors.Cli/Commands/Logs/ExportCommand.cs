using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using TwinActors.Cli.Commands.Persistence;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Logs;

/// <summary><c>twin log export</c>: journaled events as CloudEvents 1.0, one JSON document a line.</summary>
internal static class ExportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var entity = new Option<string>("--entity")
        {
            HelpName = "id",
            Description = "Only the events of this robot; else robot by robot those of all, removed ones too.",
        };
        var from = new Option<DateTimeOffset?>("--from")
        {
            HelpName = "time",
            Description = "Not before this instant.",
        };
        var to = new Option<DateTimeOffset?>("--to") { HelpName = "time", Description = "Not after this instant." };
        var command = new Command("export", "Write journaled events as CloudEvents 1.0, a JSON document a line.")
        {
            entity, from, to,
        };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var robots = parse.GetValue(entity) is { } one
                ? [one]
                : await JournalEvents.RobotsAsync(context.Node, stopping).ConfigureAwait(false);
            var (first, last) = (parse.GetValue(from), parse.GetValue(to));
            foreach (var robot in robots)
            {
                var events = JournalEvents.ReadAsync(context.Node, robot, stopping);
                await foreach (var @event in events.ConfigureAwait(false))
                {
                    var at = DateTimeOffset.Parse(@event.At, CultureInfo.InvariantCulture);
                    if (!(at < first) && !(at > last))
                    {
                        context.Terminal.WriteJson(Envelope(robot.ToLowerInvariant(), @event).ToJsonString());
                    }
                }
            }

            return ExitCode.Ok;
        }));
        return command;
    }

    // Source and id together name the event; sequence is the extension of CloudEvents, a text.
    private static JsonObject Envelope(string robot, EventDocument @event)
    {
        var envelope = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = @event.Position,
            ["source"] = $"/robots/{robot}",
            ["type"] = @event.Name,
            ["subject"] = robot,
            ["time"] = @event.At,
            ["datacontenttype"] = "application/json",
            ["sequence"] = @event.Sequence.ToString(CultureInfo.InvariantCulture),
            ["typeversion"] = @event.Version,
            ["epoch"] = @event.Epoch.ToString(CultureInfo.InvariantCulture),
        };
        if (@event.Command is { } command)
        {
            envelope["command"] = command.ToString();
        }

        envelope["data"] = @event.Data?.DeepClone();
        return envelope;
    }
}
