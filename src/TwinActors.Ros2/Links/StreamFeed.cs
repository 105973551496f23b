// Hot path: Take runs for every sample on the receive thread.
using TwinActors.Robotics.Links;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>What happens to the samples of one stream, from their bytes to the ring.</summary>
/// <remarks>One thread at a time; a ring has one writer.</remarks>
public sealed class StreamFeed
{
    private const string JointStateType = "sensor_msgs/msg/JointState";

    private readonly RobotStream _stream;
    private readonly StreamCounters _counters;
    private readonly TimeProvider _clock;
    private readonly JointStateDecoder? _joints;
    private readonly SampleDecoder? _samples;
    private readonly SampleDecoder? _older;
    private RateCap _cap;

    private StreamFeed(
        RobotStream stream,
        TimeProvider clock,
        JointStateDecoder? joints,
        SampleDecoder? samples,
        SampleDecoder? older = null)
    {
        _stream = stream;
        _counters = stream.Counters;
        _clock = clock;
        _joints = joints;
        _samples = samples;
        _older = older;
        _cap = new RateCap(stream.Options.MaximumHz);
    }

    /// <summary>Makes the feed of a stream.</summary>
    /// <param name="stream">The stream to fill.</param>
    /// <param name="schema">Type of its messages.</param>
    /// <param name="older">Layout that the type had before, see <see cref="OlderLayout"/>; null when it had
    /// none.</param>
    /// <param name="robot">Names for joint states without names, and the clock of receive times.</param>
    /// <param name="jointNames">Names of the joints of all robots.</param>
    /// <param name="problem">Receives why messages of this type cannot fill this stream, or null.</param>
    public static StreamFeed? Create(
        RobotStream stream,
        RosSchema schema,
        RosSchema? older,
        RobotLinkOptions robot,
        JointNamePool jointNames,
        out string? problem)
    {
        problem = null;
        if (stream.Options.Kind == StreamKind.Joints)
        {
            problem = schema.Name == JointStateType ? null : $"joints come from {JointStateType} only";
            return problem is null
                ? new(stream, robot.Clock, new JointStateDecoder(stream, robot.JointOrder, jointNames), null)
                : null;
        }

        try
        {
            return new(
                stream, robot.Clock, null, new SampleDecoder(stream, SampleProgram.Compile(schema)),
                older is null ? null : new SampleDecoder(stream, SampleProgram.Compile(older)));
        }
        catch (NotSupportedException unsupported)
        {
            problem = unsupported.Message;
            return null;
        }
    }

    /// <summary>Takes in one sample.</summary>
    /// <param name="payload">CDR with encapsulation header.</param>
    public void Take(ReadOnlySpan<byte> payload)
    {
        var counters = _counters;
        var receivedAtNs = Stamp.From(_clock.GetUtcNow()).Nanoseconds;
        counters.Count(payload.Length, receivedAtNs);
        _stream.HandOn(payload, receivedAtNs);
        if (!_cap.Admits(receivedAtNs))
        {
            counters.CountThinned();
            return;
        }

        var refusal = _joints is null ? DecodeSample(payload, receivedAtNs) : _joints.Decode(payload, receivedAtNs);
        if (refusal is null)
        {
            _stream.SignalNewFrames();
        }
        else
        {
            counters.Reject(refusal);
        }
    }

    /// <summary>Takes in one sample from DDS: a <see cref="RosSampleHandler"/>.</summary>
    internal void Take(ReadOnlySpan<byte> payload, in RosSampleOrigin origin) => Take(payload);

    private string? DecodeSample(ReadOnlySpan<byte> payload, long receivedAtNs)
    {
        var refusal = _samples!.Decode(payload, receivedAtNs);
        return refusal == SampleDecoder.Malformed && _older is not null
            ? _older.Decode(payload, receivedAtNs)
            : refusal;
    }
}
