using TwinActors.Actors;
using TwinActors.Contracts.Node;
using TwinActors.Kernel;
using TwinActors.Persistence.Journal;

namespace TwinActors.Host.Api;

/// <summary>Health for those who watch the process.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.MapGet("/health/live", () => TypedResults.Ok(new HealthDocument("ok", [])))
            .WithTags("operations").WithName("HealthLive")
            .WithSummary("The process answers; nothing else is looked at");
        app.MapGet("/health/ready", ReadyAsync)
            .WithTags("operations").WithName("HealthReady").WithSummary("The node can take work")
            .Produces<HealthDocument>().Produces<HealthDocument>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ReadyAsync(
        IJournal journal, TwinNode node, NodeFacts facts, CancellationToken cancellationToken)
    {
        var ros2 = facts.Ros2();
        List<HealthCheckDocument> checks =
        [
            await CheckAsync("journal", async () => await journal.ListEntitiesAsync("robot", cancellationToken)),
            await CheckAsync("robots", async () => await node.Robots.ListAsync(cancellationToken)),
            // Without ROS 2 the node works for simulated robots: degraded, not unavailable.
            new HealthCheckDocument("ros2", facts.HasRos2() ? "ok" : "degraded", ros2),
        ];
        var isReady = checks.TrueForAll(check => check.Status != "unavailable");
        return TypedResults.Json(
            new HealthDocument(isReady ? "ok" : "unavailable", checks),
            statusCode: isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<HealthCheckDocument> CheckAsync(string name, Func<Task> look)
    {
        try
        {
            await look();
            return new HealthCheckDocument(name, "ok", null);
        }
        catch (Exception failure) when (failure
            is JournalException or TimeoutException or MailboxFullException or ActorTerminatedException)
        {
            return new HealthCheckDocument(name, "unavailable", failure.Message);
        }
    }
}
