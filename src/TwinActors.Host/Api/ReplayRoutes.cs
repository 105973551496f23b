using TwinActors.Actors;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Robots;
using TwinActors.Recording.Replays;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.State;

namespace TwinActors.Host.Api;

/// <summary>Routes of replayed robots.</summary>
internal static class ReplayRoutes
{
    public static void MapReplays(this IEndpointRouteBuilder api)
    {
        var link = api.MapGroup("/robots/{id}/link").WithTags("robots");
        link.MapGet("/replay", ReadAsync).WithName("GetReplay")
            .WithSummary("Where a replayed robot is in its recording").Produces<LinkReplayDocument>()
            .ProducesProblem(404).ProducesProblem(409).ProducesProblem(410).ProducesProblem(422);
        link.MapPost("/replay", ControlAsync).WithName("ControlReplay")
            .WithSummary("Pause a replayed robot, let it go on, seek, change its speed; nothing is sent to a robot")
            .Produces<LinkReplayDocument>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .ProducesProblem(410).ProducesProblem(415).ProducesProblem(422);
    }

    /// <summary>What is wrong with a speed; null when nothing is.</summary>
    public static string? SpeedProblem(double speed) =>
        speed is >= ReplaySource.SlowestSpeed and <= ReplaySource.FastestSpeed
            ? null
            : FormattableString.Invariant($"The speed of the replay is {speed}; it lies in ")
                + FormattableString.Invariant($"{ReplaySource.SlowestSpeed} to {ReplaySource.FastestSpeed}.");

    private static Task<IResult> ReadAsync(string id, TwinNode node, CancellationToken cancellationToken) =>
        AskAsync(id, new ReplayControl(), node, cancellationToken);

    private static Task<IResult> ControlAsync(
        string id, ControlReplayRequest request, TwinNode node, CancellationToken cancellationToken) =>
        request.Speed is { } speed && SpeedProblem(speed) is { } problem
            ? Task.FromResult<IResult>(Refusals.Invalid(problem))
            : AskAsync(
                id,
                new ReplayControl(
                    request.Paused, request.Speed, request.Seek is { } at ? Stamp.From(at) : null, request.Loop),
                node, cancellationToken);

    private static Task<IResult> AskAsync(
        string id, ReplayControl control, TwinNode node, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var answer = await node.Robots.AskAsync<ReplayReading>(
                robot, reply => new RobotTwinMessage.ControlReplay(control, reply), cancellationToken);
            return answer.ToResult(reading => TypedResults.Ok(new LinkReplayDocument(
                reading.Source, reading.State.ToString().ToLowerInvariant(), reading.Position.ToString(),
                reading.From.ToString(), reading.To.ToString(), reading.Speed, reading.Loops)));
        });
}
