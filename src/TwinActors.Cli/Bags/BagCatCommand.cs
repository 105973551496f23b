using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Playback;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Cli.Bags;

/// <summary><c>twin bag cat</c>: the messages of a recording, one a line.</summary>
internal static class BagCatCommand
{
    // A picture or a cloud as text is of use to nobody; its size is.
    private const int LongestDecoded = 64 * 1024;

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var file = BagCommand.FileArgument();
        var selection = new BagSelectionOptions();
        var limit = new Option<long?>("--limit") { HelpName = "number", Description = "Stop after so many messages." };
        limit.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValueOrDefault<long?>() is < 1)
            {
                result.AddError("--limit takes 1 or more.");
            }
        });
        var command = new Command("cat", "Print messages in order of log time, one a line.") { file, limit };
        selection.AddTo(command);
        command.SetAction(globals.Run((context, parse, stopping) =>
        {
            using var bag = BagCommand.Open(parse.GetRequiredValue(file), context, byIndex: true);
            return Task.FromResult(Run(
                context, bag, selection.Selection(parse, bag), parse.GetValue(limit) ?? long.MaxValue, stopping));
        }));
        return command;
    }

    private static int Run(
        CommandContext context, BagReader bag, BagSelection selection, long limit, CancellationToken stopping)
    {
        var schemas = new Dictionary<BagTopic, (RosSchema? Schema, string? Problem)>();
        foreach (var message in JointRows.Read(bag, selection.Wanted, selection.Window))
        {
            if (limit-- == 0)
            {
                break;
            }

            stopping.ThrowIfCancellationRequested();
            if (!schemas.TryGetValue(message.Topic, out var known))
            {
                known = (BagSchemas.Find(bag, message.Topic, out var problem), problem);
                schemas.Add(message.Topic, known);
            }

            var value = Decode(message, known.Schema, known.Problem, out var why);
            context.Terminal.WriteLine(context.IsJson
                ? Document(message, value, why).ToJsonString(BagJson.OneLine)
                : $"{BagJson.Stamp(message.LogTimeNs)} {message.Topic.Name} "
                    + (value?.ToJsonString(BagJson.OneLine) ?? $"{message.Data.Length} bytes: {why}"));
        }

        return ExitCode.Ok;
    }

    private static JsonObject? Decode(BagMessage message, RosSchema? schema, string? problem, out string? why)
    {
        why = problem;
        if (schema is null)
        {
            return null;
        }

        if (message.Data.Length > LongestDecoded)
        {
            why = $"longer than {LongestDecoded} bytes, which is not printed";
            return null;
        }

        var isDecoded = RosJson.TryDecode(schema, message.Data.Span, out var value);
        why = isDecoded ? null : $"it does not fit {schema.Name}";
        return value;
    }

    private static JsonObject Document(BagMessage message, JsonObject? value, string? problem) => new()
    {
        ["topic"] = message.Topic.Name,
        ["type"] = message.Topic.Type,
        ["logTime"] = BagJson.Stamp(message.LogTimeNs),
        ["publishTime"] = BagJson.Stamp(message.PublishTimeNs),
        ["sequence"] = message.Sequence,
        ["bytes"] = message.Data.Length,
        ["message"] = value,
        ["problem"] = problem,
    };
}
