using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Bridges;

/// <summary>A client of the Foxglove WebSocket protocol that subscribes to the channels of a robot's streams.</summary>
/// <remarks>
/// Channels are taken when their topic and type are those of a stream, their encoding is <c>cdr</c> and their schema is
/// <c>ros2msg</c>. The schema that the bridge sends decides about the layout.
/// </remarks>
/// <param name="options">Streams, joint order and clock.</param>
/// <param name="schemas">Message types that schemas of the bridge may build on.</param>
internal sealed class FoxgloveProtocol(RobotLinkOptions options, RosSchemaSet schemas) : IBridgeProtocol
{
    private const byte MessageData = 1;
    private const int HeadLength = 1 + sizeof(uint) + sizeof(ulong);

    /// <summary>Most channels that are remembered: a bridge cannot make this process grow without end.</summary>
    private const int MostChannels = 4096;

    private readonly Dictionary<uint, Channel> _channels = [];
    private readonly Dictionary<uint, Lane> _lanes = [];
    private readonly Dictionary<(RobotStream, string), StreamFeed> _feeds = [];
    private uint _lastSubscription;

    /// <inheritdoc/>
    public ImmutableArray<string> Subprotocols { get; } = ["foxglove.sdk.v1", "foxglove.websocket.v1"];

    /// <inheritdoc/>
    public int Senders => _lanes.Count;

    /// <inheritdoc/>
    public ImmutableArray<UnmappedTopic> Unmapped { get; private set; } = [];

    /// <inheritdoc/>
    public IEnumerable<string> Begin() => [];

    /// <inheritdoc/>
    public IEnumerable<string> Take(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (type == WebSocketMessageType.Binary)
        {
            TakeSample(message.Span);
            return [];
        }

        return TakeWords(message);
    }

    /// <inheritdoc/>
    public void End()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Stream.Counters.SetPublishers(0);
        }

        _lanes.Clear();
        _channels.Clear();
        Unmapped = [];
    }

    private void TakeSample(ReadOnlySpan<byte> message)
    {
        if (message.Length >= HeadLength
            && message[0] == MessageData
            && _lanes.TryGetValue(BinaryPrimitives.ReadUInt32LittleEndian(message[1..]), out var lane))
        {
            lane.Feed.Take(message[HeadLength..]);
        }
    }

    private List<string> TakeWords(ReadOnlyMemory<byte> message)
    {
        var answers = new List<string>();
        if (JsonNode.Parse(message.Span) is not JsonObject words)
        {
            return answers;
        }

        switch (words["op"]?.GetValue<string>())
        {
            case "advertise":
                foreach (var channel in words["channels"]?.AsArray() ?? [])
                {
                    Add(channel.Deserialize(FoxgloveProtocolJson.Default.Channel), answers);
                }

                RefreshUnmapped();
                break;
            case "unadvertise":
                foreach (var id in words["channelIds"]?.AsArray() ?? [])
                {
                    Remove(id!.GetValue<uint>());
                }

                RefreshUnmapped();
                break;
        }

        return answers;
    }

    private void Add(Channel? channel, List<string> answers)
    {
        if (channel is null || _channels.Count >= MostChannels || !_channels.TryAdd(channel.Id, channel))
        {
            return;
        }

        var stream = options.Streams.FirstOrDefault(one => one.Options.Topic == channel.Topic);
        channel.Problem = stream is null ? "not configured" : Refusal(channel, stream);
        if (stream is null || channel.Problem is not null)
        {
            return;
        }

        var subscription = ++_lastSubscription;
        stream.HandsOnMessages = true;
        stream.Counters.SetPublishers(1);
        _lanes.Add(subscription, new Lane(channel.Id, stream, _feeds[(stream, channel.Schema!)]));
        answers.Add(new JsonObject
        {
            ["op"] = "subscribe",
            ["subscriptions"] = new JsonArray(new JsonObject { ["id"] = subscription, ["channelId"] = channel.Id }),
        }.ToJsonString());
    }

    /// <summary>Why a channel cannot fill the stream of its topic; null when it can, and then its feed is
    /// there.</summary>
    private string? Refusal(Channel channel, RobotStream stream)
    {
        if (channel.Encoding != "cdr")
        {
            return $"its messages are {channel.Encoding}, not cdr";
        }

        if (channel.SchemaName != stream.Options.Type)
        {
            return $"configured as {stream.Options.Type}";
        }

        if (channel is { SchemaEncoding: not (null or "" or "ros2msg") } or { Schema: null or "" })
        {
            return $"its schema is {channel.SchemaEncoding ?? "absent"}, not ros2msg";
        }

        if (_lanes.Values.Any(lane => lane.Stream == stream))
        {
            return "another channel of this topic fills the stream";
        }

        if (_feeds.ContainsKey((stream, channel.Schema!)))
        {
            return null;
        }

        if (!schemas.TryAdd(channel.SchemaName, channel.Schema!, out var set, out var problems))
        {
            return $"its schema cannot be read: {problems[0]}";
        }

        var feed = StreamFeed.Create(
            stream, set.Get(channel.SchemaName!), null, options, new JointNamePool(), out var problem);
        if (feed is not null)
        {
            _feeds.Add((stream, channel.Schema!), feed);
        }

        return problem;
    }

    private void Remove(uint id)
    {
        _channels.Remove(id);
        foreach (var (subscription, lane) in _lanes.Where(lane => lane.Value.Channel == id).ToArray())
        {
            lane.Stream.Counters.SetPublishers(0);
            _lanes.Remove(subscription);
        }
    }

    private void RefreshUnmapped() => Unmapped =
    [
        .. _channels.Values.Where(channel => channel.Problem is not null)
            .OrderBy(channel => channel.Topic, StringComparer.Ordinal)
            .Select(channel => new UnmappedTopic(
                channel.Topic ?? "", channel.SchemaName ?? "", null, channel.Problem!, Publishers: 1)),
    ];

    private sealed record Lane(uint Channel, RobotStream Stream, StreamFeed Feed);

    /// <summary>A channel as the bridge advertises it.</summary>
    internal sealed record Channel(
        uint Id, string? Topic, string? Encoding, string? SchemaName, string? SchemaEncoding, string? Schema)
    {
        /// <summary>Why no stream takes it; null when one does.</summary>
        public string? Problem { get; set; }
    }
}
