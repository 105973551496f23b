using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Bridges;

/// <summary>A client of rosbridge v2 that subscribes to the topics of a robot's streams, messages as JSON.</summary>
/// <remarks>
/// rosbridge writes NaN and infinity as null: both become NaN here, which counts as absent and never as 0. Byte arrays
/// are base64. What a bridge says of itself (op <c>status</c>) is not used.
/// </remarks>
internal sealed class RosbridgeProtocol : IBridgeProtocol
{
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Prepares the subscriptions.</summary>
    /// <param name="options">Streams, joint order and clock.</param>
    /// <param name="schemas">Message types that are known.</param>
    public RosbridgeProtocol(RobotLinkOptions options, RosSchemaSet schemas)
    {
        var unmapped = ImmutableArray.CreateBuilder<UnmappedTopic>();
        foreach (var stream in options.Streams)
        {
            var problem = "type unknown";
            var schema = schemas.Find(stream.Options.Type);
            var feed = schema is null
                ? null
                : StreamFeed.Create(stream, schema, null, options, new JointNamePool(), out problem);
            if (feed is null)
            {
                unmapped.Add(new UnmappedTopic(stream.Options.Topic, stream.Options.Type, null, problem!, 0));
                continue;
            }

            stream.HandsOnMessages = true;
            _lanes.Add(stream.Options.Topic, new Lane(stream, schema!, feed));
        }

        Unmapped = unmapped.ToImmutable();
    }

    /// <inheritdoc/>
    public ImmutableArray<string> Subprotocols => [];

    /// <inheritdoc/>
    public int Senders => _lanes.Values.Count(lane => lane.IsHeard);

    /// <inheritdoc/>
    public ImmutableArray<UnmappedTopic> Unmapped { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Begin() => _lanes.Select(lane => new JsonObject
    {
        ["op"] = "subscribe",
        ["id"] = $"twin:{lane.Key}",
        ["topic"] = lane.Key,
        ["type"] = lane.Value.Schema.Name,
    }.ToJsonString());

    /// <inheritdoc/>
    public IEnumerable<string> Take(WebSocketMessageType type, ReadOnlyMemory<byte> message)
    {
        if (type == WebSocketMessageType.Text
            && JsonNode.Parse(message.Span) is JsonObject words
            && words["op"]?.GetValue<string>() == "publish"
            && words["topic"]?.GetValue<string>() is { } topic
            && _lanes.TryGetValue(topic, out var lane))
        {
            lane.Take(words["msg"]);
        }

        return [];
    }

    /// <inheritdoc/>
    public void End()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Silence();
        }
    }

    /// <summary>One topic. A bridge does not tell whether anybody sends: the first message does.</summary>
    private sealed class Lane(RobotStream stream, RosSchema schema, StreamFeed feed)
    {
        public RosSchema Schema => schema;

        public bool IsHeard { get; private set; }

        public void Take(JsonNode? message)
        {
            IsHeard = true;
            stream.Counters.SetPublishers(1);
            NameAbsent(schema, message);
            if (RosJson.TryEncode(schema, message, out var cdr, out _))
            {
                feed.Take(cdr);
            }
            else
            {
                stream.Counters.RejectUnread("malformed");
            }
        }

        public void Silence()
        {
            IsHeard = false;
            stream.Counters.SetPublishers(0);
        }
    }

    private static void NameAbsent(RosSchema schema, JsonNode? message)
    {
        if (message is not JsonObject fields)
        {
            return;
        }

        foreach (var field in schema.Fields)
        {
            if (!fields.TryGetPropertyValue(field.Name, out var value))
            {
                continue;
            }

            switch (value)
            {
                case null when field is { Shape: RosShape.Single, Kind: RosKind.Float32 or RosKind.Float64 }:
                    fields[field.Name] = "NaN";
                    break;
                case JsonArray array when field.Kind is RosKind.Float32 or RosKind.Float64:
                    NameAbsent(array);
                    break;
                case JsonArray array when field.Kind == RosKind.Message:
                    foreach (var element in array)
                    {
                        NameAbsent(field.Message!, element);
                    }

                    break;
                case JsonObject when field.Kind == RosKind.Message:
                    NameAbsent(field.Message!, value);
                    break;
            }
        }
    }

    private static void NameAbsent(JsonArray numbers)
    {
        for (var i = 0; i < numbers.Count; i++)
        {
            numbers[i] ??= "NaN";
        }
    }
}
