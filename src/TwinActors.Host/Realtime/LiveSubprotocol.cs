using TwinActors.Host.Api;

namespace TwinActors.Host.Realtime;

/// <summary>Says who may open a live socket, and in which protocol.</summary>
internal static class LiveSubprotocol
{
    /// <summary>Looks at a request for a socket.</summary>
    /// <param name="http">The request.</param>
    /// <param name="hosts">The pages that may open one.</param>
    /// <param name="chosen">Receives the first of the known subprotocols that the client offers.</param>
    /// <param name="known">Subprotocols of the route, the best first.</param>
    /// <returns>Why there is no socket; null when there is one.</returns>
    public static IResult? Choose(
        HttpContext http, AllowedHosts hosts, out string? chosen, params ReadOnlySpan<string> known)
    {
        chosen = null;
        var words = string.Join(" or ", known.ToArray());
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            http.Response.Headers.Connection = "Upgrade";
            return TypedResults.Problem(
                $"This route speaks WebSocket: connect to it with subprotocol {words}.",
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

        foreach (var subprotocol in known)
        {
            if (http.WebSockets.WebSocketRequestedProtocols.Contains(subprotocol))
            {
                chosen = subprotocol;
                return null;
            }
        }

        return TypedResults.Problem(
            $"The subprotocol {words} was not offered.",
            statusCode: StatusCodes.Status400BadRequest, title: "Unknown subprotocol");
    }
}
