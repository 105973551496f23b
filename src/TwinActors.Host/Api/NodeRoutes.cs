using System.Diagnostics;
using System.Reflection;
using TwinActors.Actors;
using TwinActors.Contracts.Node;

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
}

/// <summary>Facts about the node that do not change while it runs, and the state of its ROS 2 side.</summary>
/// <param name="Name">Node name.</param>
/// <param name="StartedAt">When it started.</param>
/// <param name="Ros2">One line for people about the ROS 2 side.</param>
/// <param name="HasRos2">Whether the ROS 2 side works.</param>
internal sealed record NodeFacts(string Name, DateTimeOffset StartedAt, Func<string> Ros2, Func<bool> HasRos2);
