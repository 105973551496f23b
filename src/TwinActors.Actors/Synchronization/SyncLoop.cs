// Hot path: Tick runs at the synchronizer's rate for every robot, on the scheduler's thread. It allocates nothing once
// every joint has been named.
using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Synchronization;

/// <summary>One robot's synchronizer at work: takes the newest joint states, ticks, and measures how it does.</summary>
/// <remarks>Ticks come from the scheduler's thread and questions from the synchronizer's actor: a lock keeps them
/// apart.</remarks>
internal sealed class SyncLoop
{
    // A robot that is not heard is looked for at this rate, so that a fleet that is switched off costs next to nothing.
    private const double IdleHz = 4;

    // Ticks without anything new before the synchronizer falls to the idle rate: 5 s at 100 Hz.
    private const int PatientTicks = 500;

    // A tick that begins this much after its deadline is late: the jitter that the product promises.
    private const long LateNs = 1_000_000;

    private const int HistogramWindow = 6_000;
    private const double PerRadian = 1e6;

    private readonly Lock _gate = new();
    private readonly SyncProps _props;
    private readonly JointGathering _gathering;
    private readonly RollingHistogram _jitterUs = new(HistogramWindow);
    private readonly RollingHistogram _tickNs = new(HistogramWindow);
    private readonly RollingHistogram _errors = new(HistogramWindow);
    private readonly AchievedRate _rate = new();
    private readonly FailureLadder _ladder;
    private LadderState _rung;
    private Synchronizer? _synchronizer;
    private TickSchedule? _schedule;
    private SyncResult _last;
    private long _lastNs;
    private long _ticks;
    private long _late;
    private long _missed;
    private int _quiet;
    private int _feedLayout = -1;
    private bool _isIdle = true;
    private bool _isStopped;

    public SyncLoop(SyncProps props)
    {
        _props = props;
        _gathering = new JointGathering(props.Streams, props.Model);
        _ladder = new FailureLadder(new LadderOptions
        {
            FailAbove = 2 * props.Observer.StateTolerance,
            BaseHz = props.Hz,
            CeilingHz = Math.Max(props.Hz, props.CeilingHz),
        });
        _rung = _ladder.Initial;
    }

    /// <summary>Starts ticking.</summary>
    /// <param name="failed">Called on the scheduler's thread when a tick fails; none follows then.</param>
    public void Start(Action<Exception> failed)
    {
        lock (_gate)
        {
            _schedule = _props.Ticks.Add(IdleHz, Tick, failed);
        }
    }

