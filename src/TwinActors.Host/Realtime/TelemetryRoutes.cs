using TwinActors.Actors;
using TwinActors.Contracts.Telemetry;
using TwinActors.Host.Api;

namespace TwinActors.Host.Realtime;

/// <summary>The route of the live socket.</summary>
internal static class TelemetryRoutes
{
    public static void MapTelemetry(this IEndpointRouteBuilder app) =>
        app.MapGet("/ws/v1/telemetry", ServeAsync).ExcludeFromDescription();

    private static async Task<IResult> ServeAsync(
        HttpContext http, TwinNode node, TelemetryLimits limits, AllowedHosts hosts, NodeFacts facts,
        TimeProvider clock, IHostApplicationLifetime lifetime)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.Connection = "Upgrade";
            return TypedResults.Problem(
                "This route speaks WebSocket: connect to it with subprotocol twinactors.v1.",
                statusCode: StatusCodes.Status426UpgradeRequired, title: "WebSocket wanted");
        }

        // Browsers do not keep a foreign page from opening a socket here; they only say where the page is from.
        if (!hosts.Admits(http.Request))
        {
            return TypedResults.Problem(
                $"A page of {http.Request.Headers.Origin} may not read this node's telemetry; api.allowed-hosts admits "
                    + "the pages of more hosts.",
                statusCode: StatusCodes.Status403Forbidden, title: "Other origin");
        }

        if (!http.WebSockets.WebSocketRequestedProtocols.Contains(TelemetryProtocol.Subprotocol))
        {
            return TypedResults.Problem(
                $"The subprotocol {TelemetryProtocol.Subprotocol} was not offered.",
                statusCode: StatusCodes.Status400BadRequest, title: "Unknown subprotocol");
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(TelemetryProtocol.Subprotocol);
        using var client = new TelemetrySocket(socket, node, limits, facts.Name, clock);
        await client.RunAsync(lifetime.ApplicationStopping, http.RequestAborted);
        return TypedResults.Empty;
    }
}
