using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Output;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Playback;
using TwinActors.Ros2.Dds;

namespace TwinActors.Cli.Bags;

/// <summary><c>twin bag play</c>: publishes a recording on DDS, as the robot that was recorded did.</summary>
internal static class BagPlayCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var file = BagCommand.FileArgument();
        var options = new BagPlayOptions(globals.Variable);
        var command = new Command("play", "Publish a recording on DDS under the name of a robot.") { file };
        options.AddTo(command);
        command.SetAction(globals.Run((context, parse, stopping) => RunAsync(
            context, parse.GetRequiredValue(file), options.Playback(parse), options.Domain(parse), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context,
        string path,
        PlaybackOptions options,
        DdsDomainOptions domainOptions,
        CancellationToken stopping)
    {
        using var bag = BagCommand.Open(path, context);
        var plan = Plan(bag, options);
        using var domain = Join(domainOptions);
        var player = new BagPlayer(domain, context.Time);

        // The player waits in DDS calls; that must not be the thread that takes in the interruption.
        var report = await Task.Run(
            () => player.PlayAsync(bag, plan, options, context.Terminal.Say, stopping), CancellationToken.None)
            .ConfigureAwait(false);

        Write(context, bag, options, report);
        return ExitCodeOf(report, bag);
    }

    private static ImmutableArray<PlannedTopic> Plan(BagReader bag, PlaybackOptions options)
    {
        try
        {
            return PlaybackPlan.Create(bag, options);
        }
        catch (ArgumentException wrong)
        {
            throw new CliException(ExitCode.Usage, wrong.Message);
        }
    }

    private static DdsDomain Join(DdsDomainOptions options)
    {
        try
        {
            return DdsDomain.Open(options);
        }
        catch (Exception absent) when (absent is DdsUnavailableException or DdsException)
        {
            throw new CliException(ExitCode.Failure, absent.Message);
        }
    }

    private static int ExitCodeOf(PlaybackReport report, BagReader bag) => report.Outcome switch
    {
        PlaybackOutcome.Interrupted => ExitCode.Interrupted,
        PlaybackOutcome.Stalled => ExitCode.NotAcknowledged,
        _ when bag.MessageCount > 0 && report.Topics.All(topic => topic.Published == 0) => ExitCode.Failure,
        _ => ExitCode.Ok,
    };

    private static void Write(CommandContext context, BagReader bag, PlaybackOptions options, PlaybackReport report)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(Document(bag, options, report).ToJsonString(BagJson.Indented));
            return;
        }

        var table = new DataTable("TOPIC", "PUBLISHED ON", "MESSAGES#", "BYTES#", "SKIPPED#", "READERS#", "WHY");
        foreach (var topic in report.Topics)
        {
            table.Row(
                topic.Plan.Source.Name,
                topic.Plan.Target ?? Figures.Absent,
                Figures.Count(topic.Published),
                Figures.Count(topic.Bytes),
                Tones.OfMishaps(topic.Skipped),
                Figures.Count(topic.Readers),
                topic.Reason ?? "");
        }

        context.Terminal.Write(table);
        context.Terminal.Say($"{Figures.Count(report.Topics.Sum(topic => topic.Published))} messages in "
            + $"{Figures.Age(report.Elapsed.TotalMilliseconds)}, {Words(report.Outcome)}.");
    }

    private static JsonObject Document(BagReader bag, PlaybackOptions options, PlaybackReport report) => new()
    {
        ["path"] = bag.Path,
        ["robot"] = options.Robot.Value,
        ["outcome"] = Words(report.Outcome),
        ["elapsedSeconds"] = report.Elapsed.TotalSeconds,
        ["published"] = report.Topics.Sum(topic => topic.Published),
        ["skipped"] = report.Topics.Sum(topic => topic.Skipped),
        ["topics"] = new JsonArray([.. report.Topics.Select(Document)]),
    };

    private static JsonNode Document(PlayedTopic topic) => new JsonObject
    {
        ["topic"] = topic.Plan.Source.Name,
        ["target"] = topic.Plan.Target,
        ["type"] = topic.Plan.Source.Type,
        ["published"] = topic.Published,
        ["bytes"] = topic.Bytes,
        ["skipped"] = topic.Skipped,
        ["reason"] = topic.Reason,
        ["readers"] = topic.Readers,
    };

    private static string Words(PlaybackOutcome outcome) => outcome switch
    {
        PlaybackOutcome.Acknowledged => "acknowledged",
        PlaybackOutcome.Stalled => "not acknowledged",
        _ => "interrupted",
    };
}