    /// <summary>Ends: no tick runs once this returns.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            _schedule?.End();
            _props.Share.Word = null;
        }
    }

    /// <summary>Reads the state.</summary>
    public SyncReading Read()
    {
        lock (_gate)
        {
            var clock = _gathering.IsStamped ? _gathering.Clock : null;
            return new SyncReading
            {
                Mode = _props.Share.Mode,
                IsOn = true,
                Word = _props.Share.Word,
                Last = _last,
                Failure = _rung.Cause,
                LatencyMs = clock?.LatencyNs * 1e-6,
                ClockOffsetMs = -clock?.OffsetNs * 1e-6,
                Errors = Quantiles(_errors, 1 / PerRadian),
                Pace = _ticks == 0 || _isIdle ? null : Pace(),
                Joints = Joints(),
            };
        }
    }

    private void Tick(Tick tick)
    {
        lock (_gate)
        {
            if (_isStopped)
            {
                return;
            }

            var hasNews = _gathering.HasNews();
            if (_isIdle && !hasNews)
            {
                return;
            }

            var start = _props.Clock.GetTimestamp();
            Pace(tick, hasNews);
            Advance(hasNews);
            _tickNs.Record(_props.Clock.GetElapsedTime(start).Ticks * TimeSpan.NanosecondsPerTick);
        }
    }

    private void Pace(Tick tick, bool hasNews)
    {
        _quiet = hasNews ? 0 : _quiet + 1;
        if (_isIdle || _quiet > PatientTicks)
        {
            _isIdle = !_isIdle;
            _rate.Clear();
            _schedule!.ChangeRate(_isIdle ? IdleHz : _rung.Hz);
            return;
        }

        _ticks++;
        _missed += tick.Missed;
        _late += tick.LateNs > LateNs ? 1 : 0;
        _jitterUs.Record(tick.LateNs / 1_000);
        _rate.Record(_props.Clock.GetTimestamp());
    }

    private void Advance(bool hasNews)
    {
        if (hasNews)
        {
            _gathering.Gather();
        }

        if (_synchronizer?.Joints != _gathering.Joints)
        {
            _synchronizer = new Synchronizer(_gathering.Joints, _props.Observer);
        }

        var now = Stamp.From(_props.Clock.GetUtcNow()).Nanoseconds;
        if (now <= _lastNs)
        {
            // The node's clock was set back: what was known of now is not known any more.
            _synchronizer.Resync();
        }

        _lastNs = now;
        _synchronizer.IsMirror = _props.Share.Mode == SyncMode.Mirror;
        _last = _synchronizer.Tick(now, _gathering.Sample);
        if (_last.Decision == SyncDecision.Corrected && _last.Joints > 0)
        {
            _errors.Record((long)(_last.PositionError * PerRadian));
        }

        Judge(_synchronizer);
        _props.Share.Word = _last.StampNs == 0 ? null : new SyncWord(_last.Status, _last.Reason);
        if (_props.Feed.IsVirtualWatched && _synchronizer.IsRunning)
        {
            WriteTo(_props.Feed.Virtual, _synchronizer, now);
        }
    }

    private void Judge(Synchronizer synchronizer)
    {
        var isFailing = _last.PositionError > _props.Observer.StateTolerance;
        var decision = _ladder.Step(_rung, new LadderTick(
            _last.AtNs, _last.Status, _last.Reason, _last.IsSynchronized, _last.PositionError, _props.Share.Mode,
            isFailing ? SampleHz() : 0, isFailing && synchronizer.IsHeldUp(_gathering.Sample)));
        _rung = decision.State;
        switch (decision.Act)
        {
            case LadderAct.Begin:
                synchronizer.Resync();
                Tell(new RobotTwinCommand.ReportSync(
                    _props.Clock.GetUtcNow(), _rung.Cause,
                    double.IsNaN(_last.PositionError) ? null : _last.PositionError));
                break;
            case LadderAct.End:
                Tell(new RobotTwinCommand.ReportSync(_props.Clock.GetUtcNow(), Cause: null, Error: null));
                break;
            case LadderAct.ChangeRate:
                _schedule!.ChangeRate(_rung.Hz);
                break;
            case LadderAct.Degrade:
                Tell(new RobotTwinCommand.SetMode(_props.Clock.GetUtcNow(), SyncMode.Shadow));
                break;
            default:
                // Nothing to do; and no robot is commanded that could be stopped.
                break;
        }
    }

    private void Tell(RobotTwinCommand command) => _props.Twin.Tell(new RobotTwinMessage.Observed(command));

    private double SampleHz()
    {
        var highest = 0.0;
        foreach (var stream in _props.Streams)
        {
            highest = Math.Max(highest, stream.Counters.RateHz ?? 0);
        }

        return highest;
    }

    private void WriteTo(SampleRing<JointLayout> ring, Synchronizer synchronizer, long nowNs)
    {
        var count = synchronizer.Joints.Length;
        if (_feedLayout < 0 || ring.Layouts[_feedLayout].Names.Length != count)
        {
            _feedLayout = ring.AddLayout(new JointLayout([.. synchronizer.Joints.Select(joint => joint.Name)]));
        }

        var layout = ring.Layouts[_feedLayout];
        var columns = layout.Columns(ring.BeginWrite(layout.FrameLength));
        synchronizer.Positions.CopyTo(columns);
        synchronizer.Velocities.CopyTo(columns[count..]);
        synchronizer.Residuals.CopyTo(columns[(2 * count)..]);
        ring.EndWrite(nowNs, nowNs, _feedLayout);
    }

    private SyncPace Pace() => new(
        _rung.Hz, _props.Hz, _rate.Hz(_props.Clock), Quantiles(_jitterUs, 1e-3)!, Quantiles(_tickNs, 1e-3)!, _ticks,
        _late, _missed);

    private static SyncQuantiles? Quantiles(RollingHistogram of, double unit) => of.Quantile(0.5) is { } middle
        ? new SyncQuantiles(
            middle * unit, of.Quantile(0.95)!.Value * unit, of.Quantile(0.99)!.Value * unit, of.Largest * unit)
        : null;

    private ImmutableArray<SyncJoint> Joints()
    {
        if (_synchronizer is not { IsRunning: true } of || _props.Share.Word is null)
        {
            return [];
        }

        var isAdvising = _props.Share.Mode == SyncMode.Advise;
        var delay = TimeSpan.FromSeconds(Math.Max(0, double.IsNaN(_gathering.Clock!.LatencyNs)
            ? 0
            : _gathering.Clock.LatencyNs * 1e-9));
        var joints = ImmutableArray.CreateBuilder<SyncJoint>(of.Joints.Length);
        for (var i = 0; i < of.Joints.Length; i++)
        {
            var profile = of.Joints[i];
            joints.Add(new SyncJoint(
                profile.Name, of.Positions[i], of.Velocities[i], of.Compensated[i], of.Residuals[i],
                of.VelocityResiduals[i], Math.Abs(of.Residuals[i]) / profile.Range,
                isAdvising ? Correction.Velocity(profile, of.Positions[i], of.Compensated[i], delay) : double.NaN));
        }

        return joints.MoveToImmutable();
    }

    /// <summary>Instants of the newest ticks.</summary>
    private sealed class AchievedRate
    {
        private const int Window = 100;
        private readonly long[] _instants = new long[Window];
        private long _count;

        public void Clear() => _count = 0;

        public void Record(long timestamp) => _instants[_count++ % Window] = timestamp;

        public double? Hz(TimeProvider clock)
        {
            var known = (int)Math.Min(_count, Window);
            return known < 2
                ? null
                : (known - 1)
                    / clock.GetElapsedTime(
                        _instants[(_count - known) % Window], _instants[(_count - 1) % Window]).TotalSeconds;
        }
    }
}
