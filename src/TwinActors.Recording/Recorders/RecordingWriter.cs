// Hot path: every recorded message goes through it; RobotRecorderTests hold that Write allocates nothing in a steady
// state.
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Mcap;
using TwinActors.Robotics.Rings;

namespace TwinActors.Recording.Recorders;

/// <summary>One file of a recording while it grows: the messages of one robot's streams.</summary>
internal sealed class RecordingWriter : IDisposable
{
    private readonly McapWriter _writer;
    private readonly JointForm _joints;
    private readonly ImmutableArray<BagTopic> _topics;
    private readonly int?[] _channels;
    private readonly JointPacking?[] _packings;
    private double[] _row = [];

    /// <summary>Begins a file.</summary>
    /// <param name="path">Its path; the folder exists.</param>
    /// <param name="topics">Topic of each stream.</param>
    /// <param name="joints">How joint states are held.</param>
    /// <param name="beganNs">When it begins [ns since 1970].</param>
    public RecordingWriter(string path, ImmutableArray<BagTopic> topics, JointForm joints, long beganNs)
    {
        _topics = topics;
        _joints = joints;
        _channels = new int?[topics.Length];
        _packings = new JointPacking?[topics.Length];
        BeganNs = beganNs;
        _writer = McapWriter.Create(path, new McapWriterOptions { Sync = McapSync.AtEnd });
    }

    /// <summary>Name that the finished file has.</summary>
    public string Name => Path.GetFileName(_writer.Path);

    /// <summary>When the file began [ns since 1970].</summary>
    public long BeganNs { get; }

    /// <summary>Size so far [byte].</summary>
    public long Length => _writer.Length;

    /// <summary>Messages taken so far, each joint state by itself.</summary>
    public long Messages { get; private set; }

    /// <summary>Writes a message.</summary>
    /// <param name="stream">Number of its stream.</param>
    /// <param name="receivedAtNs">When it was received [ns since 1970].</param>
    /// <param name="message">CDR with encapsulation header.</param>
    public void Write(int stream, long receivedAtNs, ReadOnlySpan<byte> message)
    {
        Messages++;
        if (PackingOf(stream) is { } packing)
        {
            packing.Add(message, receivedAtNs);
            return;
        }

        _channels[stream] ??= _writer.AddChannel(_topics[stream]);
        _writer.Write(_channels[stream]!.Value, receivedAtNs, receivedAtNs, message);
    }

    /// <summary>Writes a joint frame; signals that none of its joints has are left out.</summary>
    public void Write(int stream, in FrameHeader header, JointLayout layout, ReadOnlySpan<byte> frame)
    {
        var signals = ImmutableArray.CreateBuilder<string>(JointColumns.KnownSignals.Length);
        var values = MemoryMarshal.Cast<byte, double>(frame);
        var joints = layout.Names.Length;
        if (_row.Length < values.Length)
        {
            _row = new double[values.Length];
        }

        for (var signal = 0; signal < JointColumns.KnownSignals.Length; signal++)
        {
            var column = values.Slice(signal * joints, joints);
            if (column.ContainsAnyExcept(double.NaN))
            {
                column.CopyTo(_row.AsSpan(signals.Count * joints));
                signals.Add(JointColumns.KnownSignals[signal]);
            }
        }

        var row = _row.AsSpan(0, signals.Count * joints);
        var columns = new JointColumns(layout.Names, signals.ToImmutable(), "");
        if (row.IsEmpty || PackingOf(stream) is not { } packing)
        {
            var message = new JointStateMessage(header.StampNs, columns, row.ToArray()).Write();
            Write(stream, header.ReceivedAtNs, message);
            return;
        }

        Messages++;
        packing.Add(columns, header.StampNs, header.ReceivedAtNs, row);
    }

    /// <summary>Writes what is in memory: it outlives this process.</summary>
    public void Flush()
    {
        CloseBlocks();
        _writer.Flush();
    }

    /// <summary>Writes what is in memory and forces the file to the disk.</summary>
    public void Sync()
    {
        CloseBlocks();
        _writer.Sync();
    }

    /// <summary>Writes the index and gives the file its name.</summary>
    public void Complete()
    {
        CloseBlocks();
        _writer.Complete();
    }

    /// <summary>Closes the file; without <see cref="Complete"/> it stays unfinished.</summary>
    public void Dispose() => _writer.Dispose();

    private JointPacking? PackingOf(int stream) =>
        _joints == JointForm.Columns && JointPacking.Takes(_topics[stream])
            ? _packings[stream] ??= new JointPacking(_topics[stream], _writer)
            : null;

    private void CloseBlocks()
    {
        foreach (var packing in _packings)
        {
            packing?.Close();
        }
    }
}
