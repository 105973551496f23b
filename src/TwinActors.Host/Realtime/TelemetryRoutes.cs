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
        if (LiveSubprotocol.Choose(http, hosts, out var chosen, TelemetryProtocol.Subprotocol) is { } refusal)
        {
            return refusal;
        }

        using var socket = await http.WebSockets.AcceptWebSocketAsync(chosen);
        using var client = new TelemetrySocket(socket, node, limits, facts.Name, clock);
        await client.RunAsync(lifetime.ApplicationStopping, http.RequestAborted);
        return TypedResults.Empty;
    }
}
