using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing.Template;

namespace TwinActors.Host.Api;

/// <summary>Routes that are promised and not built yet answer 501, never a made-up value.</summary>
internal static class NotBuiltRoutes
{
    private static readonly string[] Routes =
    [
        "/robots/{id}/health", "/robots/{id}/predictions", "/robots/{id}/alerts", "/robots/{id}/series",
        "/robots/{id}/config", "/robots/{id}/commands", "/robots/{id}/stop", "/robots/{id}/reset",
        "/robots/{id}/maintenance/{**run}",
        "/robots/{id}/urdf/assets/{**path}", "/fleet/stop", "/alerts", "/alerts/stream", "/alerts/{id}/{verb}",
        "/sim/{id}", "/sim/{id}/{verb}", "/replays", "/replays/{id}", "/replays/{id}/seek", "/models", "/models/train",
        "/models/{id}/activate", "/backtests", "/commands/{id}", "/cluster", "/cluster/shards", "/cluster/members",
        "/cluster/members/{id}/drain",
    ];

    // Beside the API, but not of the dashboard, whose page answers every path that is left.
    private static readonly string[] OuterRoutes = ["/metrics"];
    private static readonly string[] OuterFolders = ["/health/{**rest}", "/openapi/{**rest}", "/ws/{**rest}"];

    public static void MapNotBuilt(this WebApplication app)
    {
        foreach (var route in OuterRoutes)
        {
            app.Map(route, NotBuilt).ExcludeFromDescription();
        }

        foreach (var folder in OuterFolders)
        {
            app.Map(folder, Unmatched).ExcludeFromDescription();
        }
    }

    public static void MapNotBuilt(this RouteGroupBuilder api)
    {
        foreach (var route in Routes)
        {
            api.Map(route, NotBuilt).ExcludeFromDescription();
        }

        // Everything else below /api is unknown, not the dashboard.
        api.Map("/{**rest}", Unmatched).ExcludeFromDescription();
    }

    private static ProblemHttpResult NotBuilt(HttpContext http) => TypedResults.Problem(
        $"{http.Request.Method} {http.Request.Path} comes with a later version; README.md says what works today.",
        statusCode: StatusCodes.Status501NotImplemented, title: "Not built yet");

    // Routing takes this route also for a path that it knows, when method or type of body do not fit: say which.
    private static ProblemHttpResult Unmatched(HttpContext http, EndpointDataSource endpoints)
    {
        var request = http.Request;
        string[] methods =
        [
            .. endpoints.Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => IsMatch(endpoint, request.Path))
                .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (methods.Contains(request.Method))
        {
            return TypedResults.Problem(
                $"The body is {request.ContentType ?? "of no stated type"}; application/json is wanted.",
                statusCode: StatusCodes.Status415UnsupportedMediaType, title: "Unsupported media type");
        }

        if (methods.Length > 0)
        {
            http.Response.Headers.Allow = methods;
            return TypedResults.Problem(
                $"{request.Path} takes {string.Join(" and ", methods)}, not {request.Method}.",
                statusCode: StatusCodes.Status405MethodNotAllowed, title: "Method not allowed");
        }

        return TypedResults.Problem(
            $"There is no {request.Path}. /openapi/v1.json lists what there is.",
            statusCode: StatusCodes.Status404NotFound, title: "Unknown");
    }

    private static bool IsMatch(RouteEndpoint endpoint, PathString path) =>
        // The files of the dashboard, and its page for every path, have no slash in front.
        endpoint.RoutePattern.RawText is ['/', ..] pattern
        && new TemplateMatcher(TemplateParser.Parse(pattern), []).TryMatch(path, []);
}
