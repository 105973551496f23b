using System.Collections.Immutable;
using TwinActors.Recording.Mcap;
using TwinActors.Recording.Playback;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Bags;

/// <summary>Copies a recording, or a part of it, into a new MCAP file.</summary>
/// <remarks>
/// Message bytes, times and counters stay as they are; channels of the same topic, type and encoding become one. A topic
/// whose bag carries no definition gets the one that its messages fit, if one is known. What was cut off or left open by a
/// crash becomes whole. Memory stays flat: one chunk is held, and one message per file of the bag.
/// </remarks>
/// <param name="bag">What is copied.</param>
/// <param name="writer">Receives it; is completed by the caller.</param>
public sealed class BagCopy(BagReader bag, McapWriter writer)
{
    private readonly Dictionary<BagTopic, CopiedTopic> _topics = [];

    /// <summary>Topics that have been copied, in order of name.</summary>
    public ImmutableArray<CopiedTopic> Topics =>
        [.. _topics.Values.OrderBy(topic => topic.Topic.Name, StringComparer.Ordinal)];

    /// <summary>Copies messages in order of log time, then attachments and metadata.</summary>
    /// <param name="wanted">Chooses topics; null for all. A topic without messages is copied as a channel.</param>
    /// <param name="window">Which log times; attachments and metadata are copied whatever it is.</param>
    /// <param name="stopping">Ends the copy between two messages.</param>
    /// <exception cref="BagFormatException">The bag is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    public void Run(Func<BagTopic, bool>? wanted, BagWindow window, CancellationToken stopping)
    {
        foreach (var topic in bag.Topics.Where(topic => wanted?.Invoke(topic) ?? true))
        {
            _topics.Add(topic, new CopiedTopic(topic, writer.AddChannel(Defined(topic))));
        }

        foreach (var message in bag.Read(_topics.ContainsKey, window))
        {
            stopping.ThrowIfCancellationRequested();
            var copied = _topics[message.Topic];
            writer.Write(
                copied.Channel,
                message.LogTimeNs,
                message.PublishTimeNs ?? message.LogTimeNs,
                message.Data.Span,
                message.Sequence ?? 0);
            copied.Count(message.Data.Length);
        }

        foreach (var attachment in bag.Attachments)
        {
            using var data = bag.OpenAttachment(attachment);
            writer.AddAttachment(attachment, data);
        }

        foreach (var entry in bag.Metadata)
        {
            writer.AddMetadata(entry);
        }
    }

    private BagTopic Defined(BagTopic topic) =>
        topic.Definition is null && topic.IsCdr && BagSchemas.Find(bag, topic, out _) is { } schema
            ? topic with
            {
                Definition = new BagDefinition("ros2msg", RosDefinitionText.Of(schema)),
                TypeHash = topic.TypeHash ?? schema.TypeHash,
            }
            : topic;
}

/// <summary>What was copied of one topic.</summary>
/// <param name="topic">The topic.</param>
/// <param name="channel">Its channel in the new file.</param>
public sealed class CopiedTopic(BagTopic topic, int channel)
{
    /// <summary>The topic, as the bag has it.</summary>
    public BagTopic Topic { get; } = topic;

    /// <summary>Messages copied.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Bytes of these messages.</summary>
    public long Bytes { get; private set; }

    internal int Channel { get; } = channel;

    internal void Count(int bytes)
    {
        MessageCount++;
        Bytes += bytes;
    }
}
