// Hot path: Tick runs at the synchronizer's rate for every robot. Allocates nothing after construction.
using System.Collections.Immutable;

namespace TwinActors.Twins.Synchronization;

/// <summary>Keeps a virtual robot in step with a physical one, and knows how far they are apart.</summary>
/// <remarks>
/// <para>An observer with delayed measurements: the virtual robot runs at every tick; a sample is compared with what
/// the virtual robot was at the sample's own instant, and the correction is applied to that instant and carried to now,
/// so that a delay neither shows as an error nor is corrected twice. What is left of a residual after correction is the
/// robot's deviation from its model.</para>
/// <para>Deterministic: the same ticks and samples give the same bytes. Not safe for concurrent calls.</para>
/// </remarks>
public sealed class Synchronizer
{
    /// <summary>Ticks that a sample may be late: 640 ms at 100 Hz.</summary>
    private const int Frames = 64;

    private const double Seconds = 1e-9;

    /// <summary>Time within which a sample that lies before an earlier one is only late [ns].</summary>
    private const long OutOfOrder = 1_000_000_000;

    // A robot that moves at less than a tenth of the virtual one's speed stands, where that is above noise [rad/s].
    private const double HeldUpShare = 0.1;
    private const double HeldUpSpeed = 0.05;

    private readonly SyncOptions _options;
    private readonly JointHistory _virtual;
    private readonly StatusWord _word;
    private readonly double[] _residuals;
    private readonly double[] _velocityResiduals;
    private readonly double[] _compensated;
    private readonly double[] _positionShifts;
    private readonly double[] _velocityShifts;
    private readonly JointLimits _limits;
    private long _stampNs;
    private double _periodNs;
    private bool _isClockOdd;
    private SyncReason _reason;
    private Errors _errors = Errors.None;

    /// <summary>Makes a synchronizer that has seen nothing.</summary>
    /// <param name="joints">The joints, in the order of the samples.</param>
    /// <param name="options">Settings.</param>
    public Synchronizer(ImmutableArray<JointProfile> joints, SyncOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Joints = joints;
        _options = options;
        _virtual = new JointHistory(joints.Length, Frames);
        _word = new StatusWord(options);
        _residuals = new double[joints.Length];
        _velocityResiduals = new double[joints.Length];
        _compensated = new double[joints.Length];
        _positionShifts = new double[joints.Length];
        _velocityShifts = new double[joints.Length];
        _limits = new JointLimits(joints);
        Array.Fill(_residuals, double.NaN);
        Array.Fill(_velocityResiduals, double.NaN);
        Array.Fill(_compensated, double.NaN);
    }

    /// <summary>The joints.</summary>
    public ImmutableArray<JointProfile> Joints { get; }

    /// <summary>Whether the virtual robot takes over each sample whole instead of the share that the gains
    /// name.</summary>
    public bool IsMirror { get; set; }

    /// <summary>Whether the virtual robot has a state.</summary>
    public bool IsRunning => _virtual.Count > 0;

    /// <summary>Positions of the virtual robot at the last tick [rad or m]; empty before the first sample, NaN for a
    /// joint that was never measured.</summary>
    public ReadOnlySpan<double> Positions => IsRunning ? _virtual.Positions : [];

    /// <summary>Velocities of the virtual robot at the last tick [rad/s or m/s]; empty before the first
    /// sample.</summary>
    public ReadOnlySpan<double> Velocities => IsRunning ? _virtual.Velocities : [];

    /// <summary>Measured minus virtual position at the instant of the newest sample, before it corrected anything
    /// [rad or m]; NaN where absent.</summary>
    public ReadOnlySpan<double> Residuals => _residuals;

    /// <summary>The same of the velocities [rad/s or m/s].</summary>
    public ReadOnlySpan<double> VelocityResiduals => _velocityResiduals;

    /// <summary>Positions of the newest sample extrapolated to the last tick, within the joints' limits [rad or m];
    /// NaN where absent.</summary>
    public ReadOnlySpan<double> Compensated => _compensated;

    /// <summary>Runs the virtual robot to an instant and compares it with the newest sample.</summary>
    /// <param name="nowNs">Instant of the tick [ns]; later than that of the tick before.</param>
    /// <param name="sample">The newest sample; the same one may be given again, and counts once. The default value
    /// when there is none.</param>
    /// <exception cref="ArgumentException">The sample has not one value per joint, or time does not go on.</exception>
    public SyncResult Tick(long nowNs, JointSample sample)
    {
        Require(nowNs, sample);
        if (IsRunning)
        {
            Run(nowNs);
        }

        var decision = Take(nowNs, sample);
        var age = _stampNs == 0 ? long.MaxValue : nowNs - _stampNs;
        var horizon = Compensate(sample, age);
        _word.Tick(age <= Nanoseconds(_options.DisconnectedAfter), age <= Timely);
        return new SyncResult(
            nowNs, _stampNs, decision, _errors.Joints, _errors.Position, _errors.Velocity, _errors.Normalized,
            IsRunning ? LegacyMetric.Rms(sample, Positions, Velocities) : double.NaN, horizon,
            _word.Shown, Reason(age), _word.IsSynchronized);
    }

