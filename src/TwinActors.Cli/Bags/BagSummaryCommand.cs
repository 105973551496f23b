using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Output;
using TwinActors.Recording.Bags;
using TwinActors.Robotics.State;

namespace TwinActors.Cli.Bags;

/// <summary><c>twin bag info</c>: what a recording holds.</summary>
internal static class BagSummaryCommand
{
    private const double NanosecondsPerSecond = 1e9;

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var file = BagCommand.FileArgument();
        var command = new Command("info", "What a recording holds, counted from its messages.") { file };
        command.SetAction(globals.Run((context, parse, _) =>
            Task.FromResult(Run(context, parse.GetRequiredValue(file)))));
        return command;
    }

    private static int Run(CommandContext context, string path)
    {
        using var bag = BagCommand.Open(path, context);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(Document(bag).ToJsonString(BagJson.Indented));
            return ExitCode.Ok;
        }

        var table = new DataTable("TOPIC", "TYPE", "MESSAGES#", "BYTES#", "RATE#", "ENCODING", "DEFINITION", "LATCHED");
        foreach (var topic in bag.Topics)
        {
            table.Row(
                topic.Name,
                topic.Type,
                Figures.Count(topic.MessageCount),
                Figures.Count(topic.Bytes),
                Figures.Rate(RateOf(topic)),
                topic.IsCdr ? topic.Serialization : new Cell(topic.Serialization, Tone.Warning),
                topic.Definition?.Encoding ?? Figures.Absent,
                topic.IsTransientLocal ? "yes" : "");
        }

        context.Terminal.Write(table);
        context.Terminal.Say(bag is { FirstLogTimeNs: { } first, LastLogTimeNs: { } last }
            ? $"{Figures.Count(bag.MessageCount)} messages in {Figures.Count(bag.Files.Count)} files, "
                + $"{new Stamp(first)} to {new Stamp(last)}, {Figures.Age((last - first) / 1e6)}"
            : $"No messages in {Figures.Count(bag.Files.Count)} files.");
        foreach (var attachment in bag.Attachments)
        {
            context.Terminal.Say($"Attached: {attachment.Name}, {Figures.Count(attachment.Size)} bytes.");
        }

        return ExitCode.Ok;
    }

    private static JsonObject Document(BagReader bag) => new()
    {
        ["path"] = bag.Path,
        ["files"] = new JsonArray([.. bag.Files.Select(file => (JsonNode)file)]),
        ["messages"] = bag.MessageCount,
        ["bytes"] = bag.Topics.Sum(topic => topic.Bytes),
        ["start"] = BagJson.Stamp(bag.FirstLogTimeNs),
        ["end"] = BagJson.Stamp(bag.LastLogTimeNs),
        ["durationSeconds"] = (bag.LastLogTimeNs - bag.FirstLogTimeNs) / NanosecondsPerSecond,
        ["attachments"] = new JsonArray([.. bag.Attachments.Select(Document)]),
        ["metadata"] = new JsonArray([.. bag.Metadata.Select(entry => (JsonNode)entry.Name)]),
        ["problems"] = new JsonArray([.. bag.Problems.Select(problem => (JsonNode)problem)]),
        ["topics"] = new JsonArray([.. bag.Topics.Select(Document)]),
    };

    private static JsonNode Document(BagAttachment attachment) => new JsonObject
    {
        ["name"] = attachment.Name,
        ["mediaType"] = attachment.MediaType,
        ["bytes"] = attachment.Size,
        ["logTime"] = BagJson.Stamp(attachment.LogTimeNs),
    };

    private static JsonNode Document(BagTopic topic) => new JsonObject
    {
        ["name"] = topic.Name,
        ["type"] = topic.Type,
        ["encoding"] = topic.Serialization,
        ["messages"] = topic.MessageCount,
        ["bytes"] = topic.Bytes,
        ["first"] = BagJson.Stamp(topic.FirstLogTimeNs),
        ["last"] = BagJson.Stamp(topic.LastLogTimeNs),
        ["rateHz"] = RateOf(topic),
        ["latched"] = topic.IsTransientLocal,
        ["definition"] = topic.Definition?.Encoding,
        ["typeHash"] = topic.TypeHash,
        ["offeredQos"] = topic.OfferedQos,
    };

    /// <summary>Mean rate between first and last message [Hz]; null for fewer than two instants.</summary>
    private static double? RateOf(BagTopic topic)
    {
        var spanNs = topic.LastLogTimeNs - topic.FirstLogTimeNs;
        return spanNs > 0 ? (topic.MessageCount - 1) * NanosecondsPerSecond / spanNs : null;
    }
}
