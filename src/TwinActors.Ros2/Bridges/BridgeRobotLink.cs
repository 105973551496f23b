using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Bridges;

/// <summary>Link to a robot whose topics are reached by the WebSocket of a bridge, where DDS does not reach.</summary>
/// <remarks>
/// It connects again by itself, after a growing wait. It subscribes and sends nothing else: there is no way to a motor.
/// </remarks>
public sealed class BridgeRobotLink : IRobotLink
{
    /// <summary>Largest message taken [bytes]; a connection that sends a larger one is closed.</summary>
    private const int MessageLimit = 64 << 20;

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // A bridge whose machine is gone says nothing: pings find out.
    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly RobotLinkOptions _options;
    private readonly IBridgeProtocol _protocol;
    private readonly Uri _url;
    private readonly CancellationTokenSource _closing = new();
    private RobotLinkStatus _status;
    private ImmutableArray<UnmappedTopic> _unmapped = [];
    private Task _running = Task.CompletedTask;
    private byte[] _buffer = new byte[64 << 10];

    private BridgeRobotLink(RobotLinkOptions options, IBridgeProtocol protocol)
    {
        _options = options;
        _protocol = protocol;
        _url = new Uri(options.Url ?? throw new ArgumentException("A bridge has a URL.", nameof(options)));
        _status = new RobotLinkStatus(RobotLinkState.Closed, options.Clock.GetUtcNow(), null);
    }

    /// <summary>Makes a link over a Foxglove bridge, or another server of its WebSocket protocol.</summary>
    /// <param name="options">Robot and URL.</param>
    /// <param name="schemas">Message types that are known.</param>
    public static BridgeRobotLink OverFoxglove(RobotLinkOptions options, RosSchemaSet schemas)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BridgeRobotLink(options, new FoxgloveProtocol(options, schemas));
    }

    /// <summary>Makes a link over a rosbridge v2 server.</summary>
    /// <param name="options">Robot and URL.</param>
    /// <param name="schemas">Message types that are known.</param>
    public static BridgeRobotLink OverRosbridge(RobotLinkOptions options, RosSchemaSet schemas)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BridgeRobotLink(options, new RosbridgeProtocol(options, schemas));
    }

    /// <inheritdoc/>
    public RobotLinkStatus Status => Volatile.Read(ref _status);

    /// <inheritdoc/>
    public ImmutableArray<UnmappedTopic> Unmapped
    {
        get
        {
            lock (_lock)
            {
                return _unmapped;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SetStatus(RobotLinkState.Searching, $"Connecting to {_url}.");
        _running = Task.Run(RunAsync, CancellationToken.None);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        SetStatus(RobotLinkState.Closed, null);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    private async Task RunAsync()
    {
        var wait = ShortestWait;
        while (!_closing.IsCancellationRequested)
        {
            string reason;
            try
            {
                using var socket = await ConnectAsync().ConfigureAwait(false);
                wait = ShortestWait;
                reason = await TalkAsync(socket).ConfigureAwait(false);
            }
            catch (Exception failure)
            {
                // What a bridge sends may be anything, and nobody is above us to catch what comes of it.
                reason = (failure.InnerException ?? failure).Message;
            }

            _protocol.End();
            FollowTopics();
            SetStatus(
                _status.State is RobotLinkState.Connected or RobotLinkState.Lost
                    ? RobotLinkState.Lost
                    : RobotLinkState.Searching,
                $"{_url} is not connected: {reason} It is tried again by itself.");
            await WaitAsync(wait).ConfigureAwait(false);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    private async Task<ClientWebSocket> ConnectAsync()
    {
        var socket = new ClientWebSocket();
        try
        {
            foreach (var subprotocol in _protocol.Subprotocols)
            {
                socket.Options.AddSubProtocol(subprotocol);
            }

            socket.Options.KeepAliveInterval = Ping;
            socket.Options.KeepAliveTimeout = Patience;
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            deadline.CancelAfter(Patience);
            await socket.ConnectAsync(_url, deadline.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<string> TalkAsync(ClientWebSocket socket)
    {
        await SendAsync(socket, _protocol.Begin()).ConfigureAwait(false);
        Follow();
        while (true)
        {
            var (type, length) = await ReceiveAsync(socket).ConfigureAwait(false);
            if (type == WebSocketMessageType.Close)
            {
                return $"It closed the connection. {socket.CloseStatusDescription}".TrimEnd();
            }

            if (length > MessageLimit)
            {
                return $"It sent a message of more than {MessageLimit} bytes, the most that is taken.";
            }

            await SendAsync(socket, _protocol.Take(type, _buffer.AsMemory(0, length))).ConfigureAwait(false);
            Follow();
        }
    }

    private async ValueTask<(WebSocketMessageType Type, int Length)> ReceiveAsync(ClientWebSocket socket)
    {
        for (var length = 0; ;)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, 2 * length);
            }

            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), _closing.Token).ConfigureAwait(false);
            length += part.Count;
            if (part.EndOfMessage || length > MessageLimit)
            {
                return (part.MessageType, length);
            }
        }
    }

    private async ValueTask SendAsync(ClientWebSocket socket, IEnumerable<string> words)
    {
        foreach (var text in words)
        {
            await socket.SendAsync(
                Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, _closing.Token)
                .ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan wait)
    {
        try
        {
            await Task.Delay(wait, _options.Clock, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The link is closed: whoever waits looks for that.
        }
    }

    // What the protocol knows is its thread's alone: others see the copy.
    private void FollowTopics()
    {
        if (_unmapped != _protocol.Unmapped)
        {
            lock (_lock)
            {
                _unmapped = _protocol.Unmapped;
            }
        }
    }

    private void Follow()
    {
        FollowTopics();
        if (_protocol.Senders > 0)
        {
            SetStatus(RobotLinkState.Connected, null);
        }
        else if (_status.State is RobotLinkState.Searching or RobotLinkState.Connected)
        {
            SetStatus(
                _status.State == RobotLinkState.Connected ? RobotLinkState.Lost : RobotLinkState.Searching,
                $"{_url} has nothing of {string.Join(", ", _options.Streams.Select(stream => stream.Options.Topic))}.");
        }
    }

    private void SetStatus(RobotLinkState state, string? reason)
    {
        if (_status.State != state || _status.Reason != reason)
        {
            var since = _status.State == state ? _status.Since : _options.Clock.GetUtcNow();
            Volatile.Write(ref _status, new RobotLinkStatus(state, since, reason));
        }
    }
}
