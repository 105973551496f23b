using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Http.HttpResults;
using TwinActors.Actors;
using TwinActors.Contracts.Node;
using TwinActors.Kernel;

namespace TwinActors.Host.Api;

/// <summary>Routes about the node itself.</summary>
internal static class NodeRoutes
{
    private static readonly string ProgramVersion = typeof(NodeRoutes).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static void MapNode(this IEndpointRouteBuilder api)
    {
        api.MapGet("/node", NodeAsync).WithTags("node").WithName("GetNode").WithSummary("What this node is")
            .Produces<NodeDocument>();
        api.MapGet("/actors", Actors).WithTags("node").WithName("GetActors")
            .WithSummary("Actor tree with mailbox depth, restarts and last failure")
            .Produces<ActorDocument>().ProducesProblem(404).ProducesProblem(422);
        api.MapGet("/deadletters", DeadLetters).WithTags("node").WithName("GetDeadLetters")
            .WithSummary("Messages that nobody received").Produces<IReadOnlyList<DeadLetterDocument>>();
    }

    private static async Task<IResult> NodeAsync(
        TwinNode node, NodeFacts facts, TimeProvider clock, CancellationToken cancellationToken)
    {
        var robots = await node.Robots.ListAsync(cancellationToken);
        using var process = Process.GetCurrentProcess();
        return TypedResults.Ok(new NodeDocument(
            facts.Name,
            ProgramVersion,
            RobotDocuments.Time(facts.StartedAt)!,
            RobotDocuments.Time(clock.GetUtcNow())!,
            robots.Length,
            facts.Ros2(),
            Environment.ProcessId,
            process.TotalProcessorTime.TotalSeconds,
            process.WorkingSet64,
            GC.CollectionCount(0)));
    }

    private static IResult Actors(TwinNode node, string? path, int? depth)
    {
        if (depth is < 0)
        {
            return Refusals.Invalid($"\"depth\" is {depth}; the least is 0, the asked actor alone.");
        }

        return node.System.Inspect(path ?? "/", depth ?? int.MaxValue) is { } tree
            ? TypedResults.Ok(Document(tree))
            : TypedResults.Problem(
                $"There is no actor {path}. GET /api/v1/actors shows all of them.",
                statusCode: StatusCodes.Status404NotFound, title: "Unknown");
    }

    private static Ok<IReadOnlyList<DeadLetterDocument>> DeadLetters(TwinNode node) =>
        TypedResults.Ok<IReadOnlyList<DeadLetterDocument>>(
        [.. node.System.DeadLetters.Counts().Select(one => new DeadLetterDocument(one.Path, one.Type, one.Count))]);

    private static long Waiting(MailboxDepth depth) =>
        depth.System + depth.Urgent + depth.User + depth.Signals + depth.Stashed;

    private static ActorDocument Document(ActorSnapshot actor) => new(
        actor.Path,
        actor.Type ?? "",
        actor.State.ToString().ToLowerInvariant(),
        Waiting(actor.Mailbox),
        actor.Handled,
        actor.Restarts,
        actor.LastFailure is { } failure ? $"{failure.Type}: {failure.Message}" : null,
        actor.LastActive is { } idle ? Math.Round(idle.TotalMilliseconds, 3) : null,
        [.. actor.Children.Select(Document)]);
}

/// <summary>Facts about the node that do not change while it runs, and the state of its ROS 2 side.</summary>
/// <param name="Name">Node name.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Ros2">One line for people about the ROS 2 side.</param>
/// <param name="HasRos2">Whether the ROS 2 side works.</param>
internal sealed record NodeFacts(string Name, DateTimeOffset StartedAt, Func<string> Ros2, Func<bool> HasRos2);
