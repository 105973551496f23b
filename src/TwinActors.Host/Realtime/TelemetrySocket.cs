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
    WebSocket socket, TwinNode node, TelemetryLimits limits, string nodeName, TimeProvider clock)
    : LiveSocket(socket, limits.Pace, clock)
{
    private const int MostSubscriptions = 64;

    private static readonly string[] KnownSignals =
    [
        TelemetryProtocol.Positions, TelemetryProtocol.Velocities, TelemetryProtocol.Efforts,
        TelemetryProtocol.VirtualPositions, TelemetryProtocol.VirtualVelocities, TelemetryProtocol.Residuals,
    ];

    private readonly SortedDictionary<int, Subscription> _subscriptions = [];
    private readonly DateTimeOffset _epoch = clock.GetUtcNow();

    /// <inheritdoc/>
    protected override Task GreetAsync(CancellationToken stopping) => SendAsync(
        new TelemetryNotice { Op = "hello", Epoch = Stamp.From(_epoch).ToString(), Node = nodeName }, stopping);

    /// <inheritdoc/>
    protected override async Task HandleAsync(
        WebSocketMessageType type, ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        TelemetryRequest? request;
        try
        {
            request = JsonSerializer.Deserialize(message.Span, ContractsJson.Default.TelemetryRequest);
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

    /// <inheritdoc/>
    protected override async Task SendNewsAsync(CancellationToken stopping)
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

    /// <inheritdoc/>
    protected override void Release()
    {
        lock (_subscriptions)
        {
            foreach (var subscription in _subscriptions.Values)
            {
                subscription.Dispose();
            }

            _subscriptions.Clear();
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
}

/// <summary>Limits of the live socket; from the node's configuration.</summary>
/// <param name="MaximumHz">Highest sample rate a client gets [Hz].</param>
/// <param name="Pace">How often new samples are sent.</param>
internal sealed record TelemetryLimits(double MaximumHz, TimeSpan Pace);
