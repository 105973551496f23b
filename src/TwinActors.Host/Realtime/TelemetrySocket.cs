using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text.Json;
using TwinActors.Actors;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Contracts;
using TwinActors.Contracts.Telemetry;
using TwinActors.Robotics;
using TwinActors.Robotics.State;

namespace TwinActors.Host.Realtime;

/// <summary>One client of the live socket: reads its requests, and sends what is new at a steady pace.</summary>
/// <remarks>
/// Samples wait in the feed's ring, not in a queue per client: a client that is slow loses the oldest and is told how
/// many.
/// Text messages are never dropped.
/// </remarks>
internal sealed class TelemetrySocket(
    WebSocket socket, TwinNode node, TelemetryLimits limits, string nodeName, TimeProvider clock) : IDisposable
{
    private const int LongestRequest = 16 * 1024;
    private const int MostSubscriptions = 64;

    // Longer than a client's answer takes, shorter than whoever stops the node waits for it.
    private static readonly TimeSpan FarewellPatience = TimeSpan.FromSeconds(1);
    private static readonly string[] KnownSignals =
    [
        TelemetryProtocol.Positions, TelemetryProtocol.Velocities, TelemetryProtocol.Efforts,
        TelemetryProtocol.VirtualPositions, TelemetryProtocol.VirtualVelocities, TelemetryProtocol.Residuals,
    ];

    private readonly SortedDictionary<int, Subscription> _subscriptions = [];
    private readonly SemaphoreSlim _sending = new(1);
    private readonly DateTimeOffset _epoch = clock.GetUtcNow();

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
            var hello = new TelemetryNotice
            {
                Op = "hello",
                Epoch = Stamp.From(_epoch).ToString(),
                Node = nodeName,
            };
            await SendAsync(hello, ending.Token);
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
            lock (_subscriptions)
            {
                foreach (var subscription in _subscriptions.Values)
                {
                    subscription.Dispose();
                }

                _subscriptions.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sending.Dispose();

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
                await HandleAsync(buffer.AsMemory(0, length), stopping);
            }
        }
    }

    private async Task HandleAsync(ReadOnlyMemory<byte> text, CancellationToken stopping)
    {
        TelemetryRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(text.Span, ContractsJson.Default.TelemetryRequest);
        }
        catch (JsonException bad)
        {
            await RefuseAsync(null, $"The request is no valid JSON: {bad.Message}", stopping);
            return;
        }

        switch (request?.Op)
        {
            case "subscribe":
                await SubscribeAsync(request, stopping);
                break;
            case "unsubscribe":
                Unsubscribe(request.Id);
                break;
            default:
                await RefuseAsync(request?.Id, "\"op\" is neither \"subscribe\" nor \"unsubscribe\".", stopping);
                break;
        }
    }

    private async Task SubscribeAsync(TelemetryRequest request, CancellationToken stopping)
    {
        var signals = request.Signals ?? [TelemetryProtocol.Positions, TelemetryProtocol.Velocities];
        if (request.Id is < 0 or > ushort.MaxValue)
        {
            await RefuseAsync(request.Id, $"\"id\" is {request.Id}; it lies in 0..{ushort.MaxValue}.", stopping);
        }
        else if (!RobotId.TryParse(request.Robot, out var robot, out var problem))
        {
            await RefuseAsync(request.Id, problem, stopping);
        }
        else if (signals.Count == 0 || signals.Any(signal => !KnownSignals.Contains(signal))
            || signals.Distinct(StringComparer.Ordinal).Count() != signals.Count)
        {
            await RefuseAsync(
                request.Id, $"\"signals\" are some of {string.Join(", ", KnownSignals)}, each once.", stopping);
        }
        else if (signals.Select(TelemetryProtocol.IsVirtual).Distinct().Count() > 1)
        {
            await RefuseAsync(
                request.Id,
                "\"signals\" are of the robot and of the virtual robot, whose instants differ: make two subscriptions.",
                stopping);
        }
        else if (request.MaxHz is <= 0)
        {
            await RefuseAsync(request.Id, $"\"maxHz\" is {request.MaxHz}; it lies above 0.", stopping);
        }
        else if (_subscriptions.Count >= MostSubscriptions && !_subscriptions.ContainsKey(request.Id))
        {
            await RefuseAsync(
                request.Id, $"This socket has {MostSubscriptions} subscriptions, the most there can be.", stopping);
        }
        else
        {
            await FollowAsync(request, robot, [.. signals], stopping);
        }
    }

    // The client learns at once that it is heard, and of the joints that are known before any sample comes.
    private async Task FollowAsync(
        TelemetryRequest request, RobotId robot, ImmutableArray<string> signals, CancellationToken stopping)
    {
        var joints = await node.Robots.AskAsync<JointsReading>(
            robot, reply => new RobotTwinMessage.ReadJoints(reply), stopping);
        if (joints.Rejection is { } rejection)
        {
            await RefuseAsync(request.Id, rejection.Message, stopping);
            return;
        }

        Unsubscribe(request.Id);
        var rate = Math.Min(request.MaxHz ?? double.MaxValue, limits.MaximumHz);
        ImmutableArray<string> names = [.. joints.Value!.Joints.Select(joint => joint.Name)];
        await SendAsync(Subscribed(request.Id, request.Robot!, signals, names), stopping);
        var added = new Subscription(
            (ushort)request.Id, request.Robot!, node.Feed.For(robot), signals, rate,
            Stamp.From(_epoch).Nanoseconds, names);
        lock (_subscriptions)
        {
            _subscriptions[request.Id] = added;
        }
    }

    private static TelemetryNotice Subscribed(
        int id, string robot, ImmutableArray<string> signals, ImmutableArray<string> joints) =>
        new() { Op = "subscribed", Id = id, Robot = robot, Signals = signals, Joints = joints };

    private void Unsubscribe(int id)
    {
        lock (_subscriptions)
        {
            if (_subscriptions.Remove(id, out var subscription))
            {
                subscription.Dispose();
            }
        }
    }

    private async Task PumpAsync(CancellationToken stopping)
    {
        using var pace = new PeriodicTimer(limits.Pace, clock);
        try
        {
            while (await pace.WaitForNextTickAsync(stopping))
            {
                ImmutableArray<Subscription> all;
                lock (_subscriptions)
                {
                    all = [.. _subscriptions.Values];
                }

                foreach (var subscription in all)
                {
                    await PumpAsync(subscription, stopping);
                }
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

    private async Task PumpAsync(Subscription subscription, CancellationToken stopping)
    {
        while (true)
        {
            if (subscription.Next(out var frame))
            {
                await SendAsync(
                    Subscribed(subscription.Id, subscription.Robot, subscription.Signals, subscription.Joints),
                    stopping);
                continue;
            }

            if (frame.IsEmpty)
            {
                break;
            }

            await SendAsync(frame, WebSocketMessageType.Binary, stopping);
        }

        if (subscription.TakeLost() is > 0 and var lost)
        {
            await SendAsync(new TelemetryNotice { Op = "dropped", Id = subscription.Id, Samples = lost }, stopping);
        }
    }

    private Task RefuseAsync(int? id, string message, CancellationToken stopping) =>
        SendAsync(new TelemetryNotice { Op = "error", Id = id, Message = message }, stopping);

    private Task SendAsync(TelemetryNotice notice, CancellationToken stopping) => SendAsync(
        JsonSerializer.SerializeToUtf8Bytes(notice, ContractsJson.Default.TelemetryNotice),
        WebSocketMessageType.Text, stopping);

    // Both halves send: a WebSocket takes one message at a time.
    private async Task SendAsync(ReadOnlyMemory<byte> bytes, WebSocketMessageType type, CancellationToken stopping)
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

/// <summary>Limits of the live socket; from the node's configuration.</summary>
/// <param name="MaximumHz">Highest sample rate a client gets [Hz].</param>
/// <param name="Pace">How often new samples are sent.</param>
internal sealed record TelemetryLimits(double MaximumHz, TimeSpan Pace);
