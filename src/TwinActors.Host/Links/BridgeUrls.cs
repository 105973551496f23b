using TwinActors.Host.Configuration;

namespace TwinActors.Host.Links;

/// <summary>Which bridges this node may connect to.</summary>
/// <param name="isLoopbackOnly">Whether only those of this machine.</param>
internal sealed class BridgeUrls(bool isLoopbackOnly)
{
    /// <summary>Why a URL is refused, with the way out; null when it is not.</summary>
    public string? Problem(string? text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("ws" or "wss"))
        {
            return $"The url of the bridge is \"{text}\"; one like ws://127.0.0.1:8765 is wanted.";
        }

        return isLoopbackOnly && !Loopback.Has(url.Host)
            ? $"The bridge {url} is not on this machine. Set bridge.loopback-only to false to reach robots on the "
                + "network."
            : null;
    }
}
