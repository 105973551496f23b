namespace TwinActors.Host.Api;

/// <summary>Routes that are promised and not built yet answer 501, never a made-up value.</summary>
internal static class NotBuiltRoutes
{
    private static readonly string[] Routes =
    [
        "/robots/{id}/sync", "/robots/{id}/health", "/robots/{id}/predictions", "/robots/{id}/alerts",
        "/robots/{id}/series", "/robots/{id}/config", "/robots/{id}/mode", "/robots/{id}/commands", "/robots/{id}/stop",
        "/robots/{id}/reset", "/robots/{id}/maintenance", "/robots/{id}/whatif", "/robots/{id}/urdf/assets/{**path}",
        "/fleet/stop", "/alerts", "/alerts/{id}/{verb}", "/sim/{id}", "/sim/{id}/{verb}", "/replays", "/replays/{id}/seek",
        "/models", "/models/train", "/models/{id}/activate", "/backtests", "/commands/{id}", "/cluster",
        "/cluster/shards", "/cluster/members", "/cluster/members/{id}/drain",
    ];

    public static void MapNotBuilt(this IEndpointRouteBuilder api)
    {
        foreach (var route in Routes)
        {
            api.Map(route, (HttpContext http) => TypedResults.Problem(
                $"{http.Request.Method} {http.Request.Path} comes with a later version; README.md says what works today.",
                statusCode: StatusCodes.Status501NotImplemented, title: "Not built yet")).ExcludeFromDescription();
        }

        // Everything else below /api is unknown, not the dashboard.
        api.Map("/{**rest}", (HttpContext http) => TypedResults.Problem(
            $"There is no {http.Request.Path}. /openapi/v1.json lists what there is.",
            statusCode: StatusCodes.Status404NotFound, title: "Unknown")).ExcludeFromDescription();
    }
}
