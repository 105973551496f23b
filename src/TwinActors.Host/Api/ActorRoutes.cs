using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using TwinActors.Actors;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;
using TwinActors.Kernel;

namespace TwinActors.Host.Api;

/// <summary>Routes that look into the node's actors.</summary>
internal static class ActorRoutes
{
    private const double DefaultStuckSeconds = 10;
    private const int DefaultTapRate = 100;
    private const int HighestTapRate = 1000;

    public static void MapActors(this IEndpointRouteBuilder api)
    {
        var actors = api.MapGroup("/actors").WithTags("actors");
        actors.MapGet("/", Tree).WithName("GetActors")
            .WithSummary("Actor tree with mailbox depth, restarts and last failure")
            .Produces<ActorDocument>().ProducesProblem(404).ProducesProblem(422);
        actors.MapGet("/stuck", Stuck).WithName("GetStuckActors")
            .WithSummary("Actors that are in one handler for longer than some seconds; idleMs is for how long")
            .Produces<IReadOnlyList<ActorDocument>>().ProducesProblem(422);
        actors.MapGet("/mailboxes", Mailboxes).WithName("GetMailboxes")
            .WithSummary("What waits in each mailbox and what found no room, fullest first")
            .Produces<IReadOnlyList<MailboxDocument>>().ProducesProblem(404);
        actors.MapGet("/tap", Tap).WithName("TapActor")
            .WithSummary("Messages that one actor handles, live, one JSON document a line")
            .Produces<TappedMessageDocument>(contentType: JsonLines.ContentType)
            .ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/deadletters", DeadLetters).WithTags("actors").WithName("GetDeadLetters")
            .WithSummary("Messages that nobody received").Produces<IReadOnlyList<DeadLetterDocument>>();
    }

    private static IResult Tree(TwinNode node, string? path, int? depth)
    {
        if (depth is < 0)
        {
            return Refusals.Invalid($"\"depth\" is {depth}; the least is 0, the asked actor alone.");
        }

        return node.System.Inspect(path ?? "/", depth ?? int.MaxValue) is { } tree
            ? TypedResults.Ok(Document(tree))
            : Unknown(path);
    }

    private static IResult Stuck(TwinNode node, double? seconds)
    {
        var limit = seconds ?? DefaultStuckSeconds;
        return limit is > 0 and < 1e6
            ? TypedResults.Ok<IReadOnlyList<ActorDocument>>(
                [.. node.System.FindStuck(TimeSpan.FromSeconds(limit)).Select(Document)])
            : Refusals.Invalid($"\"seconds\" is {limit}; it lies between 0 and 1,000,000.");
    }

    private static IResult Mailboxes(TwinNode node, string? path) =>
        node.System.Inspect(path ?? "/") is { } tree
            ? TypedResults.Ok<IReadOnlyList<MailboxDocument>>(
            [
                .. tree.WithAllBelow()
                    .OrderByDescending(actor => actor.Mailbox.Total)
                    .ThenByDescending(actor => actor.Overflowed)
                    .ThenBy(actor => actor.Path, StringComparer.Ordinal)
                    .Select(Mailbox),
            ])
            : Unknown(path);

    private static IResult Tap(TwinNode node, string? path, int? rate)
    {
        if (rate is < 1 or > HighestTapRate)
        {
            return Refusals.Invalid($"\"rate\" is {rate}; it lies between 1 and {HighestTapRate} messages a second.");
        }

        return node.System.Tap(path ?? "/", rate ?? DefaultTapRate) is { } tap
            ? new JsonLines<TappedMessageDocument>(
                stopping => Messages(tap, stopping), ContractsJson.Default.TappedMessageDocument)
            : Unknown(path);
    }

    private static async IAsyncEnumerable<TappedMessageDocument> Messages(
        ActorTap tap, [EnumeratorCancellation] CancellationToken stopping)
    {
        using (tap)
        {
            await foreach (var message in tap.Messages.ReadAllAsync(stopping))
            {
                yield return new TappedMessageDocument(
                    RobotDocuments.Time(message.At)!, message.Type, message.Text, message.Suppressed);
            }
        }
    }

    private static Ok<IReadOnlyList<DeadLetterDocument>> DeadLetters(TwinNode node) =>
        TypedResults.Ok<IReadOnlyList<DeadLetterDocument>>(
        [.. node.System.DeadLetters.Counts().Select(one => new DeadLetterDocument(one.Path, one.Type, one.Count))]);

    private static ProblemHttpResult Unknown(string? path) => TypedResults.Problem(
        $"There is no actor {path}. GET /api/v1/actors shows all of them.",
        statusCode: StatusCodes.Status404NotFound, title: "Unknown");

    private static MailboxDocument Mailbox(ActorSnapshot actor)
    {
        var isDropping = actor.Limits.WhenFull == Overflow.DropOldest;
        return new MailboxDocument(
            actor.Path,
            actor.Limits.Capacity,
            isDropping ? "drop" : "reject",
            actor.Mailbox.System,
            actor.Mailbox.Urgent,
            actor.Mailbox.User,
            actor.Mailbox.Signals,
            actor.Mailbox.Stashed,
            isDropping ? actor.Overflowed : 0,
            isDropping ? 0 : actor.Overflowed);
    }

    private static ActorDocument Document(ActorSnapshot actor) => new(
        actor.Path,
        actor.Type ?? "",
        actor.State.ToString().ToLowerInvariant(),
        actor.Mailbox.Total,
        actor.Handled,
        actor.Restarts,
        actor.LastFailure is { } failure ? $"{failure.Type}: {failure.Message}" : null,
        actor.LastActive is { } idle ? Math.Round(idle.TotalMilliseconds, 3) : null,
        [.. actor.Children.Select(Document)]);
}
