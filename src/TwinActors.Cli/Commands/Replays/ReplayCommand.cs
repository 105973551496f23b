using System.CommandLine;
using TwinActors.Cli.Bags;
using TwinActors.Cli.Node;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.State;

namespace TwinActors.Cli.Commands.Replays;

/// <summary><c>twin replay</c>: where a replayed robot is in its recording, and how it goes on.</summary>
internal static class ReplayCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var pause = new Option<bool>("--pause") { Description = "Stand still." };
        var resume = new Option<bool>("--resume") { Description = "Go on; after the end, from the beginning." };
        var seek = new Option<string?>("--seek") { HelpName = "time", Description = $"Go on from {BagTime.Form}." };
        var speed = new Option<double?>("--speed")
        {
            HelpName = "factor",
            Description = "Multiple of the recorded speed, 0.01 to 100.",
        };
        var loop = new Option<bool?>("--loop") { Description = "Whether to begin anew after the end: true or false." };
        var command = new Command(
            "replay", "Where a replayed robot is in its recording; with options, how it goes on. Nothing is sent.")
        {
            id, pause, resume, seek, speed, loop,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(pause) && result.GetValue(resume))
            {
                result.AddError("--pause and --resume exclude each other.");
            }

            if (result.GetValue(seek) is { } text && !BagTime.TryParse(text, out _))
            {
                result.AddError($"--seek is \"{text}\"; it takes {BagTime.Form}.");
            }
        });
        command.SetAction(globals.Run((context, parse, stopping) =>
        {
            bool? paused = parse.GetValue(pause) ? true : parse.GetValue(resume) ? false : null;
            var request = new ControlReplayRequest(paused, parse.GetValue(speed), null, parse.GetValue(loop));
            return RunAsync(context, parse.GetRequiredValue(id), request, parse.GetValue(seek), stopping);
        }));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string id, ControlReplayRequest request, string? seek, CancellationToken stopping)
    {
        var route = NodeClient.RobotRoute(id, "/link/replay");
        if (BagTime.TryParse(seek, out var time))
        {
            request = request with
            {
                Seek = await InstantAsync(context, route, time, stopping).ConfigureAwait(false),
            };
        }

        var answer = request == new ControlReplayRequest()
            ? await context.Node.GetAsync(route, stopping).ConfigureAwait(false)
            : await context.Node.PostAsync(route, request, ContractsJson.Default.ControlReplayRequest, stopping)
                .ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
        }
        else
        {
            context.Terminal.Say(Words(id, answer.Read(ContractsJson.Default.LinkReplayDocument)));
        }

        return ExitCode.Ok;
    }

    private static async Task<DateTimeOffset> InstantAsync(
        CommandContext context, string route, BagTime time, CancellationToken stopping)
    {
        if (!time.IsRelative)
        {
            return new Stamp(time.Nanoseconds).ToDateTimeOffset();
        }

        var replay = await context.Node.GetAsync(route, ContractsJson.Default.LinkReplayDocument, stopping)
            .ConfigureAwait(false);
        return BagTime.TryParse(replay.From, out var from)
            ? new Stamp(time.In(from.Nanoseconds)).ToDateTimeOffset()
            : throw new CliException(ExitCode.Failure, $"The node says that the replay begins at \"{replay.From}\".");
    }

    private static string Words(string id, LinkReplayDocument replay) =>
        $"{id} replays {replay.Source}: {replay.State} at {replay.Position}, "
        + FormattableString.Invariant($"{replay.Speed} times as fast{(replay.Loop ? ", again and again" : "")}. ")
        + $"It goes from {replay.From} to {replay.To}.";
}
