namespace TwinActors.Host.Api;

/// <summary>HEAD is answered like GET; the server leaves the body out.</summary>
internal static class HeadRequests
{
    public static void UseHeadAsGet(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
        }

        return next(http);
    });
}