    /// <summary>Whether the robot stood, by the newest sample, where the virtual robot moved.</summary>
    /// <param name="sample">The newest sample.</param>
    public bool IsHeldUp(JointSample sample)
    {
        double measured = 0, expected = 0;
        for (var i = 0; i < sample.Velocities.Length; i++)
        {
            measured += Math.Abs(OrZero(sample.Velocities[i]));
            expected += Math.Abs(OrZero(sample.Velocities[i] - _velocityResiduals[i]));
        }

        return expected > HeldUpSpeed * sample.Velocities.Length && measured < HeldUpShare * expected;
    }

    /// <summary>Forgets the virtual robot's state: it stands still until the next sample, and takes that over
    /// whole.</summary>
    public void Resync() => _virtual.Clear();

    /// <summary>Difference of two positions of a joint, the short way round for a continuous one
    /// [rad or m].</summary>
    internal static double Difference(double position, double other, bool isContinuous)
    {
        var difference = position - other;
        return isContinuous ? Math.IEEERemainder(difference, 2 * Math.PI) : difference;
    }

    // Three samples in a row would have to be missing, or one be this late.
    private long Timely => Math.Min(
        Math.Max(Nanoseconds(_options.TimeTolerance), (long)(2.5 * _periodNs)),
        Nanoseconds(_options.DisconnectedAfter));

    private static long Nanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    private void Require(long nowNs, JointSample sample)
    {
        if (IsRunning && nowNs <= _virtual.NewestNs)
        {
            throw new ArgumentException(
                $"The tick at {nowNs} ns does not come after the one at {_virtual.NewestNs} ns.", nameof(nowNs));
        }

        if ((sample.StampNs != 0 && sample.Positions.Length != Joints.Length)
            || (!sample.Velocities.IsEmpty && sample.Velocities.Length != Joints.Length))
        {
            throw new ArgumentException(
                $"A sample of {Joints.Length} joints is needed; {sample.Positions.Length} positions and "
                + $"{sample.Velocities.Length} velocities are given.",
                nameof(sample));
        }
    }

