using System.Collections.Immutable;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>What a pass over an MCAP file, or over its summary, has found.</summary>
/// <param name="file">Path, for messages.</param>
internal sealed class McapCatalogue(string file)
{
    private readonly Dictionary<ushort, McapSchema> _schemas = [];
    private readonly Dictionary<ushort, McapChannel> _channels = [];
    private readonly Dictionary<ushort, Totals> _totals = [];
    private bool _isCountedOnly;

    /// <summary>Stretches that hold messages, in order of the file.</summary>
    public List<McapRegion> Regions { get; } = [];

    /// <summary>Attachments in order of the file.</summary>
    public List<McapAttachment> Attachments { get; } = [];

    /// <summary>Metadata records in order of the file.</summary>
    public List<BagMetadataEntry> Metadata { get; } = [];

    /// <summary>What is missing, in sentences for people.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Number of messages found.</summary>
    public long MessageCount => _totals.Values.Sum(totals => totals.Count);

    /// <summary>Takes in a schema; the same one may come again, another one under its id may not.</summary>
    public void Add(McapSchema schema, long offset) => Add(_schemas, schema.Id, schema, "schema", offset);

    /// <summary>Takes in a channel; the same one may come again, another one under its id may not.</summary>
    public void Add(McapChannel channel, long offset) => Add(_channels, channel.Id, channel, "channel", offset);

    /// <summary>Whether a channel's record has come.</summary>
    public bool HasChannel(ushort channel) => _channels.ContainsKey(channel);

    /// <summary>Takes the file's own counts over, in place of counting.</summary>
    public void Counted(IReadOnlyDictionary<ushort, long> messages)
    {
        _isCountedOnly = true;
        foreach (var (channel, count) in messages)
        {
            _totals[channel] = new Totals(count, 0, 0, 0);
        }
    }

    /// <summary>Takes an attachment in when its bytes and checksum end where its record does.</summary>
    public bool TryAdd(McapAttachment attachment, long recordEnd)
    {
        var isWhole = attachment.Attachment.Size == recordEnd - attachment.DataOffset - sizeof(uint);
        if (isWhole)
        {
            Attachments.Add(attachment);
        }

        return isWhole;
    }

    /// <summary>Takes a metadata record in.</summary>
    public void AddMetadata(ref McapFields fields) =>
        Metadata.Add(new BagMetadataEntry(fields.Text(), fields.Map().ToImmutableSortedDictionary(
            StringComparer.Ordinal)));

    /// <summary>Counts a message; its channel must have come before.</summary>
    public void Count(McapMessage message, long offset)
    {
        if (!_channels.ContainsKey(message.Channel))
        {
            throw new BagFormatException(
                file, offset, $"a message of channel {message.Channel} comes before that channel's record.");
        }

        _totals[message.Channel] =
            _totals.TryGetValue(message.Channel, out var so) ? so.Plus(message) : Totals.Of(message);
    }

    /// <summary>Topics by channel id; channels that record the same topic and type share one.</summary>
    public Dictionary<ushort, BagTopic> TopicsByChannel()
    {
        var byChannel = _channels.Values.OrderBy(channel => channel.Id)
            .Select(channel => (channel.Id, Topic: TopicOf(channel)))
            .GroupBy(entry => entry.Topic)
            .SelectMany(same =>
            {
                var topic = same.Select(entry => entry.Topic).Aggregate((sum, next) => sum.Plus(next));
                return same.Select(entry => (entry.Id, Topic: topic));
            });
        return byChannel.ToDictionary(entry => entry.Id, entry => entry.Topic);
    }

    private BagTopic TopicOf(McapChannel channel)
    {
        var schema = _schemas.GetValueOrDefault(channel.SchemaId);
        var totals = _totals.GetValueOrDefault(channel.Id);
        return new BagTopic
        {
            Name = channel.Topic,
            Type = schema?.Name ?? "",
            Serialization = channel.Encoding,
            OfferedQos = channel.OfferedQos,
            TypeHash = channel.TypeHash,
            Definition = schema is { Text.Length: > 0 } ? new BagDefinition(schema.Encoding, schema.Text) : null,
            MessageCount = totals.Count,
            Bytes = _isCountedOnly ? null : totals.Bytes,
            FirstLogTimeNs = totals.Count > 0 && !_isCountedOnly ? totals.First : null,
            LastLogTimeNs = totals.Count > 0 && !_isCountedOnly ? totals.Last : null,
        };
    }

    private void Add<T>(Dictionary<ushort, T> known, ushort id, T record, string kind, long offset)
        where T : notnull
    {
        if (!known.TryAdd(id, record) && !known[id].Equals(record))
        {
            throw new BagFormatException(file, offset, $"{kind} {id} comes twice with different content.");
        }
    }

    private readonly record struct Totals(long Count, long Bytes, long First, long Last)
    {
        public static Totals Of(McapMessage message) =>
            new(1, message.Data.Length, message.LogTimeNs, message.LogTimeNs);

        public Totals Plus(McapMessage message) => new(
            Count + 1,
            Bytes + message.Data.Length,
            Math.Min(First, message.LogTimeNs),
            Math.Max(Last, message.LogTimeNs));
    }
}
