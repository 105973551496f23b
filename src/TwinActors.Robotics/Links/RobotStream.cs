using TwinActors.Robotics.Rings;

namespace TwinActors.Robotics.Links;

/// <summary>Takes a message of a stream as it came, before it is decoded, thinned out or turned away.</summary>
/// <param name="message">CDR with encapsulation header; valid during the call alone.</param>
/// <param name="receivedAtNs">When it arrived [ns since the UNIX epoch].</param>
public delegate void TakeMessage(ReadOnlySpan<byte> message, long receivedAtNs);

/// <summary>One stream of one robot: its ring, its counters, and who is told of new frames.</summary>
/// <remarks>Owned by the twin and handed to the link; it outlives the link, so counts and cursors survive a
/// reconnect.</remarks>
public sealed class RobotStream
{
    // A recording played as fast as it goes brings some thousand joint frames in the time an actor may wait for a turn.
    private const int Elasticity = 16;

    private Action? _newFrames;
    private TakeMessage? _takeMessage;
    private volatile bool _handsOnMessages;

    /// <summary>Makes the stream's ring and counters.</summary>
    public RobotStream(StreamOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Joints = options.Kind == StreamKind.Joints
            ? new SampleRing<JointLayout>(options.Slots, options.Slots * Elasticity)
            : null;
        Samples = options.Kind == StreamKind.Sensor ? new SampleRing<SampleLayout>(options.Slots) : null;
    }

    /// <summary>How the stream is configured.</summary>
    public StreamOptions Options { get; }

    /// <summary>Ring of a <see cref="StreamKind.Joints"/> stream; otherwise <see langword="null"/>.</summary>
    public SampleRing<JointLayout>? Joints { get; }

    /// <summary>Ring of a <see cref="StreamKind.Sensor"/> stream; otherwise <see langword="null"/>.</summary>
    public SampleRing<SampleLayout>? Samples { get; }

    /// <summary>What came in, what was turned away.</summary>
    public StreamCounters Counters { get; } = new();

    /// <summary>Sequence of the newest frame; 0 before the first.</summary>
    public long Published => Joints?.Published ?? Samples!.Published;

    /// <summary>Arrival of the newest frame [ns since the UNIX epoch]; 0 before the first. Samples that were turned
    /// away make no frame.</summary>
    public long NewestFrameNs => Joints?.NewestReceivedAtNs ?? Samples!.NewestReceivedAtNs;

    /// <summary>Sets who is told that the ring has new frames.</summary>
    /// <param name="newFrames">Called on the link's thread: must not block, throw or allocate. <see langword="null"/>
    /// for nobody.</param>
    public void OnNewFrames(Action? newFrames) => Volatile.Write(ref _newFrames, newFrames);

    /// <summary>Sets from which frame on the reader is told; until then the writer keeps them for it.</summary>
    /// <param name="sequence">Sequence of the frame; 0 for every frame, <see cref="long.MaxValue"/> for none.</param>
    public void TellFrom(long sequence)
    {
        if (Joints is not null)
        {
            Joints.WakeAt = sequence;
        }
        else
        {
            Samples!.WakeAt = sequence;
        }
    }

    /// <summary>Whether the link hands messages on as they come; otherwise there are frames only. Set by the link
    /// before the first frame.</summary>
    public bool HandsOnMessages
    {
        get => _handsOnMessages;
        set => _handsOnMessages = value;
    }

    /// <summary>Sets who records the messages.</summary>
    /// <param name="take">Called on the link's threads: must not block or throw. <see langword="null"/> for
    /// nobody.</param>
    public void OnMessages(TakeMessage? take) => Volatile.Write(ref _takeMessage, take);

    /// <summary>Hands a message on to whoever records. Called by the link for each message; costs nothing while nobody
    /// records.</summary>
    public void HandOn(ReadOnlySpan<byte> message, long receivedAtNs) =>
        Volatile.Read(ref _takeMessage)?.Invoke(message, receivedAtNs);

    /// <summary>Tells the reader that the ring has new frames, if it wants to know (<see cref="TellFrom"/>). Called by
    /// the link after each write.</summary>
    public void SignalNewFrames()
    {
        var isWanted = Joints is { } joints
            ? joints.Published >= joints.WakeAt
            : Samples!.Published >= Samples.WakeAt;
        if (isWanted)
        {
            Volatile.Read(ref _newFrames)?.Invoke();
        }
    }
}