    // The virtual robot's own step: on at its velocity, but not for longer than is worth guessing, and not while
    // nothing is heard of the robot; a joint at a limit stops there. A model with dynamics takes its step here.
    private void Run(long nowNs)
    {
        var until = Math.Min(nowNs, _stampNs + Nanoseconds(_options.DisconnectedAfter));
        var dt = Math.Clamp(until - _virtual.NewestNs, 0, Nanoseconds(_options.MaximumHorizon)) * Seconds;
        _virtual.Push(nowNs);
        var positions = _virtual.Positions;
        var velocities = _virtual.Velocities;
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] += velocities[i] * dt;
            _limits.Hold(i, ref positions[i], ref velocities[i]);
        }
    }

    private SyncDecision Take(long nowNs, JointSample sample)
    {
        if (sample.StampNs == 0 || sample.StampNs == _stampNs)
        {
            return SyncDecision.Coasted;
        }

        // A sample may be a little ahead, as its clock is only estimated; far ahead it says nothing about now. One that
        // lies before an earlier one came late; when nothing else comes, the robot's clock was set back.
        var isLate = sample.StampNs < _stampNs && nowNs - _stampNs <= OutOfOrder;
        _isClockOdd = isLate || sample.StampNs - nowNs > Nanoseconds(_options.TimeTolerance);
        if (_isClockOdd)
        {
            return SyncDecision.Refused;
        }

        var sinceLast = sample.StampNs - _stampNs;
        _stampNs = sample.StampNs;
        Pace(sinceLast);
        var age = IsRunning ? _virtual.At(sample.StampNs) : -1;
        if (age < 0)
        {
            Align(nowNs, sample);
            return SyncDecision.Aligned;
        }

        Compare(age, sample);
        Correct(age, sample.StampNs, sample.Velocities.IsEmpty ? sinceLast * Seconds : null);
        if (_errors.Joints > 0)
        {
            _word.Observe(_errors.Position);
        }

        return SyncDecision.Corrected;
    }

    // Gaps tell of silence, not of the robot's pace.
    private void Pace(long sinceLast)
    {
        if (sinceLast > 0 && sinceLast <= Nanoseconds(_options.DisconnectedAfter))
        {
            _periodNs = _periodNs == 0 ? sinceLast : _periodNs + ((sinceLast - _periodNs) / 16);
        }
    }

    // Freeze, take over, go on: nothing older is known to be true.
    private void Align(long nowNs, JointSample sample)
    {
        _virtual.Clear();
        _virtual.Push(Math.Min(sample.StampNs, nowNs));
        var positions = _virtual.Positions;
        var velocities = _virtual.Velocities;
        for (var i = 0; i < positions.Length; i++)
        {
            // A joint that is absent has no virtual position either, until it is measured.
            positions[i] = sample.Positions[i];
            velocities[i] = sample.Velocities.IsEmpty ? 0 : OrZero(sample.Velocities[i]);
            _limits.Hold(i, ref positions[i], ref velocities[i]);
        }

        if (sample.StampNs < nowNs)
        {
            Run(nowNs);
        }

        Array.Fill(_residuals, double.NaN);
        Array.Fill(_velocityResiduals, double.NaN);
        _errors = Errors.None;
    }

    private static double OrZero(double value) => double.IsNaN(value) ? 0 : value;

    private void Compare(int age, JointSample sample)
    {
        var dt = (sample.StampNs - _virtual.TimeAt(age)) * Seconds;
        var positions = _virtual.PositionsAt(age);
        var velocities = _virtual.VelocitiesAt(age);
        var joints = Joints.AsSpan();
        double sum = 0, sumVelocity = 0, largest = 0;
        int count = 0, countVelocity = 0;
        for (var i = 0; i < positions.Length; i++)
        {
            ref readonly var profile = ref joints[i];
            if (double.IsNaN(positions[i]))
            {
                Adopt(i, age, sample);
            }

            var residual = Difference(
                sample.Positions[i], positions[i] + (velocities[i] * dt), profile.IsContinuous);
            _residuals[i] = residual;
            _velocityResiduals[i] =
                sample.Velocities.IsEmpty ? double.NaN : sample.Velocities[i] - velocities[i];
            if (!double.IsNaN(residual))
            {
                count++;
                sum += Math.Abs(residual);
                largest = Math.Max(largest, Math.Abs(residual) / profile.Range);
            }

            if (!double.IsNaN(_velocityResiduals[i]))
            {
                countVelocity++;
                sumVelocity += Math.Abs(_velocityResiduals[i]);
            }
        }

        _errors = new Errors(
            count,
            count == 0 ? double.NaN : sum / count,
            countVelocity == 0 ? double.NaN : sumVelocity / countVelocity,
            count == 0 ? double.NaN : largest);
    }

    // A joint that was absent until now.
    private void Adopt(int joint, int age, JointSample sample)
    {
        var velocity = sample.Velocities.IsEmpty ? 0 : OrZero(sample.Velocities[joint]);
        for (; age >= 0; age--)
        {
            ref var position = ref _virtual.PositionsAt(age)[joint];
            position = sample.Positions[joint] + (velocity * (_virtual.TimeAt(age) - sample.StampNs) * Seconds);
            ref var speed = ref _virtual.VelocitiesAt(age)[joint];
            speed = velocity;
            _limits.Hold(joint, ref position, ref speed);
        }
    }

    // What the sample says of its own instant holds for every later frame too. The frame before the stamp is corrected
    // as if it were at the stamp: its velocity carries it there.
    private void Correct(int age, long stampNs, double? sinceLast)
    {
        var positionGain = IsMirror ? 1 : _options.PositionGain;
        var velocityGain = IsMirror ? 1 : _options.VelocityGain;
        for (var i = 0; i < _residuals.Length; i++)
        {
            _positionShifts[i] = positionGain * OrZero(_residuals[i]);
            // Without a measured velocity the drift of the position tells it.
            _velocityShifts[i] = velocityGain * (sinceLast is { } seconds
                ? 0.5 * _positionShifts[i] / seconds
                : OrZero(_velocityResiduals[i]));
        }

        _virtual.Shift(age, stampNs, _positionShifts, _velocityShifts);
        var positions = _virtual.Positions;
        var velocities = _virtual.Velocities;
        for (var i = 0; i < positions.Length; i++)
        {
            _limits.Hold(i, ref positions[i], ref velocities[i]);
        }
    }

    private long Compensate(JointSample sample, long age)
    {
        if (sample.StampNs == 0 || sample.StampNs != _stampNs)
        {
            return 0;
        }

        var horizon = Math.Clamp(age, 0, Nanoseconds(_options.MaximumHorizon));
        for (var i = 0; i < _compensated.Length; i++)
        {
            var velocity = sample.Velocities.IsEmpty ? _virtual.Velocities[i] : OrZero(sample.Velocities[i]);
            _compensated[i] = sample.Positions[i] + (velocity * horizon * Seconds);
            _limits.Hold(i, ref _compensated[i], ref velocity);
        }

        return horizon;
    }

    // A word that is held against flicker keeps the reason that it was given for.
    private SyncReason Reason(long age)
    {
        var reason = ReasonNow(age);
        if (reason != SyncReason.None || _word.Shown >= SyncStatus.Good)
        {
            _reason = reason;
        }

        return _reason;
    }

    private SyncReason ReasonNow(long age) =>
        _stampNs == 0 ? SyncReason.NoData
        : _isClockOdd ? SyncReason.Clock
        : age > Timely ? SyncReason.Stale
        : _word.Shown == SyncStatus.Disconnected ? SyncReason.Settling
        : _word.Shown < SyncStatus.Good && _errors.Position >= _options.StateTolerance ? SyncReason.Model
        : SyncReason.None;

    private readonly record struct Errors(int Joints, double Position, double Velocity, double Normalized)
    {
        public static Errors None => new(0, double.NaN, double.NaN, double.NaN);
    }
}
