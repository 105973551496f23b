using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Persistence;

/// <summary><c>twin persistence</c>: looks into the journal of the node.</summary>
internal static class PersistenceCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) => new("persistence", "Look into the node's journal.")
    {
        Events(globals),
        Snapshots(globals),
        Replay(globals),
        Verification.Command(globals, "verify", "Check the journal: gaps, checksums, two replays of each robot."),
        Lag(globals),
    };

    private static Command Events(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var from = Sequence("--from", "Number of the first event.");
        var to = Sequence("--to", "Number of the last event.");
        var command = new Command("events", "The events of a robot.") { id, from, to };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var (first, last) = (parse.GetValue(from) ?? 1, parse.GetValue(to) ?? long.MaxValue);
            var events = JournalEvents.ReadAsync(context.Node, parse.GetRequiredValue(id), stopping);
            var found = new List<EventDocument>();
            await foreach (var one in events.ConfigureAwait(false))
            {
                if (one.Sequence > last)
                {
                    break;
                }

                if (one.Sequence >= first)
                {
                    found.Add(one);
                }
            }

            if (context.IsJson)
            {
                context.Terminal.WriteJson(JournalEvents.Json(new EventPage(found, Next: null)));
                return ExitCode.Ok;
            }

            var table = new DataTable("##", "AT", "EVENT", "VERSION#", "EPOCH#", "COMMAND", "DATA");
            foreach (var one in found)
            {
                table.Row(
                    Figures.Count(one.Sequence), one.At, one.Name, Figures.Count(one.Version), Figures.Count(one.Epoch),
                    one.Command?.ToString() ?? Figures.Absent, one.Data?.ToJsonString() ?? Figures.Absent);
            }

            context.Terminal.Write(table);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Snapshots(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("snapshots", "The snapshots of a robot, the newest first.") { id };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var route = NodeClient.RobotRoute(parse.GetRequiredValue(id), "/snapshots");
            var answer = await context.Node.GetAsync(route, stopping).ConfigureAwait(false);
            if (context.IsJson)
            {
                context.Terminal.WriteJson(answer.Text);
                return ExitCode.Ok;
            }

            var table = new DataTable("##", "AT", "STATE", "VERSION#", "CODEC#", "BYTES#", "EPOCH#", "CHECKSUM");
            foreach (var one in answer.Read(ContractsJson.Default.IReadOnlyListSnapshotDocument))
            {
                table.Row(
                    Figures.Count(one.Sequence), one.At, one.Name, Figures.Count(one.Version), Figures.Count(one.Codec),
                    Figures.Count(one.Bytes), Figures.Count(one.Epoch),
                    one.Intact ? new Cell("fits") : new Cell("does not fit", Tone.Bad));
            }

            context.Terminal.Write(table);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Replay(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var to = Sequence("--to", "Number of the last event in the state; else all of them.");
        var command = new Command("replay", "Rebuild the state of a robot as it was after one of its events.")
        {
            id, to,
        };
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var query = parse.GetValue(to) is { } last ? $"?to={last}" : "";
            var route = NodeClient.RobotRoute(parse.GetRequiredValue(id), $"/replay{query}");
            var answer = await context.Node.GetAsync(route, stopping).ConfigureAwait(false);
            if (context.IsJson)
            {
                context.Terminal.WriteJson(answer.Text);
                return ExitCode.Ok;
            }

            var state = answer.Read(ContractsJson.Default.ReplayDocument);
            context.Terminal.WriteLine(state.Data?.ToJsonString() ?? Figures.Absent);
            context.Terminal.Say($"{state.Name} v{state.Version} after event {state.Sequence}, hash {state.Hash}");
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command Lag(GlobalOptions globals)
    {
        var command = new Command("lag", "How far each twin is behind its journal stream.");
        command.SetAction(globals.Run(async (context, _, stopping) =>
        {
            var answer = await context.Node.GetAsync("journal/lag", stopping).ConfigureAwait(false);
            if (context.IsJson)
            {
                context.Terminal.WriteJson(answer.Text);
                return ExitCode.Ok;
            }

            var table = new DataTable("ROBOT", "JOURNALED#", "APPLIED#", "LAG#");
            foreach (var one in answer.Read(ContractsJson.Default.IReadOnlyListStreamLagDocument))
            {
                table.Row(
                    one.Robot, Figures.Count(one.Journaled), Figures.Count(one.Applied),
                    one.Lag is > 0 ? new Cell(Figures.Count(one.Lag), Tone.Warning) : Figures.Count(one.Lag));
            }

            context.Terminal.Write(table);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Option<long?> Sequence(string name, string description)
    {
        var option = new Option<long?>(name) { HelpName = "number", Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long?>() is < 1)
            {
                result.AddError($"{name}: the first event is number 1.");
            }
        });
        return option;
    }
}
