namespace TwinActors.Host.Api;

/// <summary>HEAD is answered like GET; the server leaves the body out.</summary>
internal static class HeadRequests
{
    private static readonly object Mark = new();

    public static void UseHeadAsGet(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            http.Request.Method = HttpMethods.Get;
            http.Items[Mark] = Mark;
        }

        return next(http);
    });

    /// <summary>Whether only the head of the answer is wanted: one without an end must not be begun.</summary>
    public static bool IsHead(HttpContext http) => http.Items.ContainsKey(Mark);
}
