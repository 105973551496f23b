using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using TwinActors.Ros2.Dds;
using TwinActors.Simulation;
using TwinActors.Simulation.Faults;

namespace TwinActors.Cli.Simulation;

/// <summary>The options of <c>twin sim run</c> and what they mean.</summary>
internal sealed class SimRunOptions
{
    private const int MostRobots = 5000;

    // Cyclone computes ports from the domain number; beyond 232 they leave the range of ports.
    private const int HighestDomain = 232;

    private readonly Option<string?> _id;
    private readonly Option<double> _rate;
    private readonly Option<long> _seed;
    private readonly Option<int> _domain;
    private readonly Option<bool> _loopback;
    private readonly Option<string> _prefix;
    private readonly Option<int> _joints;
    private readonly Option<bool?> _dynamics;
    private readonly Option<string[]> _faults;

    /// <param name="globals">Looks ROS_DOMAIN_ID up.</param>
    public SimRunOptions(GlobalOptions globals)
    {
        Model = new Option<string?>("--model", "-m")
        {
            HelpName = "name|file",
            Description = $"Robot to simulate: {string.Join(", ", SampleRobots.Names)}, or a URDF file.",
        };
        _id = new Option<string?>("--id")
        {
            HelpName = "id",
            Description = "The robot's name, which its topics begin with; a sample has its own when left out.",
        };
        _rate = new Option<double>("--rate")
        {
            HelpName = "Hz",
            Description = "Joint states and imu samples a second, 1 to 1000.",
            DefaultValueFactory = _ => 100,
        };
        _seed = new Option<long>("--seed")
        {
            Description = "Seed of noise and of the place in the motion's cycle: the same seed, the same samples.",
        };
        _domain = new Option<int>("--domain")
        {
            Description = "ROS domain; else that of the environment variable ROS_DOMAIN_ID, else 0.",
            DefaultValueFactory = _ => DomainOf(globals.Variable("ROS_DOMAIN_ID")),
        };
        _loopback = new Option<bool>("--loopback")
        {
            Description = "Stay on this machine; '--loopback false' publishes to the network.",
            DefaultValueFactory = _ => true,
        };
        Robots = new Option<int?>("--robots")
        {
            HelpName = "count",
            Description = $"Simulate that many synthetic robots for load tests instead, 1 to {MostRobots}.",
        };
        _prefix = new Option<string>("--prefix")
        {
            Description = "With --robots: what their names begin with; a number from 1 follows.",
            DefaultValueFactory = _ => "r",
        };
        _joints = new Option<int>("--joints")
        {
            Description = $"With --robots: joints of each, 1 to {SyntheticRobots.MaximumJoints}.",
            DefaultValueFactory = _ => 28,
        };
        _dynamics = new Option<bool?>("--dynamics")
        {
            Description = "Move the robot by forces, with drives that get warm and wear; default: a --model yes, "
                + "--robots no, whose motion alone is computed.",
        };
        _faults = new Option<string[]>("--fault")
        {
            HelpName = FaultText.Form,
            Description = "Let something go wrong, like elbow:bearing-wear:0.8:2h; may be given again. Kinds: "
                + $"{string.Join(", ", FaultNames.All.Select(known => known.Name))}.",
        };
        _faults.Validators.Add(result =>
        {
            foreach (var text in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!FaultText.TryParse(text, out _, out var problem))
                {
                    result.AddError($"--fault: {problem}");
                }
            }
        });
        Control = new Option<int?>("--control")
        {
            HelpName = "port",
            Description = "Take commands (status, pause, step, resume, speed, fault, stop) on this port of 127.0.0.1, "
                + "as WebSocket.",
        };
        Seconds = new Option<double?>("--seconds") { Description = "End after that many seconds." };
        RequireRange(_rate, 1, 1000);
        RequireRange(_domain, 0, HighestDomain);
        RequireRange(_joints, 1, SyntheticRobots.MaximumJoints);
        Robots.Validators.Add(result => RequireRange(result, result.GetValueOrDefault<int?>(), 1, MostRobots));
        Control.Validators.Add(result => RequireRange(result, result.GetValueOrDefault<int?>(), 1, 65535));
        Seconds.Validators.Add(result => RequireRange(result, result.GetValueOrDefault<double?>(), 0.1, 1e7));
    }

    /// <summary><c>--model</c>.</summary>
    public Option<string?> Model { get; }

    /// <summary><c>--robots</c>.</summary>
    public Option<int?> Robots { get; }

    /// <summary><c>--control</c>.</summary>
    public Option<int?> Control { get; }

    /// <summary><c>--seconds</c>.</summary>
    public Option<double?> Seconds { get; }

    /// <summary>All of them, in the order of the help page.</summary>
    public ImmutableArray<Option> All =>
        [Model, _id, _rate, _seed, _domain, _loopback, Robots, _prefix, _joints, _dynamics, _faults, Control, Seconds];

    /// <summary>The robots asked for.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="say">Receives warnings about a model.</param>
    /// <exception cref="CliException">A model or a name is wrong.</exception>
    public ImmutableArray<SimulatedRobotSource> Sources(ParseResult parse, Action<string> say)
    {
        var seed = parse.GetValue(_seed);
        return parse.GetValue(Robots) is { } robots
            ? [.. SimulatedRobotSource.Many(robots, parse.GetRequiredValue(_prefix), parse.GetValue(_joints), seed)]
            : [SimulatedRobotSource.One(parse.GetValue(Model)!, parse.GetValue(_id), seed, say)];
    }

    /// <summary>How one robot moves and measures.</summary>
    public SimulationOptions Simulation(ParseResult parse, long seed) => new()
    {
        Seed = seed,
        RateHz = Rate(parse),
        ImuHz = Rate(parse),
        IsDynamic = parse.GetValue(_dynamics) ?? parse.GetValue(Robots) is null,
    };

    /// <summary>What goes wrong.</summary>
    public IEnumerable<Fault> Faults(ParseResult parse)
    {
        foreach (var text in parse.GetValue(_faults) ?? [])
        {
            if (FaultText.TryParse(text, out var fault, out _))
            {
                yield return fault;
            }
        }
    }

    /// <summary>Samples a second.</summary>
    public double Rate(ParseResult parse) => parse.GetValue(_rate);

    /// <summary>The DDS domain asked for.</summary>
    public DdsDomainOptions Domain(ParseResult parse)
    {
        var domain = (uint)parse.GetValue(_domain);
        return parse.GetValue(_loopback)
            ? DdsDomainOptions.Loopback(domain)
            : new DdsDomainOptions { Domain = domain, IsLoopbackOnly = false };
    }

    private static int DomainOf(string? variable) =>
        int.TryParse(variable, NumberStyles.None, CultureInfo.InvariantCulture, out var domain) ? domain : 0;

    private static void RequireRange<T>(Option<T> option, double lowest, double highest)
        where T : struct, IConvertible => option.Validators.Add(result =>
        RequireRange(
            result,
            result.GetValueOrDefault<T>().ToDouble(CultureInfo.InvariantCulture),
            lowest,
            highest));

    private static void RequireRange(
        System.CommandLine.Parsing.OptionResult result,
        double? value,
        double lowest,
        double highest)
    {
        if (!(value >= lowest && value <= highest))
        {
            result.AddError($"{result.Option.Name} takes a number from {lowest} to {highest}.");
        }
    }
}
