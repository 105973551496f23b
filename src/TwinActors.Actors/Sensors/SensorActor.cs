using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Twins.Links;

namespace TwinActors.Actors.Sensors;

/// <summary>Newest sample of one sensor at the moment of asking.</summary>
/// <param name="Stream">The sensor's stream.</param>
/// <param name="StampNs">Stamp of the sample [ns, robot's clock]; <see langword="null"/> before the first.</param>
/// <param name="ReceivedAtNs">When it arrived [ns, node's clock]; <see langword="null"/> before the first.</param>
/// <param name="Quality">How far it may be trusted.</param>
/// <param name="Layout">Shape of <paramref name="Frame"/>; <see langword="null"/> before the first sample.</param>
/// <param name="Frame">The sample's bytes; empty before the first.</param>
public sealed record SensorReading(
    StreamOptions Stream,
    long? StampNs,
    long? ReceivedAtNs,
    Quality Quality,
    SampleLayout? Layout,
    ReadOnlyMemory<byte> Frame)
{
    /// <summary>The reading of a sensor that has no sample.</summary>
    internal static SensorReading None(StreamOptions stream) => new(stream, null, null, Quality.Missing, null, default);
}

/// <summary>A message to a sensor child.</summary>
internal abstract record SensorMessage
{
    private SensorMessage()
    {
    }

    /// <summary>Read the newest sample.</summary>
    public sealed record Read(ReplyTo<SensorReading> ReplyTo) : SensorMessage;
}

/// <summary>Keeps the newest sample of one sensor stream.</summary>
/// <param name="stream">The stream.</param>
/// <param name="staleAfter">Age from which a sample of a stream without expected rate is stale.</param>
/// <param name="clock">The twin's clock.</param>
/// <param name="twin">Told of the first data.</param>
/// <param name="signals">How new frames become signals.</param>
internal sealed class SensorActor(
    RobotStream stream,
    TimeSpan staleAfter,
    TimeProvider clock,
    ActorRef<RobotTwinMessage> twin,
    MakeSignal signals) : Actor<SensorMessage>
{
    private readonly SampleFrame<SampleLayout> _frame = new();
    private bool _isSeen;

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        stream.TellFrom(0);
        stream.OnNewFrames(signals(Self, 0, Urgency.Prompt));
        Self.Signal(0);
        return default;
    }

    protected override ValueTask PostStop()
    {
        stream.OnNewFrames(null);
        return default;
    }

    protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
    {
        Catch();
        if (!_isSeen && _frame.HasValue)
        {
            _isSeen = true;
            stream.TellFrom(long.MaxValue);
            twin.Tell(new RobotTwinMessage.FirstData(
                stream.Options.Name, stream.Options.Topic, _frame.Header.ReceivedAtNs));
        }

        return default;
    }

    protected override ValueTask ReceiveAsync(SensorMessage message, CancellationToken stopping)
    {
        if (message is SensorMessage.Read read)
        {
            Catch();
            var limit = Freshness.Limit(stream.Options, staleAfter);
            var now = Stamp.From(clock.GetUtcNow()).Nanoseconds;
            read.ReplyTo.Tell(_frame.HasValue
                ? new SensorReading(
                    stream.Options, _frame.Header.StampNs, _frame.Header.ReceivedAtNs,
                    Freshness.Judge(TimeSpan.FromTicks((now - _frame.Header.ReceivedAtNs) / 100), limit),
                    _frame.Layout, _frame.Bytes.ToArray())
                : SensorReading.None(stream.Options));
        }

        return default;
    }

    // The newest frame is all that is kept here, so those before it are skipped, not lost.
    private void Catch()
    {
        var ring = stream.Samples!;
        while (ring.Published > _frame.Header.Sequence && !ring.TryRead(ring.Published, _frame))
        {
            // The writer was just there: the next look finds a newer frame, or the same one whole.
        }
    }
}
