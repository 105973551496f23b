using System.Runtime.CompilerServices;
using System.Text.Json;
using TwinActors.Cli.Node;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Persistence;

/// <summary>Reads journal streams from the node, page by page.</summary>
internal static class JournalEvents
{
    private const int PageSize = 1000;

    /// <summary>All events of a robot, in order.</summary>
    public static async IAsyncEnumerable<EventDocument> ReadAsync(
        NodeClient node, string id, [EnumeratorCancellation] CancellationToken stopping)
    {
        string? after = null;
        do
        {
            var cursor = after is null ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = await node.GetAsync(
                NodeClient.RobotRoute(id, $"/events?limit={PageSize}{cursor}"),
                ContractsJson.Default.EventPage,
                stopping).ConfigureAwait(false);
            foreach (var one in page.Events)
            {
                yield return one;
            }

            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>Every robot that the journal knows, removed ones too.</summary>
    public static async Task<IReadOnlyList<string>> RobotsAsync(NodeClient node, CancellationToken stopping)
    {
        var known = await node.GetAsync("journal/lag", ContractsJson.Default.IReadOnlyListStreamLagDocument, stopping)
            .ConfigureAwait(false);
        return [.. known.Select(one => one.Robot)];
    }

    /// <summary>The events as the node writes them.</summary>
    public static string Json(EventPage page) => JsonSerializer.Serialize(page, ContractsJson.Default.EventPage);
}
