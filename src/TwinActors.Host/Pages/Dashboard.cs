using Microsoft.AspNetCore.StaticFiles;

namespace TwinActors.Host.Pages;

/// <summary>Serves the dashboard, which the build puts into <c>wwwroot</c>.</summary>
internal static class Dashboard
{
    private const string Index = "index.html";

    private const string NotBuilt =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>TwinActors</title>
        <body style="font:16px/1.5 system-ui;margin:3em auto;max-width:40em">
        <h1>The dashboard is not built</h1>
        <p>This node runs, and its API answers under <a href="/api/v1/robots">/api/v1/robots</a>. The page is missing
        because Node.js was not found when the node was built, or because it was built with <code>BuildSpa=false</code>.
        Install Node.js 20.19 or newer and build again.</p></body></html>
        """;

    /// <summary>
    /// Maps the built files, and every other address without a file extension to the page, which shows what the address
    /// asks for. Addresses of the API that nobody answers stay 404.
    /// </summary>
    /// <remarks>
    /// The builder must have called <c>WebHost.UseStaticWebAssets()</c>: outside the Development environment the static
    /// assets would otherwise be empty answers with status 200.
    /// </remarks>
    internal static void MapDashboard(this WebApplication app)
    {
        app.MapFallback("/api/{**path}", () => TypedResults.Problem(
            title: "There is no such route.", statusCode: StatusCodes.Status404NotFound));

        if (!app.Environment.WebRootFileProvider.GetFileInfo(Index).Exists)
        {
            app.MapFallback(() => TypedResults.Content(NotBuilt, "text/html"));
            return;
        }

        app.MapStaticAssets();
        app.MapFallbackToFile(Index, new StaticFileOptions { OnPrepareResponse = AskAgain });
    }

    /// <summary>The page names its scripts by their content, so the page itself must never be an old one.</summary>
    private static void AskAgain(StaticFileResponseContext response) =>
        response.Context.Response.Headers.CacheControl = "no-cache";
}
