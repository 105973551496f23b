using System.Net;

namespace TwinActors.Host.Configuration;

/// <summary>The names of this machine that no other machine can be reached by.</summary>
internal static class Loopback
{
    /// <summary>Whether a host is <c>localhost</c> or a loopback address.</summary>
    /// <param name="host">Name or address without port; an IPv6 address with or without brackets.</param>
    public static bool Has(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
