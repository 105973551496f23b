using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands;

/// <summary><c>twin sensors</c>: the newest sample of every sensor of a robot, or every field of one.</summary>
internal static class SensorsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var name = new Argument<string?>("sensor")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "sensor",
            Description = "Name or topic of one sensor: shows every field of its newest sample.",
        };
        var command = new Command("sensors", "Newest sample of every sensor of a robot, or every field of one.")
        {
            id, name,
        };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), parse.GetValue(name), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string id, string? name, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/sensors"), stopping).ConfigureAwait(false);
        if (name is null)
        {
            ShowAll(context, answer);
            return ExitCode.Ok;
        }

        var sensors = answer.Read(ContractsJson.Default.IReadOnlyListSensorDocument);
        var sensor = sensors.FirstOrDefault(known => known.Name == name || known.Topic == name)
            ?? throw new CliException(
                ExitCode.NotFound,
                $"Robot {id} has no sensor {name}; it has {Figures.List([.. sensors.Select(known => known.Name)])}.");
        if (context.IsJson)
        {
            var all = JsonNode.Parse(answer.Body)!.AsArray();
            context.Terminal.WriteJson(all.First(one => (string?)one!["topic"] == sensor.Topic)!.ToJsonString());
            return ExitCode.Ok;
        }

        ShowOne(context, sensor);
        return ExitCode.Ok;
    }

    private static void ShowAll(CommandContext context, NodeAnswer answer)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return;
        }

        var table = new DataTable("SENSOR", "TOPIC", "TYPE", "AGE#", "QUALITY");
        foreach (var sensor in answer.Read(ContractsJson.Default.IReadOnlyListSensorDocument))
        {
            table.Row(
                sensor.Name, sensor.Topic, sensor.Type, Figures.Age(sensor.AgeMs), Tones.OfQuality(sensor.Quality));
        }

        context.Terminal.Write(table);
    }

    private static void ShowOne(CommandContext context, SensorDocument sensor)
    {
        var table = new DataTable("FIELD", "VALUE");
        AddRows(table, "", sensor.Value ?? []);
        context.Terminal.Write(table);
        context.Terminal.Say(sensor.Stamp is { } stamp
            ? $"{sensor.Quality}, {Figures.Age(sensor.AgeMs)} old, stamp {stamp}"
            : $"No sample of {sensor.Topic} has arrived yet.");
    }

    // Long arrays of numbers stay on one line; arrays of objects are one line per field of each element.
    private static void AddRows(DataTable table, string path, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    AddRows(table, path.Length == 0 ? name : $"{path}.{name}", member);
                }

                break;
            case JsonArray elements when elements.Any(element => element is JsonObject):
                for (var i = 0; i < elements.Count; i++)
                {
                    AddRows(table, $"{path}[{i}]", elements[i]);
                }

                break;
            case JsonArray elements:
                table.Row(path, string.Join(' ', elements.Select(Text)));
                break;
            default:
                table.Row(path, Text(value));
                break;
        }
    }

    private static string Text(JsonNode? value) => value?.ToString() ?? Figures.Absent;
}
