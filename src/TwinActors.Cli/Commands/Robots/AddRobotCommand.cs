using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Node;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary><c>twin robots add</c>: registers robots and shows what comes in.</summary>
internal static class AddRobotCommand
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(5);

    // Rates need about a second of samples to mean anything.
    private static readonly TimeSpan SettlingTime = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var robot = new RobotRequestOptions();
        var file = new Option<FileInfo?>("--file")
        {
            HelpName = "robots.json",
            Description = "Register every robot of a file: a JSON array of the bodies of POST /api/v1/robots.",
        };
        var wait = new Option<double>("--wait")
        {
            HelpName = "seconds",
            Description = "How long to wait for the first data; 0 does not wait.",
            DefaultValueFactory = _ => DefaultWait.TotalSeconds,
        };
        wait.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 600))
            {
                result.AddError("--wait takes 0 to 600 seconds.");
            }
        });
        var command = new Command("add", "Follow a robot, and show what comes in.") { robot.Id, file, wait };
        foreach (var option in robot.All)
        {
            command.Add(option);
        }

        robot.Constrain(command, file);
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            var requests = parse.GetValue(file) is { } list
                ? await RobotsFile.ReadAsync(list.FullName, stopping).ConfigureAwait(false)
                : [await ReadAsync(context, robot, parse, stopping).ConfigureAwait(false)];
            var patience = TimeSpan.FromSeconds(parse.GetValue(wait));
            return await RunAsync(context, requests, patience, stopping).ConfigureAwait(false);
        }));
        return command;
    }

    private static async Task<RegisterRobotRequest> ReadAsync(
        CommandContext context,
        RobotRequestOptions robot,
        ParseResult parse,
        CancellationToken stopping)
    {
        var urdf = parse.GetValue(robot.Urdf) switch
        {
            null => null,
            { Exists: false, Name: RobotRequestOptions.FromTopic } => await FromTopicAsync(
                context, parse.GetValue(robot.Id)!, stopping).ConfigureAwait(false),
            var file => await UrdfFile.ReadAsync(file, context.Terminal, stopping).ConfigureAwait(false),
        };
        return robot.Request(parse, urdf);
    }

    private static async Task<string> FromTopicAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var name = id.Replace('-', '_');
        var answer = await context.Node.GetAsync($"robots/discovered/{name}/urdf", stopping).ConfigureAwait(false);
        return UrdfFile.Check(answer.Text, $"/{name}/robot_description", context.Terminal);
    }

    private static async Task<int> RunAsync(
        CommandContext context,
        IReadOnlyList<RegisterRobotRequest> requests,
        TimeSpan wait,
        CancellationToken stopping)
    {
        foreach (var request in requests)
        {
            await context.Node.PostAsync("robots", request, ContractsJson.Default.RegisterRobotRequest, stopping)
                .ConfigureAwait(false);
            context.Terminal.Say($"{request.Id} is registered.");
        }

        var robots = new JsonArray();
        foreach (var id in requests.Select(request => request.Id!))
        {
            await WaitForDataAsync(context, id, wait, stopping).ConfigureAwait(false);
            var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id), stopping).ConfigureAwait(false);
            if (context.IsJson)
            {
                robots.Add(JsonNode.Parse(answer.Body));
                continue;
            }

            Show(context, id, answer.Read(ContractsJson.Default.RobotDocument), wait);
        }

        if (context.IsJson)
        {
            // One robot asked for, one document; a file asked for, one array.
            context.Terminal.WriteJson(requests.Count == 1 ? robots[0]!.ToJsonString() : robots.ToJsonString());
        }

        return ExitCode.Ok;
    }

    private static async Task WaitForDataAsync(
        CommandContext context,
        string id,
        TimeSpan wait,
        CancellationToken stopping)
    {
        var start = context.Time.GetTimestamp();
        long? first = null;
        while (context.Time.GetElapsedTime(start) < wait)
        {
            var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/streams"), stopping)
                .ConfigureAwait(false);
            var streams = answer.Read(ContractsJson.Default.IReadOnlyListStreamDocument);
            if (streams.Any(stream => stream.Received > 0))
            {
                first ??= context.Time.GetTimestamp();
            }

            if (first is { } since && context.Time.GetElapsedTime(since) >= SettlingTime)
            {
                return;
            }

            await Task.Delay(PollInterval, context.Time, stopping).ConfigureAwait(false);
        }
    }

    private static void Show(CommandContext context, string id, RobotDocument robot, TimeSpan wait)
    {
        context.Terminal.Write(StreamTable.Of(robot.Streams));
        if (wait > TimeSpan.Zero && robot.Streams.All(stream => stream.Received is null or 0))
        {
            var reason = robot.LinkReason is { } known ? $" {known}" : "";
            context.Terminal.Say(
                $"Nothing of {id} came in within {wait.TotalSeconds} s.{reason}"
                + $" 'twin doctor {id}' looks for the reason.");
        }
    }
}
