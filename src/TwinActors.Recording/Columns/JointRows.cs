using TwinActors.Recording.Bags;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Columns;

/// <summary>Reads joint blocks as the JointState messages that they stand for.</summary>
/// <remarks>
/// A block is recorded when it is closed, so its rows are up to <see cref="JointBlockEncoder.SpanLimit"/> older than
/// the messages around it. To give all in order of log time, the messages of that span are held. Equal times of
/// different topics come in any order.
/// </remarks>
public static class JointRows
{
    private static readonly long SpanNs = JointBlockEncoder.SpanLimit.Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>The topic as whom its rows are read: CDR JointState for joint blocks, itself for all others.</summary>
    /// <param name="topic">A topic of a recording. The message count stays that of blocks.</param>
    public static BagTopic TopicOf(BagTopic topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (!JointColumns.TryRead(topic, out _))
        {
            return topic;
        }

        var schema = RosSchemaSet.Standard.Get(JointStateMessage.TypeName);
        return new BagTopic
        {
            Name = topic.Name,
            Type = schema.Name,
            Serialization = "cdr",
            TypeHash = schema.TypeHash,
            Definition = new BagDefinition("ros2msg", RosDefinitionText.Of(schema)),
            MessageCount = topic.MessageCount,
        };
    }

    /// <summary>Reads messages in order of log time, each row of a joint block as a message.</summary>
    /// <param name="bag">The bag.</param>
    /// <param name="wanted">Chooses among the bag's own topics; null for all.</param>
    /// <param name="window">Which log times; for rows, when they were received.</param>
    /// <exception cref="BagFormatException">The bag, or a block in it, is damaged.</exception>
    public static IEnumerable<BagMessage> Read(
        BagReader bag, Func<BagTopic, bool>? wanted = null, BagWindow window = default)
    {
        ArgumentNullException.ThrowIfNull(bag);
        var blocks = bag.Topics.Where(topic => wanted?.Invoke(topic) ?? true)
            .Select(topic => JointColumns.TryRead(topic, out var columns)
                ? new Source(topic, TopicOf(topic), columns, new JointBlock(columns.Count))
                : null)
            .OfType<Source>()
            .ToDictionary(source => source.Blocks);
        return blocks.Count == 0 ? bag.Read(wanted, window) : Expand(bag, wanted, window, blocks);
    }

    private static IEnumerable<BagMessage> Expand(
        BagReader bag, Func<BagTopic, bool>? wanted, BagWindow window, Dictionary<BagTopic, Source> blocks)
    {
        var held = new PriorityQueue<BagMessage, (long LogTimeNs, long Order)>();
        var order = 0L;
        var until = window.UntilNs is { } end && end < long.MaxValue - SpanNs ? end + SpanNs : (long?)null;
        foreach (var message in bag.Read(wanted, window with { UntilNs = until }))
        {
            while (held.TryPeek(out _, out var next) && next.LogTimeNs < message.LogTimeNs - SpanNs)
            {
                yield return held.Dequeue();
            }

            var rows = blocks.TryGetValue(message.Topic, out var source) ? RowsOf(bag, message, source) : [message];
            foreach (var row in rows)
            {
                if (window.Holds(row.LogTimeNs))
                {
                    held.Enqueue(row, (row.LogTimeNs, order++));
                }
            }
        }

        while (held.TryDequeue(out var message, out _))
        {
            yield return message;
        }
    }

    private static IEnumerable<BagMessage> RowsOf(BagReader bag, BagMessage message, Source source)
    {
        if (!source.Block.TryRead(message.Data.Span))
        {
            throw new BagFormatException(bag.Path, null,
                $"the joint block of {message.Topic.Name} at log time {message.LogTimeNs} is damaged.");
        }

        for (var row = 0; row < source.Block.Rows; row++)
        {
            var values = new double[source.Columns.Count];
            source.Block.CopyRow(row, values);
            var state = new JointStateMessage(source.Block.StampsNs[row], source.Columns, values);
            yield return new BagMessage(source.Rows, source.Block.ReceivedNs[row], null, state.Write());
        }
    }

    private sealed record Source(BagTopic Blocks, BagTopic Rows, JointColumns Columns, JointBlock Block);
}
