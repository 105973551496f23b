using System.CommandLine;
using TwinActors.Recording.Bags;

namespace TwinActors.Cli.Bags;

/// <summary>The options that choose a part of a recording: topics and times.</summary>
internal sealed class BagSelectionOptions
{
    private readonly Option<string[]> _topics = new("--topics")
    {
        HelpName = "topic",
        Description = "These topics only.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _from = new("--from")
    {
        HelpName = "time",
        Description = $"Begin here: {BagTime.Form}.",
    };

    private readonly Option<string?> _until = new("--until")
    {
        HelpName = "time",
        Description = "End before this instant, written like --from.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option<string?>[])[_from, _until])
        {
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<string?>() is { } text && !BagTime.TryParse(text, out _))
                {
                    result.AddError($"{option.Name} is \"{text}\"; it takes {BagTime.Form}.");
                }
            });
        }

        command.Add(_topics);
        command.Add(_from);
        command.Add(_until);
    }

    /// <summary>What the options choose of a bag.</summary>
    /// <exception cref="CliException">A topic that the bag does not have, or an end before the beginning.</exception>
    public BagSelection Selection(ParseResult parse, BagReader bag)
    {
        var topics = parse.GetValue(_topics) ?? [];
        if (topics.FirstOrDefault(name => bag.Topics.All(topic => topic.Name != name)) is { } absent)
        {
            throw new CliException(ExitCode.Usage, $"{bag.Path} has no topic {absent}.",
                $"It has {string.Join(", ", bag.Topics.Select(topic => topic.Name))}.");
        }

        var window = new BagWindow(Instant(_from, parse, bag), Instant(_until, parse, bag));
        if (window is { FromNs: { } from, UntilNs: { } until } && from >= until)
        {
            throw new CliException(ExitCode.Usage, $"--from is {BagJson.Stamp(from)}, --until {BagJson.Stamp(until)}.",
                "The end must come after the beginning.");
        }

        return new BagSelection(topics.Length > 0 ? topic => topics.Contains(topic.Name) : null, window);
    }

    private static long? Instant(Option<string?> option, ParseResult parse, BagReader bag) =>
        BagTime.TryParse(parse.GetValue(option), out var time) ? time.In(bag.FirstLogTimeNs ?? 0) : null;
}
