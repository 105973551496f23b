using Microsoft.AspNetCore.Mvc;
using TwinActors.Actors;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Synchronization;
using TwinActors.Contracts.Robots;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Host.Api;

/// <summary>Routes of the synchronizer.</summary>
internal static class SyncRoutes
{
    private static readonly string[] Modes = ["shadow", "advise", "mirror", "command"];

    public static void MapSync(this IEndpointRouteBuilder api)
    {
        var robots = api.MapGroup("/robots").WithTags("robots");
        robots.MapGet("/{id}/sync", ReadAsync).WithName("GetSync")
            .WithSummary("The virtual robot beside the physical one: errors, status, pace")
            .Produces<SyncDocument>().ProducesProblem(404).ProducesProblem(410).ProducesProblem(422);
        robots.MapPost("/{id}/mode", SetModeAsync).WithName("SetMode")
            .WithSummary("Where the synchronizer's corrections go; command waits for the gate")
            .Produces<SyncDocument>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .ProducesProblem(410).ProducesProblem(415).ProducesProblem(422);
    }

    private static Task<IResult> ReadAsync(string id, TwinNode node, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var sync = await node.Robots.AskAsync<SyncReading>(
                robot, reply => new RobotTwinMessage.ReadSync(reply), cancellationToken);
            return sync.ToResult(reading => TypedResults.Ok(SyncDocuments.Sync(reading)));
        });

    private static Task<IResult> SetModeAsync(
        string id,
        ModeRequest request,
        [FromHeader(Name = "Idempotency-Key")] Guid? commandId,
        TwinNode node,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var mode = Array.IndexOf(Modes, request.Mode);
            if (mode < 0)
            {
                return Refusals.Invalid(
                    $"\"mode\" is \"{request.Mode}\"; there are {string.Join(", ", Modes)}.");
            }

            var answer = await node.Robots.AskAsync<long>(
                robot,
                reply => new RobotTwinMessage.Execute(
                    new RobotTwinCommand.SetMode(clock.GetUtcNow(), (SyncMode)mode), commandId, reply),
                cancellationToken);
            return answer.Rejection is { } rejection
                ? rejection.ToProblem()
                : await ReadAsync(id, node, cancellationToken);
        });
}
