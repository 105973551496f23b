using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TwinActors.Actors;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Sensors;
using TwinActors.Contracts;
using TwinActors.Host.Api;
using TwinActors.Host.Realtime;
using TwinActors.Kernel;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Host.Foxglove;

/// <summary>One client of the Foxglove protocol: the robots of the fleet as channels.</summary>
/// <remarks>
/// Joint states are sent each, other samples the newest ten times a second. Nothing can be published, called or set:
/// the capabilities for that are never offered, and who tries is told so.
/// </remarks>
internal sealed class FoxgloveSocket(
    WebSocket socket, TwinNode node, TimeSpan pace, string nodeName, TimeProvider clock)
    : LiveSocket(socket, pace, clock)
{
    private const int MostSubscriptions = 1024;
    private const byte Time = 2;
    private const int Warning = 1;
    private const int Error = 2;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ListEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<FoxgloveChannel, uint> _channels = [];
    private readonly Dictionary<uint, FoxgloveSubscription> _subscriptions = [];
    private readonly Dictionary<SampleLayout, FrameMessage> _encoders = new(ReferenceEqualityComparer.Instance);
    private DateTimeOffset _lookAt;
    private DateTimeOffset _listAt;
    private uint _lastChannel;

    /// <inheritdoc/>
    protected override async Task GreetAsync(CancellationToken stopping)
    {
        await SendAsync(
            new JsonObject
            {
                ["op"] = "serverInfo",
                ["name"] = nodeName,
                ["capabilities"] = new JsonArray("time"),
                ["supportedEncodings"] = new JsonArray(),
                ["metadata"] = new JsonObject(),
                ["sessionId"] = Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", null),
            },
            stopping);
        await ListAsync(stopping);
    }

    /// <inheritdoc/>
    protected override async Task HandleAsync(
        WebSocketMessageType type, ReadOnlyMemory<byte> message, CancellationToken stopping)
    {
        FoxgloveRequest? request = null;
        try
        {
            request = type == WebSocketMessageType.Text
                ? JsonSerializer.Deserialize(message.Span, FoxgloveJson.Default.FoxgloveRequest)
                : null;
        }
        catch (JsonException bad)
        {
            await TellAsync(Error, $"The request is not understood: {bad.Message}", stopping);
            return;
        }

        switch (request)
        {
            case { Op: "subscribe", Subscriptions: { } subscriptions }:
                foreach (var (id, channel) in subscriptions)
                {
                    await SubscribeAsync(id, channel, stopping);
                }

                break;
            case { Op: "unsubscribe", SubscriptionIds: { } ids }:
                foreach (var id in ids)
                {
                    Unsubscribe(id);
                }

                break;
            default:
                await TellAsync(
                    Error,
                    $"\"{request?.Op ?? "A binary message"}\" is refused: this server only sends, it commands none.",
                    stopping);
                break;
        }
    }

    /// <inheritdoc/>
    protected override async Task SendNewsAsync(CancellationToken stopping)
    {
        ImmutableArray<FoxgloveSubscription> all;
        lock (_gate)
        {
            all = [.. _subscriptions.Values];
        }

        foreach (var subscription in all.Where(one => one.Channel.Content == FoxgloveContent.Joints))
        {
            await SendJointsAsync(subscription, stopping);
        }

        var now = Clock.GetUtcNow();
        if (now >= _lookAt)
        {
            _lookAt = now + LookEvery;
            await SendTimeAsync(stopping);
            await SendSensorsAsync(all, stopping);
            await SendDescriptionsAsync(all, stopping);
        }

        if (now >= _listAt)
        {
            await ListAsync(stopping);
        }
    }

    /// <inheritdoc/>
    protected override void Release()
    {
        lock (_gate)
        {
            foreach (var subscription in _subscriptions.Values)
            {
                subscription.Dispose();
            }

            _subscriptions.Clear();
        }
    }

    // Robots come and go: new channels are advertised, those that are gone are taken back.
    private async Task ListAsync(CancellationToken stopping)
    {
        _listAt = Clock.GetUtcNow() + ListEvery;
        ImmutableArray<(string Key, Answer<TwinReading> Answer)> fleet;
        try
        {
            fleet = await node.Robots.ListAsync(stopping);
        }
        catch (Exception late) when (late is TimeoutException or MailboxFullException or ActorTerminatedException)
        {
            // The node is busy: what is known stays until the next look.
            return;
        }

        TwinReading[] twins = [.. fleet.Select(robot => robot.Answer.Value).OfType<TwinReading>()];
        var offered = twins.SelectMany(FoxgloveChannel.Of).DistinctBy(channel => channel.Topic).ToHashSet();
        var (added, removed) = (new JsonArray(), new JsonArray());
        List<FoxgloveSubscription> summaries;
        lock (_gate)
        {
            foreach (var gone in _channels.Keys.Where(channel => !offered.Contains(channel)).ToArray())
            {
                removed.Add(_channels[gone]);
                _channels.Remove(gone);
            }

            foreach (var channel in offered.Where(channel => !_channels.ContainsKey(channel)))
            {
                _channels.Add(channel, ++_lastChannel);
                added.Add(channel.Advertise(_lastChannel));
            }

            summaries = [.. _subscriptions.Values.Where(one => one.Channel.Content == FoxgloveContent.Summary)];
        }

        if (removed.Count > 0)
        {
            await SendAsync(new JsonObject { ["op"] = "unadvertise", ["channelIds"] = removed }, stopping);
        }

        if (added.Count > 0)
        {
            await SendAsync(new JsonObject { ["op"] = "advertise", ["channels"] = added }, stopping);
        }

        foreach (var subscription in summaries)
        {
            if (Array.Find(twins, twin => twin.Robot == subscription.Channel.Robot) is { } twin)
            {
                var json = JsonSerializer.SerializeToUtf8Bytes(
                    RobotDocuments.Summary(twin), ContractsJson.Default.RobotSummary);
                await SendAsync(subscription.Frame(NowNs, json), WebSocketMessageType.Binary, stopping);
            }
        }
    }

    private async Task SubscribeAsync(uint id, uint channelId, CancellationToken stopping)
    {
        string? refusal = null;
        lock (_gate)
        {
            var channel = _channels.FirstOrDefault(known => known.Value == channelId).Key;
            if (channel is null)
            {
                refusal = $"There is no channel {channelId}.";
            }
            else if (_subscriptions.ContainsKey(id))
            {
                refusal = $"Subscription {id} is there already.";
            }
            else if (_subscriptions.Count == MostSubscriptions)
            {
                refusal = $"This socket has {MostSubscriptions} subscriptions, the most there can be.";
            }
            else
            {
                var feed = channel.Content == FoxgloveContent.Joints ? node.Feed.For(channel.Robot) : null;
                _subscriptions.Add(id, new FoxgloveSubscription(id, channel, feed));
            }
        }

        if (refusal is not null)
        {
            await TellAsync(Error, refusal, stopping);
        }
    }

    private void Unsubscribe(uint id)
    {
        lock (_gate)
        {
            if (_subscriptions.Remove(id, out var subscription))
            {
                subscription.Dispose();
            }
        }
    }

    private async Task SendJointsAsync(FoxgloveSubscription subscription, CancellationToken stopping)
    {
        for (var frame = subscription.NextJoints(); !frame.IsEmpty; frame = subscription.NextJoints())
        {
            await SendAsync(frame, WebSocketMessageType.Binary, stopping);
        }

        if (subscription.TakeLost() is > 0 and var lost)
        {
            await TellAsync(
                Warning, $"{lost} joint states of {subscription.Channel.Topic} were not sent: the client is slow.",
                stopping);
        }
    }

    private async Task SendSensorsAsync(
        ImmutableArray<FoxgloveSubscription> all, CancellationToken stopping)
    {
        foreach (var robot in all.Where(one => one.Channel.Content == FoxgloveContent.Sensor)
            .GroupBy(one => one.Channel.Robot))
        {
            var sensors = await node.Robots.AskAsync<ImmutableArray<SensorReading>>(
                robot.Key, reply => new RobotTwinMessage.ReadSensors(reply), stopping);
            if (sensors.Rejection is not null)
            {
                continue;
            }

            foreach (var subscription in robot)
            {
                var sensor = sensors.Value.FirstOrDefault(one => one.Stream.Topic == subscription.Channel.Topic);
                if (sensor is { Layout: { } layout, ReceivedAtNs: { } receivedNs } && receivedNs > subscription.SentNs)
                {
                    subscription.SentNs = receivedNs;
                    var frame = subscription.Frame(receivedNs, EncoderOf(layout).Write(sensor.Frame.Span));
                    await SendAsync(frame, WebSocketMessageType.Binary, stopping);
                }
            }
        }
    }

    private FrameMessage EncoderOf(SampleLayout layout)
    {
        if (!_encoders.TryGetValue(layout, out var encoder))
        {
            _encoders[layout] = encoder = new FrameMessage(layout, RosSchemaSet.Standard.Get(layout.TypeName));
        }

        return encoder;
    }

    private async Task SendDescriptionsAsync(ImmutableArray<FoxgloveSubscription> all, CancellationToken stopping)
    {
        foreach (var subscription in all.Where(
            one => one is { Channel.Content: FoxgloveContent.Description, SentNs: 0 }))
        {
            var urdf = await node.Robots.AskAsync<string>(
                subscription.Channel.Robot, reply => new RobotTwinMessage.ReadUrdf(reply), stopping);
            if (urdf.Value is { Length: > 0 } text)
            {
                subscription.SentNs = NowNs;
                var message = new byte[CdrReader.HeaderSize + sizeof(uint) + Encoding.UTF8.GetByteCount(text) + 1];
                Write(text, message);
                await SendAsync(
                    subscription.Frame(subscription.SentNs, message), WebSocketMessageType.Binary, stopping);
            }
        }
    }

    private static void Write(string text, byte[] message)
    {
        var writer = new CdrWriter(message);
        writer.WriteText(text);
    }

    private Task SendTimeAsync(CancellationToken stopping)
    {
        var message = new byte[1 + sizeof(ulong)];
        message[0] = Time;
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(1), (ulong)NowNs);
        return SendAsync(message, WebSocketMessageType.Binary, stopping);
    }

    private Task TellAsync(int level, string message, CancellationToken stopping) => SendAsync(
        new JsonObject { ["op"] = "status", ["level"] = level, ["message"] = message }, stopping);

    private Task SendAsync(JsonObject message, CancellationToken stopping) => SendAsync(
        Encoding.UTF8.GetBytes(message.ToJsonString()), WebSocketMessageType.Text, stopping);

    private long NowNs => Stamp.From(Clock.GetUtcNow()).Nanoseconds;
}

/// <summary>What a Foxglove client may ask for.</summary>
/// <param name="Op">What is asked.</param>
/// <param name="Subscriptions">Channels to send from now on.</param>
/// <param name="SubscriptionIds">Subscriptions to end.</param>
internal sealed record FoxgloveRequest(
    string? Op, ImmutableArray<FoxgloveRequest.Subscription>? Subscriptions, ImmutableArray<uint>? SubscriptionIds)
{
    /// <summary>A subscription of a channel.</summary>
    /// <param name="Id">The client's number for it.</param>
    /// <param name="ChannelId">The channel.</param>
    internal sealed record Subscription(uint Id, uint ChannelId);
}

/// <summary>JSON of the client's requests.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FoxgloveRequest))]
internal sealed partial class FoxgloveJson : JsonSerializerContext;
