using System.Net.WebSockets;

namespace TwinActors.Host.Realtime;

/// <summary>A client of a live socket: its requests are read while what is new goes out at a steady pace.</summary>
/// <param name="socket">The connection.</param>
/// <param name="pace">Time from one sending to the next.</param>
/// <param name="clock">Clock of the pace.</param>
internal abstract class LiveSocket(WebSocket socket, TimeSpan pace, TimeProvider clock) : IDisposable
{
    private const int LongestRequest = 16 * 1024;

    // Longer than a client's answer takes, shorter than whoever stops the node waits for it.
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _sending = new(1);

    /// <summary>Clock of the pace.</summary>
    protected TimeProvider Clock { get; } = clock;

    /// <summary>Serves the client until it goes or the node stops.</summary>
    /// <param name="stopping">The node stops: the client is told.</param>
    /// <param name="gone">The client's connection has ended.</param>
    public async Task RunAsync(CancellationToken stopping, CancellationToken gone)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(gone);
        var receiving = Task.CompletedTask;
        var sending = Task.CompletedTask;
        try
        {
            await GreetAsync(ending.Token);
            sending = PumpAsync(ending.Token);
            // Not ended by the token: a receive that is cancelled aborts the socket, and the client would not be told.
            receiving = ReceiveAsync(ending.Token);
            await receiving.WaitAsync(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!receiving.IsCompleted)
            {
                ending.CancelAfter(FarewellPatience);
                await CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "The node stops.", ending.Token);
            }

            await receiving;
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The client went without a word, or does not answer: there is nobody left to tell.
        }
        finally
        {
            await ending.CancelAsync();
            await sending;
            await receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sending.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Sends what a client is told first.</summary>
    protected abstract Task GreetAsync(CancellationToken stopping);

    /// <summary>Handles one message of the client.</summary>
    protected abstract Task HandleAsync(
        WebSocketMessageType type, ReadOnlyMemory<byte> message, CancellationToken stopping);

    /// <summary>Sends what is new; runs beside <see cref="HandleAsync"/>.</summary>
    protected abstract Task SendNewsAsync(CancellationToken stopping);

    /// <summary>Gives back what the client held.</summary>
    protected abstract void Release();

    /// <summary>Sends one message. Both halves send, and a WebSocket takes one message at a time.</summary>
    protected async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken stopping)
    {
        await _sending.WaitAsync(stopping);
        try
        {
            // Nothing goes out behind our own word of farewell.
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.SendAsync(bytes, type, endOfMessage: true, stopping);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReceiveAsync(CancellationToken stopping)
    {
        var buffer = new byte[LongestRequest];
        while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                if (length == buffer.Length)
                {
                    await socket.CloseAsync(
                        WebSocketCloseStatus.MessageTooBig, $"A request has at most {LongestRequest} bytes.", stopping);
                    return;
                }

                part = await socket.ReceiveAsync(buffer.AsMemory(length), stopping);
                length += part.Count;
            }
            while (!part.EndOfMessage);

            if (part.MessageType == WebSocketMessageType.Close)
            {
                await CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
                return;
            }

            if (socket.State == WebSocketState.Open)
            {
                await HandleAsync(part.MessageType, buffer.AsMemory(0, length), stopping);
            }
        }
    }

    private async Task PumpAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pace, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                await SendNewsAsync(stopping);
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The receiving half sees the same end and cleans up. What was said in farewell is left to go out.
            if (socket.State == WebSocketState.Open)
            {
                socket.Abort();
            }
        }
    }

    private async Task CloseAsync(WebSocketCloseStatus status, string? reason, CancellationToken stopping)
    {
        await _sending.WaitAsync(stopping);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(status, reason, stopping);
            }
        }
        finally
        {
            _sending.Release();
        }
    }

    private static bool IsEnd(Exception end) => end is WebSocketException or OperationCanceledException or IOException;
}
