using System.Net;
using System.Net.WebSockets;
using System.Text;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Links;

/// <summary>A WebSocket server for one client at a time; the test says what it says.</summary>
internal sealed class WebSocketPeer : IDisposable
{
    private readonly HttpListener _listener = new();

    public WebSocketPeer()
    {
        var port = FreePorts.Next();
        Url = $"ws://127.0.0.1:{port}/";
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
    }

    public string Url { get; }

    /// <summary>Waits for the next client.</summary>
    public async Task<WebSocket> AcceptAsync(CancellationToken stopping)
    {
        var context = await _listener.GetContextAsync().WaitAsync(stopping);
        return (await context.AcceptWebSocketAsync(subProtocol: null)).WebSocket;
    }

    public static async Task<string> ReadAsync(WebSocket socket, CancellationToken stopping)
    {
        var buffer = new byte[64 << 10];
        var received = await socket.ReceiveAsync(buffer, stopping);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    public static Task SendAsync(WebSocket socket, string words, CancellationToken stopping) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(words), WebSocketMessageType.Text, endOfMessage: true, stopping);

    public void Dispose() => _listener.Close();
}
