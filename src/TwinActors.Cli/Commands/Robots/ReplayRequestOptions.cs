using System.CommandLine;
using System.CommandLine.Parsing;
using TwinActors.Cli.Bags;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.State;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>The options of <c>twin robots add</c> that make a robot of a recording.</summary>
internal sealed class ReplayRequestOptions
{
    private readonly Option<string?> _bag = new("--bag")
    {
        HelpName = "path",
        Description = "Replay a bag: a file or folder inside of the node's replay.folder.",
    };

    private readonly Option<string?> _recording = new("--recording")
    {
        HelpName = "robot",
        Description = "Replay the finished recordings of a robot of the node.",
    };

    private readonly Option<string?> _from = Time("--from", "Begin the replay at an instant of the recording.");
    private readonly Option<string?> _to = Time("--to", "End the replay at an instant of the recording.");
    private readonly Option<double?> _speed = new("--speed")
    {
        HelpName = "factor",
        Description = "Speed of the replay, 0.01 to 100 times the recorded one.",
    };

    private readonly Option<bool> _loop = new("--loop") { Description = "Begin the replay anew after its end." };
    private readonly Option<bool> _restamp = new("--restamp")
    {
        Description = "Header stamps become the time of playing; else they stay as recorded.",
    };

    /// <summary>Every option.</summary>
    public IReadOnlyList<Option> All => [_bag, _recording, _from, _to, _speed, _loop, _restamp];

    /// <summary>Adds the rules between the values.</summary>
    public void Constrain(CommandResult result)
    {
        var sources = new Option[] { _bag, _recording }.Count(option => IsGiven(result, option));
        if (sources > 1)
        {
            result.AddError("--bag and --recording both name what to replay: leave one out.");
        }

        if (sources == 0 && All.FirstOrDefault(option => IsGiven(result, option)) is { } extra)
        {
            result.AddError($"{extra.Name} belongs to a replay: give --bag or --recording too.");
        }
    }

    /// <summary>What is to be replayed; null when nothing is.</summary>
    public ReplayRequest? Request(ParseResult parse)
    {
        var (bag, recording) = (parse.GetValue(_bag), parse.GetValue(_recording));
        return bag is null && recording is null
            ? null
            : new ReplayRequest(
                bag, recording, Instant(parse.GetValue(_from)), Instant(parse.GetValue(_to)), parse.GetValue(_speed),
                parse.GetValue(_loop) ? true : null, parse.GetValue(_restamp) ? true : null);
    }

    private static Option<string?> Time(string name, string description)
    {
        var option = new Option<string?>(name) { HelpName = "time", Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && Instant(text) is null)
            {
                result.AddError($"{name} is \"{text}\"; it takes an instant like 2026-03-01T12:00:00.5Z.");
            }
        });
        return option;
    }

    private static DateTimeOffset? Instant(string? text) =>
        BagTime.TryParse(text, out var time) && !time.IsRelative
            ? new Stamp(time.Nanoseconds).ToDateTimeOffset()
            : null;

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
