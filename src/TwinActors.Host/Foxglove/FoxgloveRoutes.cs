using TwinActors.Actors;
using TwinActors.Host.Api;
using TwinActors.Host.Realtime;

namespace TwinActors.Host.Foxglove;

/// <summary>The route of the Foxglove protocol.</summary>
internal static class FoxgloveRoutes
{
    // One protocol under two names: newer programs offer the first, older ones the second.
    private static readonly string[] Subprotocols = ["foxglove.sdk.v1", "foxglove.websocket.v1"];

    public static void MapFoxglove(this IEndpointRouteBuilder app) =>
        app.MapGet("/foxglove", ServeAsync).ExcludeFromDescription();

    private static async Task<IResult> ServeAsync(
        HttpContext http, TwinNode node, TelemetryLimits limits, AllowedHosts hosts, NodeFacts facts,
        TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        if (LiveSubprotocol.Choose(http, hosts, out var chosen, Subprotocols) is { } refusal)
        {
            return refusal;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(chosen);
        using var client = new FoxgloveSocket(socket, node, limits.Pace, facts.Name, clock);
        await client.RunAsync(lifetime.ApplicationStopping, http.RequestAborted);
        return TypedResults.Empty;
    }
}
