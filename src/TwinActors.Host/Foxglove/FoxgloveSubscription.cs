// Hot path: Next runs for every joint state of every client. It allocates nothing once its buffer has grown.
using System.Buffers.Binary;
using TwinActors.Actors.Telemetry;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;

namespace TwinActors.Host.Foxglove;

/// <summary>One client's subscription of one channel: lays messages into frames of the protocol.</summary>
/// <param name="id">The client's number for it.</param>
/// <param name="channel">The channel.</param>
/// <param name="feed">Feed of the robot's joint states; null when they are not asked for.</param>
internal sealed class FoxgloveSubscription(uint id, FoxgloveChannel channel, RobotFeed? feed) : IDisposable
{
    private const byte MessageData = 1;
    private const int HeadLength = 1 + sizeof(uint) + sizeof(ulong);

    private readonly IDisposable? _lease = feed?.Watch();
    private readonly SampleFrame<JointLayout> _sample = new();
    private RingCursor _cursor = new(feed?.Joints.Published ?? 0);
    private byte[] _frame = new byte[HeadLength];
    private long _toldLost;

    /// <summary>The channel.</summary>
    public FoxgloveChannel Channel => channel;

    /// <summary>Receive time of the newest sample that was sent [ns since 1970]; 0 before the first.</summary>
    public long SentNs { get; set; }

    /// <summary>Joint states that the client was too slow for since the last call.</summary>
    public long TakeLost()
    {
        var lost = _cursor.Lost - _toldLost;
        _toldLost = _cursor.Lost;
        return lost;
    }

    /// <summary>The next joint state as a frame; empty when there is none. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> NextJoints()
    {
        if (feed is null || !_cursor.TryNext(feed.Joints, _sample))
        {
            return default;
        }

        var measure = new CdrWriter([]);
        Write(_sample, ref measure);
        var frame = Begin(measure.Length, _sample.Header.ReceivedAtNs);
        var writer = new CdrWriter(frame.Span[HeadLength..]);
        Write(_sample, ref writer);
        return frame;
    }

    /// <summary>A message as a frame, valid until the next call.</summary>
    /// <param name="logTimeNs">When it was received [ns since 1970].</param>
    /// <param name="message">The message.</param>
    public ReadOnlyMemory<byte> Frame(long logTimeNs, ReadOnlySpan<byte> message)
    {
        var frame = Begin(message.Length, logTimeNs);
        message.CopyTo(frame.Span[HeadLength..]);
        return frame;
    }

    /// <summary>Stops looking.</summary>
    public void Dispose() => _lease?.Dispose();

    private Memory<byte> Begin(int length, long logTimeNs)
    {
        if (_frame.Length < HeadLength + length)
        {
            _frame = new byte[HeadLength + length];
        }

        _frame[0] = MessageData;
        BinaryPrimitives.WriteUInt32LittleEndian(_frame.AsSpan(1), id);
        BinaryPrimitives.WriteUInt64LittleEndian(_frame.AsSpan(1 + sizeof(uint)), (ulong)logTimeNs);
        return _frame.AsMemory(0, HeadLength + length);
    }

    private static void Write(SampleFrame<JointLayout> sample, ref CdrWriter writer)
    {
        var layout = sample.Layout!;
        writer.WriteTime(sample.Header.StampNs);
        writer.WriteText(default(ReadOnlySpan<byte>));
        writer.WriteCount(layout.Names.Length);
        foreach (var name in layout.Names)
        {
            writer.WriteText(name);
        }

        WriteValues(layout.Positions(sample.Bytes), ref writer);
        WriteValues(layout.Velocities(sample.Bytes), ref writer);
        WriteValues(layout.Efforts(sample.Bytes), ref writer);
    }

    // A signal that no joint has is empty, as robots send it; one that some joints lack is NaN for these.
    private static void WriteValues(ReadOnlySpan<double> values, ref CdrWriter writer) =>
        writer.WriteFloat64Sequence(values.ContainsAnyExcept(double.NaN) ? values : default);
}
