using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Telemetry;

namespace TwinActors.Cli.Node;

/// <summary>One message of the live socket: either a notice or a binary frame.</summary>
/// <param name="Notice">The notice; null with a frame.</param>
/// <param name="Frame">The frame, valid until the next message is asked for; empty with a notice.</param>
internal readonly record struct TelemetryMessage(TelemetryNotice? Notice, ReadOnlyMemory<byte> Frame);

/// <summary>A connection to the live socket of a node.</summary>
internal sealed class TelemetrySocket : IAsyncDisposable
{
    // The longest frame there can be: 65535 samples of a few columns would be more, but the node batches milliseconds.
    private const int MaximumMessageLength = 4 * 1024 * 1024;
    private static readonly TimeSpan CloseDeadline = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket;
    private readonly Uri _node;
    private byte[] _buffer = new byte[64 * 1024];

    private TelemetrySocket(ClientWebSocket socket, Uri node)
    {
        _socket = socket;
        _node = node;
    }

    /// <summary>Connects.</summary>
    /// <param name="node">Address of the node.</param>
    /// <param name="patience">Longest wait.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="stopping">Stops the attempt.</param>
    /// <exception cref="CliException">The node does not answer, or has no live socket.</exception>
    public static async Task<TelemetrySocket> ConnectAsync(
        Uri node, TimeSpan patience, TimeProvider time, CancellationToken stopping)
    {
        var address = new UriBuilder(node)
        {
            Scheme = node.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs,
            Path = "/ws/v1/telemetry",
        }.Uri;
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(TelemetryProtocol.Subprotocol);
        if (node.IsLoopback)
        {
            socket.Options.Proxy = null;
        }

        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            await socket.ConnectAsync(address, either.Token).ConfigureAwait(false);
            return new TelemetrySocket(socket, node);
        }
        catch (WebSocketException failure)
        {
            socket.Dispose();
            throw failure.InnerException is HttpRequestException or SocketException
                ? NodeClient.Unreachable(node, failure.InnerException)
                : new CliException(ExitCode.Failure, $"The node at {node} refuses the live socket: {failure.Message}");
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            socket.Dispose();
            throw new CliException(
                ExitCode.Unreachable,
                $"The live socket of the node at {node} did not open within {patience.TotalSeconds} s.");
        }
    }

    /// <summary>Sends a request.</summary>
    /// <exception cref="CliException">The connection ended.</exception>
    public async Task SendAsync(TelemetryRequest request, CancellationToken stopping)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(request, ContractsJson.Default.TelemetryRequest);
        try
        {
            await _socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, stopping)
                .ConfigureAwait(false);
        }
        catch (WebSocketException failure)
        {
            throw Broken(failure, stopping);
        }
    }

    /// <summary>Waits for the next message.</summary>
    /// <exception cref="CliException">The connection ended, or the message is not understood.</exception>
    public async Task<TelemetryMessage> ReceiveAsync(CancellationToken stopping)
    {
        try
        {
            var (type, length) = await ReceiveWholeAsync(stopping).ConfigureAwait(false);
            return type switch
            {
                WebSocketMessageType.Binary => new TelemetryMessage(null, _buffer.AsMemory(0, length)),
                WebSocketMessageType.Text => new TelemetryMessage(ReadNotice(_buffer.AsSpan(0, length)), default),
                _ => throw Ended($"it closed the live socket{Why()}"),
            };
        }
        catch (WebSocketException failure)
        {
            throw Broken(failure, stopping);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                using var deadline = new CancellationTokenSource(CloseDeadline);
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token)
                    .ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            // The other side has gone already: there is nobody to say goodbye to.
        }

        _socket.Dispose();
    }

    private async Task<(WebSocketMessageType Type, int Length)> ReceiveWholeAsync(CancellationToken stopping)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Grow();
            }

            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), stopping).ConfigureAwait(false);
            length += part.Count;
            if (part.EndOfMessage)
            {
                return (part.MessageType, length);
            }
        }
    }

    private void Grow()
    {
        if (_buffer.Length >= MaximumMessageLength)
        {
            throw new CliException(
                ExitCode.Failure,
                $"The node at {_node} sends a message longer than {MaximumMessageLength} bytes; none is that long.");
        }

        Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private TelemetryNotice ReadNotice(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, ContractsJson.Default.TelemetryNotice)
                ?? throw new JsonException("The message is null.");
        }
        catch (JsonException failure)
        {
            throw new CliException(
                ExitCode.Failure,
                $"A message of the node at {_node} is not understood: {failure.Message}",
                "Is the node of the same version as this program?");
        }
    }

    private string Why() => _socket.CloseStatusDescription is { Length: > 0 } words ? $": {words}" : "";

    // A wait that is stopped breaks the connection, which the next wait then finds broken.
    private Exception Broken(WebSocketException failure, CancellationToken stopping) => stopping.IsCancellationRequested
        ? new OperationCanceledException(failure.Message, failure, stopping)
        : Ended(failure.Message);

    private CliException Ended(string reason) =>
        new(ExitCode.Unreachable, $"The connection to the node at {_node} ended: {reason}.");
}
