using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Output;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;
using TwinActors.Recording.Rosbag2;

namespace TwinActors.Cli.Bags;

/// <summary><c>twin bag filter</c> and <c>convert</c>: a recording, or a part of it, as a new MCAP file.</summary>
internal static class BagCopyCommand
{
    private const string McapExtension = ".mcap";

    /// <summary>Builds <c>twin bag filter</c>: message bytes stay as they are.</summary>
    public static Command CreateFilter(GlobalOptions globals)
    {
        var command = new Command("filter", "Copy a part of a recording; message bytes stay as they are.");
        var selection = new BagSelectionOptions();
        selection.AddTo(command);
        return Create(command, globals, selection.Selection);
    }

    /// <summary>Builds <c>twin bag convert</c>: also a file that was cut off becomes whole.</summary>
    public static Command CreateConvert(GlobalOptions globals)
    {
        var command = new Command(
            "convert", "Write any recording as indexed MCAP, for every tool; one that was cut off becomes whole.");
        var joints = new Option<string>("--joints")
        {
            HelpName = "form",
            Description = "messages: JointState for every tool; columns: joint blocks, the smallest, for TwinActors; "
                + "recorded: as they are.",
            DefaultValueFactory = _ => "messages",
        };
        joints.AcceptOnlyFromAmong("messages", "columns", "recorded");
        command.Add(joints);
        return Create(command, globals, (parse, _) => new BagSelection(Joints: parse.GetValue(joints) switch
        {
            "columns" => JointForm.Columns,
            "recorded" => JointForm.AsRecorded,
            _ => JointForm.Messages,
        }));
    }

    private static Command Create(
        Command command, GlobalOptions globals, Func<ParseResult, BagReader, BagSelection> selectionOf)
    {
        var file = BagCommand.FileArgument();
        var output = new Option<string>("--output", "-o")
        {
            Required = true,
            HelpName = "path",
            Description = "The new file when it ends with .mcap; else a new bag folder for ros2 bag.",
        };
        command.Add(file);
        command.Add(output);
        command.SetAction(globals.Run((context, parse, stopping) =>
        {
            using var bag = BagCommand.Open(parse.GetRequiredValue(file), context, byIndex: true);
            var selection = selectionOf(parse, bag);
            return Task.FromResult(Run(context, bag, selection, parse.GetRequiredValue(output), stopping));
        }));
        return command;
    }

    private static int Run(
        CommandContext context, BagReader bag, BagSelection selection, string output, CancellationToken stopping)
    {
        if (Path.Exists(output))
        {
            throw new CliException(
                ExitCode.Failure, $"{output} is there already.", "Choose another name for --output.");
        }

        var isFolder = Path.GetExtension(output) != McapExtension;
        var path = isFolder
            ? Path.Combine(output, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(output))}_0{McapExtension}")
            : output;
        if (isFolder)
        {
            Directory.CreateDirectory(output);
        }

        using var writer = McapWriter.Create(path);
        var copy = new BagCopy(bag, writer);
        try
        {
            copy.Run(selection, stopping);
            writer.Complete();
        }
        catch
        {
            writer.Discard();
            if (isFolder)
            {
                Directory.Delete(output);
            }

            throw;
        }

        if (isFolder)
        {
            using var written = BagReader.Open(path);
            BagFolderWriter.Write(output, Path.GetFileName(path), written);
        }

        Write(context, bag, copy, output, new FileInfo(path).Length);
        return ExitCode.Ok;
    }

    private static void Write(CommandContext context, BagReader bag, BagCopy copy, string output, long length)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(new JsonObject
            {
                ["path"] = bag.Path,
                ["output"] = output,
                ["fileBytes"] = length,
                ["messages"] = copy.Topics.Sum(topic => topic.MessageCount),
                ["bytes"] = copy.Topics.Sum(topic => topic.Bytes),
                ["problems"] = new JsonArray([.. bag.Problems.Select(problem => (JsonNode)problem)]),
                ["topics"] = new JsonArray([.. copy.Topics.Select(topic => (JsonNode)new JsonObject
                {
                    ["name"] = topic.Topic.Name,
                    ["type"] = topic.Topic.Type,
                    ["messages"] = topic.MessageCount,
                    ["bytes"] = topic.Bytes,
                })]),
            }.ToJsonString(BagJson.Indented));
            return;
        }

        var table = new DataTable("TOPIC", "TYPE", "MESSAGES#", "BYTES#");
        foreach (var topic in copy.Topics)
        {
            table.Row(
                topic.Topic.Name, topic.Topic.Type, Figures.Count(topic.MessageCount), Figures.Count(topic.Bytes));
        }

        context.Terminal.Write(table);
        context.Terminal.Say($"{Figures.Count(copy.Topics.Sum(topic => topic.MessageCount))} messages in {output}, "
            + $"{Figures.Count(length)} bytes.");
    }
}
