// Hot path: Next runs for every subscription many times a second. It allocates nothing once its buffer has grown.
using System.Collections.Immutable;
using TwinActors.Actors.Telemetry;
using TwinActors.Contracts.Telemetry;
using TwinActors.Robotics.Rings;

namespace TwinActors.Host.Realtime;

/// <summary>One client's look at one robot: reads the feed with a cursor of its own and lays samples into
/// frames.</summary>
internal sealed class Subscription : IDisposable
{
    // 100 samples: half a second at 200 Hz; a longer backlog goes out in several frames.
    private const int MostSamples = 100;

    // 250 ms: what a stall held up is made up for; samples after a longer silence, or from before because the node's
    // clock was set back, are a new beginning.
    private const long StallNs = 250_000_000;

    private readonly SampleRing<JointLayout> _ring;
    private readonly IDisposable _lease;
    private readonly ImmutableArray<string> _signals;
    private readonly long _epochNs;
    private readonly long _periodNs;
    private readonly SampleFrame<JointLayout> _sample = new();
    private byte[] _frame = [];
    private RingCursor _cursor;
    private JointLayout? _layout;
    private bool _holdsSample;
    private long _latestNs;
    private long _dueNs;
    private uint _sequence;
    private long _toldLost;

    /// <summary>Starts looking: samples that come from now on. An older one may be of a look long ago.</summary>
    /// <param name="id">The client's number for it.</param>
    /// <param name="robot">The robot, as the client named it.</param>
    /// <param name="feed">The robot's feed.</param>
    /// <param name="signals">Signals in column order, at least one; all of the robot or all of the virtual one.</param>
    /// <param name="maximumHz">Highest wanted rate [Hz]; null for every sample.</param>
    /// <param name="epochNs">Instant that sample times count from [ns, node's clock].</param>
    /// <param name="joints">Joints that are known already, in column order.</param>
    public Subscription(
        ushort id, string robot, RobotFeed feed, ImmutableArray<string> signals, double? maximumHz, long epochNs,
        ImmutableArray<string> joints)
    {
        Joints = joints;
        Id = id;
        Robot = robot;
        var isVirtual = TelemetryProtocol.IsVirtual(signals[0]);
        _ring = isVirtual ? feed.Virtual : feed.Joints;
        _signals = signals;
        _epochNs = epochNs;
        _periodNs = maximumHz is > 0 ? (long)(1e9 / maximumHz.Value) : 0;
        _lease = isVirtual ? feed.WatchVirtual() : feed.Watch();
        _cursor = new RingCursor(_ring.Published);
    }

    /// <summary>The client's number for it.</summary>
    public ushort Id { get; }

    /// <summary>The robot, as the client named it.</summary>
    public string Robot { get; }

    /// <summary>Signals in column order.</summary>
    public ImmutableArray<string> Signals => _signals;

    /// <summary>Joints in column order; empty while none is known.</summary>
    public ImmutableArray<string> Joints { get; private set; }

    /// <summary>Samples that were overwritten before this client took them, since the last call.</summary>
    public long TakeLost()
    {
        var lost = _cursor.Lost - _toldLost;
        _toldLost = _cursor.Lost;
        return lost;
    }

    /// <summary>Takes what is new.</summary>
    /// <param name="frame">The next frame; empty when nothing is new or the joints changed. Valid until the next
    /// call.</param>
    /// <returns>Whether the joints changed: tell the client before the next frame.</returns>
    public bool Next(out ReadOnlyMemory<byte> frame)
    {
        frame = default;
        var samples = 0;
        var columns = 0;
        while (samples < MostSamples && (_holdsSample || _cursor.TryNext(_ring, _sample)))
        {
            if (!ReferenceEquals(_sample.Layout, _layout))
            {
                // Samples of one frame share their columns: what was taken goes out first, then the change is told.
                _holdsSample = true;
                if (samples > 0)
                {
                    break;
                }

                _layout = _sample.Layout;
                if (!_layout!.Names.SequenceEqual(Joints))
                {
                    Joints = _layout.Names;
                    return true;
                }
            }

            _holdsSample = false;
            columns = _layout!.Names.Length * _signals.Length;
            if (IsDue(_sample.Header.ReceivedAtNs))
            {
                Lay(samples++, columns);
            }
        }

        if (samples > 0)
        {
            TelemetryFrame.WriteHeader(
                _frame, new TelemetryFrameHeader(Id, _sequence++, (ushort)samples, (ushort)columns));
            frame = _frame.AsMemory(0, TelemetryFrame.Length(samples, columns));
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _lease.Dispose();

    private bool IsDue(long receivedAtNs)
    {
        var isNewBeginning = Math.Abs(receivedAtNs - _latestNs) > Math.Max(StallNs, 2 * _periodNs);
        _latestNs = receivedAtNs;
        if (isNewBeginning)
        {
            _dueNs = receivedAtNs + _periodNs;
            return true;
        }

        // A quarter of a period of grace: samples at just the allowed rate jitter and must come through whole.
        if (_dueNs - receivedAtNs > _periodNs / 4)
        {
            return false;
        }

        // Against its own last due time, so that 100 Hz thinned to 30 Hz gives 30, not 25.
        _dueNs = Math.Max(_dueNs + _periodNs, receivedAtNs - StallNs);
        return true;
    }

    private void Lay(int index, int columns)
    {
        var length = TelemetryFrame.Length(MostSamples, columns);
        if (_frame.Length < length)
        {
            _frame = new byte[length];
        }

        var milliseconds = (_sample.Header.ReceivedAtNs - _epochNs) / 1e6;
        var values = TelemetryFrame.Sample(_frame.AsSpan(), index, columns, milliseconds);
        foreach (var signal in _signals)
        {
            var column = signal switch
            {
                TelemetryProtocol.Positions or TelemetryProtocol.VirtualPositions =>
                    _layout!.Positions(_sample.Bytes),
                TelemetryProtocol.Velocities or TelemetryProtocol.VirtualVelocities =>
                    _layout!.Velocities(_sample.Bytes),
                // Efforts, or what stands in their place in the virtual robot's ring: residuals.
                _ => _layout!.Efforts(_sample.Bytes),
            };
            for (var i = 0; i < column.Length; i++)
            {
                values[i] = (float)column[i];
            }

            values = values[column.Length..];
        }
    }
}
