using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

/// <summary>A node of a few canned answers on a loopback port.</summary>
internal sealed class StubNode : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Dictionary<string, (int Status, string Type, string Body)> _answers = [];
    private readonly Task _serving;
    private Func<WebSocket, Task>? _live;

    public StubNode()
    {
        // HttpListener takes no port 0.
        _listener.Prefixes.Add($"{Url}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; } = NodeProcess.FreeUrl();

    /// <summary>Requests as <c>METHOD path?query</c>, each with its body.</summary>
    public ConcurrentQueue<(string Line, string Body)> Requests { get; } = new();

    public StubNode Answer(string request, string body, int status = 200, string type = "application/json")
    {
        _answers[request] = (status, type, body);
        return this;
    }

    public StubNode Live(Func<WebSocket, Task> live)
    {
        _live = live;
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                await TryAnswerAsync(await _listener.GetContextAsync());
            }
        }
        catch (Exception failure) when (failure is HttpListenerException or ObjectDisposedException
            || (failure is InvalidOperationException && !_listener.IsListening))
        {
            // Stopped, while it waited or just before.
        }
    }

    private async Task TryAnswerAsync(HttpListenerContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception failure) when (failure is IOException or SocketException or WebSocketException
            || (failure is HttpListenerException or ObjectDisposedException && _listener.IsListening))
        {
            // The client had what it wanted and left.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        if (context.Request.IsWebSocketRequest && _live is not null)
        {
            var socket = await context.AcceptWebSocketAsync("twinactors.v1");
            await _live(socket.WebSocket);
            return;
        }

        using var reader = new StreamReader(context.Request.InputStream);
        var line = $"{context.Request.HttpMethod} {context.Request.RawUrl}";
        Requests.Enqueue((line, await reader.ReadToEndAsync()));
        var (status, type, body) = _answers.GetValueOrDefault(
            line,
            (404, "application/problem+json", """{"title": "Not found", "detail": "There is no such robot."}"""));
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
        context.Response.Close();
    }
}
