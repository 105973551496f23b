using System.Text.Json.Nodes;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Robots;
using TwinActors.Persistence.Journal;
using TwinActors.Robotics;
using TwinActors.Robotics.State;

namespace TwinActors.Host.Api;

/// <summary>Routes of the journal.</summary>
internal static class EventRoutes
{
    private const int LargestPage = 1000;

    public static void MapEvents(this IEndpointRouteBuilder api) =>
        api.MapGet("/robots/{id}/events", EventsAsync).WithTags("robots").WithName("GetEvents")
            .WithSummary("The robot's journal stream, page by page, also of a removed robot")
            .Produces<EventPage>().ProducesProblem(404).ProducesProblem(422);

    private static Task<IResult> EventsAsync(
        string id,
        string? after,
        int? limit,
        IJournal journal,
        ApiLimits limits,
        CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var position = Checkpoint.Start;
            if (after is not null && !Checkpoint.TryParse(after, out position))
            {
                return Refusals.Invalid(
                    $"\"after\" is \"{after}\", which is no cursor. Hand back what \"next\" or \"position\" gave.");
            }

            var size = limit ?? limits.PageSize;
            if (size is < 1 or > LargestPage)
            {
                return Refusals.Invalid($"\"limit\" is {size}; it lies in 1..{LargestPage}.");
            }

            return await PageAsync(robot, position, size, journal, cancellationToken);
        });

    private static async Task<IResult> PageAsync(
        RobotId robot, Checkpoint after, int size, IJournal journal, CancellationToken cancellationToken)
    {
        var entity = RobotTwins.KeyOf(robot);
        var page = await journal.ReadEntityPageAsync(entity, after, size, cancellationToken);
        if (page.Events.IsEmpty
            && (await journal.ReadHeadAsync(entity, cancellationToken)).Sequence == 0)
        {
            return TypedResults.Problem(
                $"No robot {robot} has ever been registered.",
                statusCode: StatusCodes.Status404NotFound,
                title: "Unknown");
        }

        return TypedResults.Ok(new EventPage(
            [.. page.Events.Select(Document)],
            page.Events.Length < size ? null : page.Next.ToString()));
    }

    private static EventDocument Document(StoredEvent stored) => new(
        Checkpoint.Behind(stored.Position).ToString(),
        stored.Sequence,
        new Stamp(stored.AtNs).ToString(),
        stored.Name.Name,
        stored.Name.Version,
        JsonNode.Parse(stored.Body.Span),
        stored.Command,
        stored.Epoch);
}

/// <summary>Limits of the API; from the node's configuration.</summary>
/// <param name="PageSize">Events of a page when the request names no limit.</param>
/// <param name="MaximumBody">Most bytes in the body of a request.</param>
internal sealed record ApiLimits(int PageSize, long MaximumBody);
