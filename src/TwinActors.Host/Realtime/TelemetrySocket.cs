using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text.Json;
using TwinActors.Actors;
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
    private static readonly string[] KnownSignals =
        [TelemetryProtocol.Positions, TelemetryProtocol.Velocities, TelemetryProtocol.Efforts];

    private readonly SortedDictionary<int, Subscription> _subscriptions = [];
    private readonly SemaphoreSlim _sending = new(1);
    private readonly DateTimeOffset _epoch = clock.GetUtcNow();

    /// <summary>Serves the client until it goes or the node stops.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
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
            await ReceiveAsync(ending.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The client went without a word, or the node stops: there is nobody left to tell.
        }
        finally
        {
            await ending.CancelAsync();
            await sending;
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
        while (socket.State == WebSocketState.Open)
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
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
                return;
            }

            await HandleAsync(buffer.AsMemory(0, length), stopping);
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
        else if (request.MaxHz is <= 0)
        {
            await RefuseAsync(request.Id, $"\"maxHz\" is {request.MaxHz}; it lies above 0.", stopping);
        }
        else if (_subscriptions.Count >= MostSubscriptions && !_subscriptions.ContainsKey(request.Id))
        {
            await RefuseAsync(
                request.Id, $"This socket has {MostSubscriptions} subscriptions, the most there can be.", stopping);
        }
        else if ((await node.Robots.AskAsync<TwinReading>(
            robot, reply => new RobotTwinMessage.ReadTwin(reply), stopping)).Rejection is { } rejection)
        {
            await RefuseAsync(request.Id, rejection.Message, stopping);
        }
        else
        {
            Unsubscribe(request.Id);
            var rate = Math.Min(request.MaxHz ?? double.MaxValue, limits.MaximumHz);
            var added = new Subscription(
                (ushort)request.Id, request.Robot!, node.Feed.For(robot), [.. signals], rate,
                Stamp.From(_epoch).Nanoseconds);
            lock (_subscriptions)
            {
                _subscriptions[request.Id] = added;
            }
        }
    }

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
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            // The receiving half sees the same end and cleans up.
            socket.Abort();
        }
    }

    private async Task PumpAsync(Subscription subscription, CancellationToken stopping)
    {
        while (true)
        {
            if (subscription.Next(out var frame))
            {
                await SendAsync(
                    new TelemetryNotice
                    {
                        Op = "subscribed",
                        Id = subscription.Id,
                        Robot = subscription.Robot,
                        Signals = subscription.Signals,
                        Joints = subscription.Layout!.Names,
                    },
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
            await socket.SendAsync(bytes, type, endOfMessage: true, stopping);
        }
        finally
        {
            _sending.Release();
        }
    }
}

/// <summary>Limits of the live socket; from the node's configuration.</summary>
/// <param name="MaximumHz">Highest sample rate a client gets [Hz].</param>
/// <param name="Pace">How often new samples are sent.</param>
internal sealed record TelemetryLimits(double MaximumHz, TimeSpan Pace);
