using System.Text.Json.Nodes;
using TwinActors.Actors;
using TwinActors.Actors.Journal;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Journal;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;
using TwinActors.Robotics.State;

namespace TwinActors.Host.Api;

/// <summary>Routes that look into the journal and check it.</summary>
internal static class JournalRoutes
{
    public static void MapJournal(this IEndpointRouteBuilder api)
    {
        api.MapGet("/robots/{id}/snapshots", SnapshotsAsync).WithTags("journal").WithName("GetSnapshots")
            .WithSummary("Snapshots of the robot's twin, the newest first")
            .Produces<IReadOnlyList<SnapshotDocument>>().ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/robots/{id}/replay", ReplayAsync).WithTags("journal").WithName("ReplayRobot")
            .WithSummary("State of the robot's twin after one of its events, rebuilt from the journal")
            .Produces<ReplayDocument>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        api.MapGet("/robots/{id}/verification", VerifyAsync).WithTags("journal").WithName("VerifyRobot")
            .WithSummary("Gaps, checksums and two replays of the robot's journal stream")
            .Produces<VerificationDocument>().ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/journal/lag", LagAsync).WithTags("journal").WithName("GetJournalLag")
            .WithSummary("Every robot the journal knows, and how far its twin is behind")
            .Produces<IReadOnlyList<StreamLagDocument>>();
    }

    private static Task<IResult> SnapshotsAsync(string id, IJournal journal, CancellationToken cancellationToken) =>
        WithKnown(id, journal, async entity =>
            TypedResults.Ok<IReadOnlyList<SnapshotDocument>>(
                [.. (await new RobotHistory(journal).SnapshotsAsync(entity, cancellationToken)).Select(Document)]),
            cancellationToken);

    private static Task<IResult> ReplayAsync(
        string id, long? to, IJournal journal, CancellationToken cancellationToken) =>
        WithKnown(id, journal, async entity =>
        {
            if (to is < 1)
            {
                return Refusals.Invalid($"\"to\" is {to}; the first event is number 1.");
            }

            try
            {
                var state = await new RobotHistory(journal).ReplayAsync(
                    entity, to ?? long.MaxValue, cancellationToken);
                return TypedResults.Ok(new ReplayDocument(
                    entity.Key, state.Sequence, state.State.Name.Name, state.State.Name.Version, state.Hash,
                    JsonNode.Parse(state.State.Body.Span)));
            }
            catch (UnreadableEventException unreadable)
            {
                return TypedResults.Problem(
                    unreadable.Message, statusCode: StatusCodes.Status409Conflict, title: "Cannot be rebuilt");
            }
        }, cancellationToken);

    private static Task<IResult> VerifyAsync(string id, IJournal journal, CancellationToken cancellationToken) =>
        WithKnown(id, journal, async entity =>
        {
            var found = await new RobotHistory(journal).VerifyAsync(entity, cancellationToken);
            return TypedResults.Ok(new VerificationDocument(
                entity.Key, found.LastSequence, found.Snapshots, found.Hash, found.Problems));
        }, cancellationToken);

    private static async Task<IResult> LagAsync(TwinNode node, IJournal journal, CancellationToken cancellationToken)
    {
        var twins = (await node.Robots.ListAsync(cancellationToken))
            .ToDictionary(twin => twin.Key, twin => twin.Answer.Value?.Version, StringComparer.Ordinal);
        var known = await journal.ListEntitiesAsync("robot", cancellationToken);
        return TypedResults.Ok<IReadOnlyList<StreamLagDocument>>(
        [
            .. from robot in known
               let applied = twins.GetValueOrDefault(robot.Entity.Key)
               select new StreamLagDocument(
                   robot.Entity.Key, robot.LastSequence, applied, applied is { } version
                       ? Math.Max(0, robot.LastSequence - version)
                       : null),
        ]);
    }

    private static Task<IResult> WithKnown(
        string id, IJournal journal, Func<EntityKey, Task<IResult>> next, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var entity = RobotTwins.KeyOf(robot);
            return (await journal.ReadHeadAsync(entity, cancellationToken)).Sequence == 0
                ? TypedResults.Problem(
                    $"No robot {robot} has ever been registered.",
                    statusCode: StatusCodes.Status404NotFound,
                    title: "Unknown")
                : await next(entity);
        });

    private static SnapshotDocument Document(StoredSnapshot stored) => new(
        stored.Sequence,
        Checkpoint.Behind(stored.Position).ToString(),
        new Stamp(stored.AtNs).ToString(),
        stored.Name.Name,
        stored.Name.Version,
        stored.Codec,
        stored.Body.Length,
        stored.Epoch,
        stored.IsIntact);
}
