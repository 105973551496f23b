using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using TwinActors.Recording.Playback;
using TwinActors.Robotics;
using TwinActors.Ros2.Dds;

namespace TwinActors.Cli.Bags;

/// <summary>The options of <c>twin bag play</c>, checked while the command line is read.</summary>
internal sealed class BagPlayOptions
{
    // Above it, Linux hands the domain's ports out to other programs.
    private const uint LargestDomain = 101;

    private readonly Option<string> _robot = new("--as")
    {
        Required = true,
        HelpName = "id",
        Description = "The robot that the bag plays; its topics begin with /ID.",
    };

    private readonly Option<string> _rate = new("--rate")
    {
        HelpName = "factor|max",
        Description = "Speed as a multiple of the recorded one, or max: as fast as readers acknowledge.",
        DefaultValueFactory = _ => "1",
    };

    private readonly Option<string[]> _map = new("--map")
    {
        HelpName = "from:to",
        Description = "Publish a recorded topic elsewhere; without a slash in front, under /ID. May be repeated.",
    };

    private readonly Option<string[]> _topics = new("--topics")
    {
        HelpName = "topic",
        Description = "Play these recorded topics only.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _restamp = new("--restamp")
    {
        Description = "Give headers the time of publishing in place of the recorded one.",
    };

    private readonly Option<uint> _domain;

    private readonly Option<bool> _loopback = new("--loopback")
    {
        HelpName = "true|false",
        Description = "Stay on this machine.",
        DefaultValueFactory = _ => true,
    };

    private readonly Option<double> _wait = new("--wait-for-readers")
    {
        HelpName = "seconds",
        Description = "How long to wait for a reader before playing all the same.",
        DefaultValueFactory = _ => 5,
    };

    /// <param name="variable">Looks an environment variable up.</param>
    public BagPlayOptions(Func<string, string?> variable)
    {
        _domain = new Option<uint>("--domain")
        {
            HelpName = "number",
            Description = "DDS domain; else that of the environment variable ROS_DOMAIN_ID.",
            DefaultValueFactory = _ =>
                uint.TryParse(variable("ROS_DOMAIN_ID"), CultureInfo.InvariantCulture, out var domain) ? domain : 0,
        };
        Check(_robot, text => RobotId.TryParse(text, out _, out var problem) ? null : problem);
        Check(_rate, text => TryReadRate(text, out _)
            ? null
            : $"--rate is \"{text}\"; it takes a number above 0, or max.");
        Check(_domain, domain => domain <= LargestDomain
            ? null
            : $"--domain is {domain}; it takes 0 to {LargestDomain}.");
        Check(_wait, seconds => seconds is >= 0 and <= 86_400 ? null : "--wait-for-readers takes 0 to 86400 seconds.");
        Check(_map, pairs => pairs?.FirstOrDefault(pair => !IsPair(pair)) is { } odd
            ? $"--map is \"{odd}\"; it takes a pair like /imu:imu/data."
            : null);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_robot, _rate, _map, _topics, _restamp, _domain, _loopback, _wait])
        {
            command.Add(option);
        }
    }

    /// <summary>How the bag is published.</summary>
    public PlaybackOptions Playback(ParseResult parse) => new()
    {
        Robot = RobotId.Parse(parse.GetRequiredValue(_robot)),
        Rate = TryReadRate(parse.GetRequiredValue(_rate), out var rate) ? rate : null,
        IsRestamped = parse.GetValue(_restamp),
        Map = (parse.GetValue(_map) ?? []).Select(pair => pair.Split(':'))
            .DistinctBy(pair => pair[0])
            .ToImmutableDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal),
        Topics = [.. parse.GetValue(_topics) ?? []],
        WaitForReaders = TimeSpan.FromSeconds(parse.GetValue(_wait)),
    };

    /// <summary>The domain that it is published on.</summary>
    public DdsDomainOptions Domain(ParseResult parse) =>
        new() { Domain = parse.GetValue(_domain), IsLoopbackOnly = parse.GetValue(_loopback) };

    private static bool IsPair(string pair) => pair.Split(':') is [{ Length: > 0 }, { Length: > 0 }];

    private static bool TryReadRate(string? text, out double? rate)
    {
        rate = null;
        if (text == "max")
        {
            return true;
        }

        var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
        rate = number;
        return isNumber && double.IsFinite(number) && number > 0;
    }

    private static void Check<T>(Option<T> option, Func<T?, string?> problemOf) => option.Validators.Add(result =>
    {
        // What does not even have the type is reported by the parser itself.
        if (!result.Errors.Any() && problemOf(result.GetValueOrDefault<T>()) is { } problem)
        {
            result.AddError(problem);
        }
    });
}
