using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Actors.Telemetry;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Twins.Links;

namespace TwinActors.Actors.Joints;

/// <summary>A message to the joints child.</summary>
internal abstract record JointsMessage
{
    private JointsMessage()
    {
    }

    /// <summary>Read all joints.</summary>
    public sealed record Read(ReplyTo<Answer<JointsReading>> ReplyTo) : JointsMessage;
}

/// <summary>What the joints child works with.</summary>
/// <param name="Streams">The robot's joint streams.</param>
/// <param name="Taken">Sequence of the newest frame taken over, per stream; it outlives restarts of the child.</param>
/// <param name="InHand">Sequence of the frame being taken over, per stream; 0 between frames. It outlives restarts of
/// the child, so a frame that failed it is left out by the next instance.</param>
/// <param name="Model">The robot's model; <see langword="null"/> when it has none.</param>
/// <param name="Feed">Feed to fill while somebody looks.</param>
/// <param name="StaleAfter">Age from which states of a stream without expected rate are stale.</param>
/// <param name="Clock">The twin's clock.</param>
/// <param name="Twin">Told of the first data of each stream.</param>
/// <param name="Signals">How new frames become signals.</param>
internal sealed record JointsProps(
    ImmutableArray<RobotStream> Streams,
    long[] Taken,
    long[] InHand,
    RobotModel? Model,
    RobotFeed Feed,
    TimeSpan StaleAfter,
    TimeProvider Clock,
    ActorRef<RobotTwinMessage> Twin,
    MakeSignal Signals);

/// <summary>Keeps the newest state of all joints of one robot.</summary>
/// <remarks>
/// Reads whole frames from the rings of the joint streams: when it is asked, and on a conflated signal, one message for
/// any number of waiting frames. While no page looks, the signal is raised for the first frame and then only when a
/// quarter of the ring waits, more urgently when half of it does: taking frames over in batches costs a tenth of waking
/// for each, and whoever asks gets the newest state all the same. Of frames that have the same joints only the newest
/// is copied then. After a restart it reads the rings again from the oldest kept frame, or behind the frame that failed
/// it; pages get only what they have not had.
/// </remarks>
internal sealed class JointsActor(JointsProps props) : Actor<JointsMessage>
{
    private readonly JointTable _table = new(props.Model);
    private readonly SampleFrame<JointLayout> _frame = new();
    private readonly ClockEstimator _clock = new();
    private readonly RingCursor[] _cursors = new RingCursor[props.Streams.Length];
    private readonly Dictionary<JointLayout, int[]?> _maps = new(ReferenceEqualityComparer.Instance);
    private ulong _seen;

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        for (var i = 0; i < props.Streams.Length; i++)
        {
            StartAtOldest(i);
            props.Streams[i].TellFrom(0);
            props.Streams[i].OnNewFrames(OnNewFrames(i));
        }

        SignalAll();
        props.Feed.OnWatched(SignalAll);
        return default;
    }

    protected override ValueTask PostStop()
    {
        props.Feed.OnWatched(null);
        foreach (var stream in props.Streams)
        {
            stream.OnNewFrames(null);
        }

        return default;
    }

    protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
    {
        for (var i = 0; i < props.Streams.Length; i++)
        {
            if ((sources & (1UL << i)) != 0)
            {
                Drain(i);
            }
        }

        return default;
    }

    protected override ValueTask ReceiveAsync(JointsMessage message, CancellationToken stopping)
    {
        if (message is JointsMessage.Read read)
        {
            for (var i = 0; i < props.Streams.Length; i++)
            {
                Drain(i);
            }

            read.ReplyTo.Tell(_table.Read(Stamp.From(props.Clock.GetUtcNow()).Nanoseconds) with
            {
                Clock = _clock.Estimate(),
            });
        }

        return default;
    }

    private void SignalAll()
    {
        for (var i = 0; i < props.Streams.Length; i++)
        {
            Self.Signal(i);
        }
    }

    // Runs on the link's thread for the frames that Drain asked to be told of.
    private Action OnNewFrames(int source)
    {
        var raise = props.Signals(Self, source, Urgency.Prompt);
        var raiseRelaxed = props.Signals(Self, source, Urgency.Relaxed);
        var ring = props.Streams[source].Joints!;
        var slots = props.Streams[source].Options.Slots;
        return () =>
        {
            var wakeAt = ring.WakeAt;
            if (wakeAt == 0 || ring.Published - wakeAt >= slots / 4)
            {
                raise();
            }
            else
            {
                raiseRelaxed();
            }
        };
    }

    // What the ring has dropped, or what failed an earlier instance, was lost only if none has taken it over.
    private void StartAtOldest(int source)
    {
        var ring = props.Streams[source].Joints!;
        var start = Math.Max(props.InHand[source], Math.Max(0, ring.Published - ring.Capacity + 1));
        _cursors[source] = new RingCursor(start);
        ring.MarkRead(start);
        props.Streams[source].Counters.CountLost(Math.Max(0, start - props.Taken[source]));
        props.Taken[source] = Math.Max(start, props.Taken[source]);
        props.InHand[source] = 0;
    }

    private void Drain(int source)
    {
        var stream = props.Streams[source];
        var freshFor = Freshness.Limit(stream.Options, props.StaleAfter);
        ref var cursor = ref _cursors[source];
        var lost = cursor.Lost;
        var isFed = false;
        var newest = stream.Joints!.Published;
        if (IsNewestEnough(stream))
        {
            cursor.SkipTo(stream.Joints, newest - 1);
        }

        while (cursor.TryNext(stream.Joints, _frame))
        {
            props.InHand[source] = _frame.Header.Sequence;
            _clock.Observe(_frame.Header.StampNs, _frame.Header.ReceivedAtNs);
            var map = Map(_frame.Layout!);
            if (map is not null)
            {
                isFed = true;
                _table.Accept(_frame, map, freshFor, onlyNewer: props.Streams.Length > 1);
            }

            if (_frame.Header.Sequence <= props.Taken[source])
            {
                continue;
            }

            props.Taken[source] = _frame.Header.Sequence;
            if (map is null)
            {
                stream.Counters.Reject("too_many_joints");
            }
            else if (props.Feed.IsWatched)
            {
                _table.WriteTo(props.Feed);
            }
        }

        props.InHand[source] = 0;
        stream.Joints.MarkRead(cursor.After);
        if (cursor.Lost != lost)
        {
            stream.Counters.CountLost(cursor.Lost - lost);
        }

        if (isFed && (_seen & (1UL << source)) == 0)
        {
            _seen |= 1UL << source;
            props.Twin.Tell(new RobotTwinMessage.FirstData(
                stream.Options.Name, stream.Options.Topic, _table.ReceivedAtNs));
        }

        stream.TellFrom(
            props.Feed.IsWatched || (_seen & (1UL << source)) == 0 ? 0 : cursor.After + stream.Options.Slots / 4);
    }

    // Nobody looks, and every frame has the same joints, which the table has room for: the newest one says all that
    // would be left of those before it.
    private bool IsNewestEnough(RobotStream stream) =>
        props.Streams.Length == 1
        && !props.Feed.IsWatched
        && stream.Joints!.Layouts is [var only]
        && Map(only) is not null;

    private int[]? Map(JointLayout layout)
    {
        if (!_maps.TryGetValue(layout, out var map))
        {
            _maps[layout] = map = _table.Map(layout);
        }

        return map;
    }
}
