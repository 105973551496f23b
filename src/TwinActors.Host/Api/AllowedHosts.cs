using System.Collections.Immutable;
using TwinActors.Host.Configuration;

namespace TwinActors.Host.Api;

/// <summary>The names under which this node answers, and the pages that may open its sockets.</summary>
/// <remarks>
/// A page from anywhere may let its own name point to this machine (DNS rebinding): to the browser, the node is then
/// part of that page. Only the name that the browser asks for tells.
/// </remarks>
/// <param name="urls">Where the node listens.</param>
/// <param name="listed">More names and addresses, without port.</param>
internal sealed class AllowedHosts(ImmutableArray<Uri> urls, ImmutableArray<string> listed)
{
    /// <summary>Whether the node answers to a host.</summary>
    /// <param name="host">Host of a request, without port; empty when it names none, which no browser does.</param>
    public bool Answers(string host) =>
        host.Length == 0
        || Loopback.Has(host)
        || urls.Any(url => IsSame(url.Host, host))
        || IsListed(host);

    /// <summary>Whether a page may open a socket: one of this node, or of a listed host; programs name no
    /// page.</summary>
    public bool Admits(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || (Uri.TryCreate(origin, UriKind.Absolute, out var page)
                && (string.Equals(page.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
                    || IsListed(page.Host)));
    }

    private bool IsListed(string host) => listed.Any(name => IsSame(name, host));

    private static bool IsSame(string one, string other) =>
        string.Equals(one.Trim('[', ']'), other.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);
}

/// <summary>Refuses requests for hosts that are not this node.</summary>
internal static class HostCheck
{
    /// <summary>Goes before everything that answers.</summary>
    public static void UseHostCheck(this IApplicationBuilder app, AllowedHosts hosts) => app.Use((http, next) =>
        hosts.Answers(http.Request.Host.Host)
            ? next(http)
            : TypedResults.Problem(
                $"\"{http.Request.Host.Host}\" is no name of this node. It answers to localhost, loopback addresses "
                    + "and the hosts of node.urls; api.allowed-hosts adds names.",
                statusCode: StatusCodes.Status421MisdirectedRequest, title: "Other host").ExecuteAsync(http));
}
