using System.Collections.Immutable;
using System.Net.WebSockets;
using TwinActors.Robotics.Links;

namespace TwinActors.Ros2.Bridges;

/// <summary>What is said on the WebSocket of a bridge: what to ask for, and what the answers mean.</summary>
/// <remarks>A bridge is only ever asked to send: nothing here publishes, calls or sets anything. One thread at a
/// time.</remarks>
internal interface IBridgeProtocol
{
    /// <summary>Subprotocols that are offered, the preferred one first.</summary>
    ImmutableArray<string> Subprotocols { get; }

    /// <summary>Number of streams that somebody sends.</summary>
    int Senders { get; }

    /// <summary>Topics that the bridge offers and no stream takes.</summary>
    ImmutableArray<UnmappedTopic> Unmapped { get; }

    /// <summary>A connection is open.</summary>
    /// <returns>What to send.</returns>
    IEnumerable<string> Begin();

    /// <summary>A message came.</summary>
    /// <returns>What to send.</returns>
    IEnumerable<string> Take(WebSocketMessageType type, ReadOnlyMemory<byte> message);

    /// <summary>The connection is gone.</summary>
    void End();
}
