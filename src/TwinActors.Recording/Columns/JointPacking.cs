using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;

namespace TwinActors.Recording.Columns;

/// <summary>Turns the JointState messages of one topic into joint blocks, each set of names into a channel.</summary>
/// <remarks>
/// A message that its row would not give back byte for byte (no names, arrays of other lengths) is written as it is, on
/// a channel of its own. Counter and publish time of the messages are not kept.
/// </remarks>
internal sealed class JointPacking(BagTopic topic, McapWriter writer)
{
    private readonly Dictionary<JointColumns, (int Channel, JointBlockEncoder Encoder)> _blocks = [];
    private int? _plain;

    /// <summary>Whether a topic can be packed.</summary>
    public static bool Takes(BagTopic topic) => topic is { IsCdr: true, Type: JointStateMessage.TypeName };

    /// <summary>Takes a message.</summary>
    public void Add(in BagMessage message)
    {
        if (!JointStateMessage.TryRead(message.Data.Span, out var state))
        {
            _plain ??= writer.AddChannel(topic);
            writer.Write(
                _plain.Value, message.LogTimeNs, message.PublishTimeNs ?? message.LogTimeNs, message.Data.Span,
                message.Sequence ?? 0);
            return;
        }

        if (!_blocks.TryGetValue(state.Columns, out var block))
        {
            block = (writer.AddChannel(state.Columns.Topic(topic.Name)), new JointBlockEncoder(state.Columns.Count));
            _blocks.Add(state.Columns, block);
        }

        if (!block.Encoder.HasRoomFor(message.LogTimeNs))
        {
            Close(block.Channel, block.Encoder);
        }

        block.Encoder.Add(state.StampNs, message.LogTimeNs, state.Values);
    }

    /// <summary>Writes the open blocks.</summary>
    public void Close()
    {
        foreach (var (channel, encoder) in _blocks.Values)
        {
            Close(channel, encoder);
        }
    }

    private void Close(int channel, JointBlockEncoder encoder)
    {
        if (encoder.Rows > 0)
        {
            var (first, last) = (encoder.FirstReceivedNs, encoder.LastReceivedNs);
            writer.Write(channel, last, first, encoder.Close());
        }
    }
}
