namespace TwinActors.Host.Api;

/// <summary>The dashboard: files built into the program's web root, and one page for all of its routes.</summary>
internal static class PageRoutes
{
    private const string NotBuilt = """
        <!doctype html><html lang="en"><title>TwinActors</title><body style="font-family:sans-serif;margin:3rem">
        <h1>The dashboard is not built</h1><p>This node was built without Node.js. The API works: see
        <a href="/openapi/v1.json">/openapi/v1.json</a>. Install Node.js 20.19 or newer, build again.</p></body></html>
        """;

    public static void MapPage(this WebApplication app)
    {
        if (app.Environment.WebRootFileProvider.GetFileInfo("index.html").Exists)
        {
            app.MapStaticAssets();

            // The page names its scripts by their content: an old copy of it would ask for files that are gone.
            app.MapFallbackToFile("index.html", new StaticFileOptions
            {
                OnPrepareResponse = response => response.Context.Response.Headers.CacheControl = "no-cache",
            });
        }
        else
        {
            app.MapFallback(() => TypedResults.Content(NotBuilt, "text/html"));
        }
    }
}
