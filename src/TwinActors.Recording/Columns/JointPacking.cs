// Hot path: the recorder writes every joint state of every robot with it. Add allocates nothing for messages like those
// before; JointPackingTests hold it.
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
    // A sender that invents names all the time gets plain messages: each set of names holds a block in memory.
    private const int BlockLimit = 64;

    private readonly Dictionary<JointColumns, Block> _blocks = [];
    private readonly List<(JointStateShape Shape, Block Block)> _shapes = [];
    private int? _plain;

    /// <summary>Whether a topic can be packed.</summary>
    public static bool Takes(BagTopic topic) => topic is { IsCdr: true, Type: JointStateMessage.TypeName };

    /// <summary>Takes a message.</summary>
    public void Add(in BagMessage message) =>
        Add(message.Data.Span, message.LogTimeNs, message.PublishTimeNs, message.Sequence ?? 0);

    /// <summary>Takes a message.</summary>
    /// <param name="data">CDR with encapsulation header.</param>
    /// <param name="logTimeNs">When it was received [ns since 1970].</param>
    /// <param name="publishTimeNs">When it was published [ns since 1970]; null when that is not known.</param>
    /// <param name="sequence">The publisher's counter; 0 when there is none.</param>
    public void Add(ReadOnlySpan<byte> data, long logTimeNs, long? publishTimeNs = null, uint sequence = 0)
    {
        foreach (var (shape, known) in _shapes)
        {
            if (shape.TryRead(data, known.Row, out var stampNs))
            {
                Add(known, stampNs, logTimeNs, known.Row);
                return;
            }
        }

        if (JointStateMessage.TryRead(data, out var state) && Find(state.Columns) is { } block)
        {
            if (_shapes.Count < BlockLimit)
            {
                _shapes.Add((new JointStateShape(data), block));
            }

            Add(block, state.StampNs, logTimeNs, state.Values);
            return;
        }

        _plain ??= writer.AddChannel(topic);
        writer.Write(_plain.Value, logTimeNs, publishTimeNs ?? logTimeNs, data, sequence);
    }

    /// <summary>Takes a row that did not come as a message.</summary>
    /// <param name="columns">What the values are.</param>
    /// <param name="stampNs">When it was measured [ns since 1970, robot's clock].</param>
    /// <param name="receivedNs">When it was received [ns since 1970].</param>
    /// <param name="values">One value per column.</param>
    public void Add(JointColumns columns, long stampNs, long receivedNs, ReadOnlySpan<double> values)
    {
        if (Find(columns) is { } block)
        {
            Add(block, stampNs, receivedNs, values);
            return;
        }

        _plain ??= writer.AddChannel(topic);
        var message = new JointStateMessage(stampNs, columns, values.ToArray()).Write();
        writer.Write(_plain.Value, receivedNs, receivedNs, message);
    }

    /// <summary>Writes the open blocks.</summary>
    public void Close()
    {
        foreach (var block in _blocks.Values)
        {
            Close(block);
        }
    }

    private Block? Find(JointColumns columns)
    {
        if (!_blocks.TryGetValue(columns, out var block) && _blocks.Count < BlockLimit)
        {
            block = new Block(
                writer.AddChannel(columns.Topic(topic.Name)), new JointBlockEncoder(columns.Count),
                new double[columns.Count]);
            _blocks.Add(columns, block);
        }

        return block;
    }

    private void Add(Block block, long stampNs, long receivedNs, ReadOnlySpan<double> values)
    {
        if (!block.Encoder.HasRoomFor(receivedNs))
        {
            Close(block);
        }

        block.Encoder.Add(stampNs, receivedNs, values);
    }

    private void Close(Block block)
    {
        if (block.Encoder.Rows > 0)
        {
            var (first, last) = (block.Encoder.FirstReceivedNs, block.Encoder.LastReceivedNs);
            writer.Write(block.Channel, last, first, block.Encoder.Close());
        }
    }

    private sealed record Block(int Channel, JointBlockEncoder Encoder, double[] Row);
}
