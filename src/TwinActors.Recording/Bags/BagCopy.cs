using System.Collections.Immutable;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Mcap;
using TwinActors.Recording.Playback;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Bags;

/// <summary>How a copy holds joint states.</summary>
public enum JointForm
{
    /// <summary>As the bag has them, every byte.</summary>
    AsRecorded,

    /// <summary>As joint blocks: an eighth of the size or less; only TwinActors reads them.</summary>
    Columns,

    /// <summary>As CDR messages, which every tool reads.</summary>
    Messages,
}

/// <summary>What of a bag is copied, and how.</summary>
/// <param name="Wanted">Chooses topics; null for all.</param>
/// <param name="Window">Which log times; attachments and metadata are copied whatever it is.</param>
/// <param name="Joints">How joint states are held.</param>
public sealed record BagSelection(
    Func<BagTopic, bool>? Wanted = null, BagWindow Window = default, JointForm Joints = JointForm.AsRecorded);

/// <summary>Copies a recording, or a part of it, into a new MCAP file.</summary>
/// <remarks>
/// Message bytes, times and counters stay as they are; channels of the same topic, type and encoding become one. A
/// topic whose bag carries no definition gets the one that its messages fit, if one is known. What was cut off or left
/// open by a crash becomes whole. Memory stays flat: a chunk or two are held, and two seconds of messages where joint
/// blocks are read as messages.
/// </remarks>
/// <param name="bag">What is copied.</param>
/// <param name="writer">Receives it; is completed by the caller.</param>
public sealed class BagCopy(BagReader bag, McapWriter writer)
{
    // rosbag2's own record tells the counts of the file that it is in; the copy has others.
    private const string OwnMetadata = "rosbag2";

    private readonly Dictionary<BagTopic, CopiedTopic> _topics = [];

    /// <summary>Topics that have been copied, in order of name, with the messages read of each.</summary>
    public ImmutableArray<CopiedTopic> Topics =>
        [.. _topics.Values.OrderBy(topic => topic.Topic.Name, StringComparer.Ordinal)];

    /// <summary>Copies messages in order of log time, then attachments and metadata.</summary>
    /// <param name="selection">What is copied. A wanted topic without messages is copied as a channel.</param>
    /// <param name="stopping">Ends the copy between two messages.</param>
    /// <exception cref="BagFormatException">The bag is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stopping"/> was cancelled.</exception>
    public void Run(BagSelection selection, CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(selection);
        foreach (var topic in bag.Topics.Where(topic => selection.Wanted?.Invoke(topic) ?? true))
        {
            var target = selection.Joints == JointForm.Messages ? JointRows.TopicOf(topic) : topic;
            if (!_topics.ContainsKey(target))
            {
                _topics.Add(target, Begin(target, selection.Joints));
            }
        }

        var messages = selection.Joints == JointForm.Messages
            ? JointRows.Read(bag, selection.Wanted, selection.Window)
            : bag.Read(selection.Wanted, selection.Window);
        foreach (var message in messages)
        {
            stopping.ThrowIfCancellationRequested();
            _topics[message.Topic].Add(message, writer);
        }

        foreach (var topic in _topics.Values)
        {
            topic.Close();
        }

        CopyExtras();
    }

    private CopiedTopic Begin(BagTopic topic, JointForm joints) =>
        joints == JointForm.Columns && JointPacking.Takes(topic) && topic.MessageCount > 0
            ? new CopiedTopic(topic, new JointPacking(Defined(topic), writer))
            : new CopiedTopic(topic, writer.AddChannel(Defined(topic)));

    private void CopyExtras()
    {
        foreach (var attachment in bag.Attachments)
        {
            using var data = bag.OpenAttachment(attachment);
            writer.AddAttachment(attachment, data);
        }

        foreach (var entry in bag.Metadata.Where(entry => entry.Name != OwnMetadata))
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
public sealed class CopiedTopic
{
    private readonly int _channel;
    private readonly JointPacking? _packing;

    internal CopiedTopic(BagTopic topic, int channel)
    {
        Topic = topic;
        _channel = channel;
    }

    internal CopiedTopic(BagTopic topic, JointPacking packing)
    {
        Topic = topic;
        _packing = packing;
    }

    /// <summary>The topic as it was read.</summary>
    public BagTopic Topic { get; }

    /// <summary>Messages that were read of it.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Bytes of these messages.</summary>
    public long Bytes { get; private set; }

    internal void Add(in BagMessage message, McapWriter writer)
    {
        MessageCount++;
        Bytes += message.Data.Length;
        if (_packing is not null)
        {
            _packing.Add(message);
            return;
        }

        writer.Write(
            _channel, message.LogTimeNs, message.PublishTimeNs ?? message.LogTimeNs, message.Data.Span,
            message.Sequence ?? 0);
    }

    internal void Close() => _packing?.Close();
}
