using System.CommandLine;
using System.CommandLine.Parsing;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>The options of <c>twin robots add</c> that describe one robot, and the request they make.</summary>
internal sealed class RobotRequestOptions
{
    /// <summary>Robot id; left out when the robots come from a file.</summary>
    public Argument<string?> Id { get; } = new("id")
    {
        Arity = ArgumentArity.ZeroOrOne,
        Description = "Robot id: a letter, then up to 62 letters, digits, '_' or '-'.",
    };

    /// <summary>Word instead of a URDF file: the robot gives it.</summary>
    public const string FromTopic = "from-topic";

    /// <summary>URDF file, or <see cref="FromTopic"/>.</summary>
    public Option<FileInfo?> Urdf { get; } = new("--urdf")
    {
        HelpName = "file",
        Description = $"URDF file of the robot's model; {FromTopic}: as the robot gives it on robot_description.",
    };

    /// <summary>Built-in model.</summary>
    public Option<string?> Model { get; } = new("--model") { Description = "Built-in model instead of a URDF file." };

    /// <summary>Kind of robot link.</summary>
    public Option<string?> Link { get; } = new("--link")
    {
        Description = "Where the data comes from: ros2, simulated inside the node, replay with --bag or --recording,"
            + " foxglove or rosbridge with --bridge; else as the node is configured.",
    };

    /// <summary>Labels.</summary>
    public Option<string[]> Tags { get; } = new("--tag")
    {
        HelpName = "label",
        Description = "Free label; may be given several times.",
    };

    /// <summary>Joint order.</summary>
    public Option<string?> JointOrder { get; } = new("--joint-order")
    {
        HelpName = "a,b,c",
        Description = "Joint names for joint states that carry no names.",
    };

    /// <summary>Streams.</summary>
    public Option<string[]> Streams { get; } = new("--stream")
    {
        HelpName = "name=topic:type",
        Description = "Stream beside the default ones, or in place of the default one of that name;"
            + " name=off leaves a default one out. May be given several times.",
    };

    /// <summary>Rate of the synchronizer.</summary>
    public Option<double?> SyncHz { get; } = new("--sync-hz")
    {
        HelpName = "Hz",
        Description = "Rate of the robot's synchronizer, 1 to 1000 Hz; else as the node is configured.",
    };

    /// <summary>Bridge.</summary>
    public Option<string?> Bridge { get; } = new("--bridge")
    {
        HelpName = "ws://host:port",
        Description = "WebSocket of a Foxglove bridge (--link foxglove) or of rosbridge (--link rosbridge).",
    };

    /// <summary>What is replayed.</summary>
    public ReplayRequestOptions Replay { get; } = new();

    /// <summary>Every option.</summary>
    public IReadOnlyList<Option> All => [Urdf, Model, Link, Tags, JointOrder, Streams, SyncHz, Bridge, .. Replay.All];

    /// <summary>Sets the rules of single values.</summary>
    public RobotRequestOptions()
    {
        Model.AcceptOnlyFromAmong("humanoid", "arm6", "base");
        Link.AcceptOnlyFromAmong("ros2", "simulated", "replay", "foxglove", "rosbridge");
        Id.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !RobotId.TryParse(token.Value, out _, out var problem))
            {
                result.AddError(problem);
            }
        });
        Streams.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (StreamText.TryParse(token.Value, out _) is { } problem)
                {
                    result.AddError(problem);
                }
            }
        });
    }

    /// <summary>Adds the rules between the values to a command.</summary>
    /// <param name="command">The command that takes the options.</param>
    /// <param name="file">The option that names a file of robots instead.</param>
    public void Constrain(Command command, Option<FileInfo?> file) => command.Validators.Add(result =>
    {
        var hasId = result.GetResult(Id) is { Tokens.Count: > 0 };
        var hasFile = IsGiven(result, file);
        if (hasId == hasFile)
        {
            result.AddError(hasFile
                ? "The robots come from --file: leave the id out."
                : "Which robot? Give its id, or --file with a list of robots.");
        }

        if (hasFile && All.FirstOrDefault(option => IsGiven(result, option)) is { } extra)
        {
            result.AddError($"The robots come from --file: leave {extra.Name} out.");
        }

        if (IsGiven(result, Urdf) && IsGiven(result, Model))
        {
            result.AddError("--urdf and --model both name a model: leave one out.");
        }

        Replay.Constrain(result);
    });

    /// <summary>Makes the request.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="urdf">URDF text, or null.</param>
    public RegisterRobotRequest Request(ParseResult parse, string? urdf)
    {
        var streams = (parse.GetValue(Streams) ?? []).Select(text =>
        {
            StreamText.TryParse(text, out var stream);
            return stream;
        });
        var replay = Replay.Request(parse);
        return new RegisterRobotRequest(
            parse.GetValue(Id),
            urdf,
            parse.GetValue(Model),
            parse.GetValue(Link) ?? (replay is null ? null : "replay"),
            NullWhenEmpty(parse.GetValue(Tags)),
            parse.GetValue(JointOrder)?.Split(',', StringSplitOptions.TrimEntries),
            NullWhenEmpty<StreamRequest>([.. streams]),
            parse.GetValue(SyncHz),
            replay,
            Url: parse.GetValue(Bridge));
    }

    private static T[]? NullWhenEmpty<T>(T[]? list) => list is { Length: > 0 } ? list : null;

    private static bool IsGiven(CommandResult result, Option option) => result.GetResult(option) is { Implicit: false };
}
