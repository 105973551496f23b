using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Telemetry;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>A client of the live socket that knows nothing but the protocol.</summary>
internal sealed class TelemetryClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ClientWebSocket _socket;
    private readonly byte[] _buffer = new byte[1024 * 1024];

    private TelemetryClient(ClientWebSocket socket) => _socket = socket;

    /// <summary>Connects and takes the hello.</summary>
    public static async Task<(TelemetryClient Client, TelemetryNotice Hello)> ConnectAsync(NodeProcess node)
    {
        var client = new TelemetryClient(Offer(TelemetryProtocol.Subprotocol, origin: null));
        using var deadline = new CancellationTokenSource(Patience);
        await client._socket.ConnectAsync(AddressOn(node), deadline.Token);
        var hello = (await client.NextAsync()).Notice;
        Assert.Equal("hello", hello?.Op);
        return (client, hello!);
    }

    /// <summary>Tries to connect.</summary>
    /// <returns>The HTTP status of the answer; 101 when the socket was opened.</returns>
    public static async Task<int> KnockAsync(
        NodeProcess node, string? subprotocol, string? origin, string? host = null)
    {
        using var socket = Offer(subprotocol, origin);
        if (host is not null)
        {
            socket.Options.SetRequestHeader("Host", host);
        }

        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(AddressOn(node), deadline.Token);
        }
        catch (WebSocketException)
        {
            // The status tells.
        }

        return (int)socket.HttpStatusCode;
    }

    /// <summary>Sends a request.</summary>
    public Task SendAsync(TelemetryRequest request) =>
        SendAsync(JsonSerializer.Serialize(request, ContractsJson.Default.TelemetryRequest));

    /// <summary>Sends any text.</summary>
    public Task SendAsync(string text) => _socket.SendAsync(
        Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    /// <summary>The next message: a notice, or the bytes of a frame.</summary>
    public async Task<(TelemetryNotice? Notice, byte[] Frame)> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var length = 0;
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(new ArraySegment<byte>(_buffer)[length..], deadline.Token);
            length += part.Count;
        }
        while (!part.EndOfMessage);

        return part.MessageType == WebSocketMessageType.Text
            ? (JsonSerializer.Deserialize(_buffer.AsSpan(0, length), ContractsJson.Default.TelemetryNotice), [])
            : (null, _buffer[..length]);
    }

    /// <summary>The next notice; frames before it are passed over.</summary>
    public async Task<TelemetryNotice> NoticeAsync()
    {
        while (true)
        {
            if ((await NextAsync()).Notice is { } notice)
            {
                return notice;
            }
        }
    }

    /// <summary>Takes messages until the node closes the socket, and answers that.</summary>
    /// <returns>The status that the node closed it with.</returns>
    public async Task<WebSocketCloseStatus?> ClosedAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while ((await _socket.ReceiveAsync(new ArraySegment<byte>(_buffer), deadline.Token)).MessageType
            != WebSocketMessageType.Close)
        {
            // What was under way.
        }

        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        return _socket.CloseStatus;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static Uri AddressOn(NodeProcess node) =>
        new UriBuilder(node.Address) { Scheme = Uri.UriSchemeWs, Path = "/ws/v1/telemetry" }.Uri;

    private static ClientWebSocket Offer(string? subprotocol, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (subprotocol is not null)
        {
            socket.Options.AddSubProtocol(subprotocol);
        }

        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        return socket;
    }
}
