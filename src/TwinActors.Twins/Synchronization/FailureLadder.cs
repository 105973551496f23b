// Hot path: Step runs once per tick. It allocates nothing.
namespace TwinActors.Twins.Synchronization;

/// <summary>What is done about a virtual robot that has lost its robot, rung by rung.</summary>
/// <remarks>
/// An episode begins when failure has lasted, and is told once. It is diagnosed and the virtual robot is aligned anew;
/// if that does not help, the rate is raised, where the cause is one that a higher rate can help; then the mode falls
/// back to shadow, and a robot that was commanded is stopped. A rate that was raised comes back down, step by step,
/// once the twin has been in step for a while. Silence is no failure here: the robot link tells of it.
/// </remarks>
/// <param name="options">Settings.</param>
public sealed class FailureLadder(LadderOptions options)
{
    /// <summary>The state before the first tick.</summary>
    public LadderState Initial { get; } = new(0, 0, null, LadderRung.Unknown, 0, false, options.BaseHz);

    /// <summary>Takes in one tick.</summary>
    /// <param name="state">State after the tick before.</param>
    /// <param name="tick">What the tick found.</param>
    public LadderDecision Step(in LadderState state, in LadderTick tick)
    {
        if (tick.Status == SyncStatus.Disconnected)
        {
            return new(state with { FailingSinceNs = 0, GoodSinceNs = 0 }, LadderAct.None);
        }

        var isFailing = tick.Reason is SyncReason.Clock or SyncReason.Stale || tick.Error > options.FailAbove;
        var next = state with
        {
            FailingSinceNs = Since(isFailing, state.FailingSinceNs, tick.NowNs),
            GoodSinceNs = Since(tick.IsSynchronized, state.GoodSinceNs, tick.NowNs),
        };
        if (state.Cause is not null)
        {
            return IsFor(next.GoodSinceNs, options.RecoverFor, tick.NowNs)
                ? new(Ended(next, tick.NowNs), LadderAct.End)
                : Climb(next, tick, isFailing);
        }

        if (IsFor(next.FailingSinceNs, options.FailFor, tick.NowNs))
        {
            return new(
                next with
                {
                    Cause = Diagnose(tick),
                    Rung = LadderRung.Resync,
                    RungSinceNs = tick.NowNs,
                    WasCommanding = tick.Mode == SyncMode.Command,
                },
                LadderAct.Begin);
        }

        return ComeDown(next, tick);
    }

    /// <summary>Why the twin fails.</summary>
    public static SyncCause Diagnose(in LadderTick tick) => tick.Reason switch
    {
        SyncReason.Clock => SyncCause.Clock,
        SyncReason.Stale => SyncCause.Stale,
        _ => tick.IsHeldUp ? SyncCause.Contact : SyncCause.Model,
    };

    private LadderDecision Climb(in LadderState state, in LadderTick tick, bool isFailing)
    {
        if (!isFailing || !IsFor(state.RungSinceNs, options.Patience, tick.NowNs))
        {
            return new(state, LadderAct.None);
        }

        var climbed = state with { RungSinceNs = tick.NowNs };
        // Late samples and odd clocks do not come right by looking more often, nor does a robot that sends more rarely.
        var raised = Math.Min(state.Hz * options.RateFactor, Math.Min(options.CeilingHz, tick.SampleHz));
        if (state.Rung <= LadderRung.Rate && state.Cause is SyncCause.Model or SyncCause.Contact && raised > state.Hz)
        {
            return new(climbed with { Rung = LadderRung.Rate, Hz = raised }, LadderAct.ChangeRate);
        }

        if (state.Rung < LadderRung.Shadow && tick.Mode != SyncMode.Shadow)
        {
            return new(climbed with { Rung = LadderRung.Shadow }, LadderAct.Degrade);
        }

        return state is { Rung: < LadderRung.Stop, WasCommanding: true }
            ? new(climbed with { Rung = LadderRung.Stop }, LadderAct.Stop)
            : new(state, LadderAct.None);
    }

    private LadderDecision ComeDown(in LadderState state, in LadderTick tick)
    {
        // A new synchronizer does not know what the one before has left open.
        if (state.Rung == LadderRung.Unknown && IsFor(state.GoodSinceNs, options.RecoverFor, tick.NowNs))
        {
            return new(Ended(state, tick.NowNs), LadderAct.End);
        }

        return state.Hz > options.BaseHz && IsFor(state.GoodSinceNs, options.StableFor, tick.NowNs)
            ? new(
                state with { Hz = Math.Max(options.BaseHz, state.Hz / options.RateFactor), GoodSinceNs = tick.NowNs },
                LadderAct.ChangeRate)
            : new(state, LadderAct.None);
    }

    private static LadderState Ended(in LadderState state, long nowNs) =>
        state with { Cause = null, Rung = LadderRung.Ground, FailingSinceNs = 0, GoodSinceNs = nowNs };

    private static long Since(bool holds, long sinceNs, long nowNs) => !holds ? 0 : sinceNs == 0 ? nowNs : sinceNs;

    private static bool IsFor(long sinceNs, TimeSpan time, long nowNs) =>
        sinceNs != 0 && nowNs - sinceNs >= time.Ticks * TimeSpan.NanosecondsPerTick;
}

/// <summary>When and how far the ladder is climbed.</summary>
public sealed record LadderOptions
{
    /// <summary>Mean position error above which a tick fails [rad or m].</summary>
    public double FailAbove { get; init; } = 0.1;

    /// <summary>Time that failure must last before an episode begins.</summary>
    public TimeSpan FailFor { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Time that the twin must be in step before an episode ends.</summary>
    public TimeSpan RecoverFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time that each rung is given to help.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time in step before a raised rate comes down one step.</summary>
    public TimeSpan StableFor { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Rate without any failure [Hz].</summary>
    public double BaseHz { get; init; } = 100;

    /// <summary>Highest rate [Hz].</summary>
    public double CeilingHz { get; init; } = 200;

    /// <summary>One step of the rate.</summary>
    public double RateFactor { get; init; } = 1.5;
}

/// <summary>Where on the ladder a synchronizer is.</summary>
/// <param name="FailingSinceNs">Since when every tick has failed [ns]; 0 when the last did not.</param>
/// <param name="GoodSinceNs">Since when the twin has been in step [ns]; 0 when it is not.</param>
/// <param name="Cause">Cause of the episode; <see langword="null"/> when there is none.</param>
/// <param name="Rung">The rung.</param>
/// <param name="RungSinceNs">Since when [ns].</param>
/// <param name="WasCommanding">Whether the robot was commanded when the episode began.</param>
/// <param name="Hz">Rate of the ticks now [Hz].</param>
public readonly record struct LadderState(
    long FailingSinceNs,
    long GoodSinceNs,
    SyncCause? Cause,
    LadderRung Rung,
    long RungSinceNs,
    bool WasCommanding,
    double Hz);

/// <summary>What the ladder must know of a tick.</summary>
/// <param name="NowNs">Instant of the tick [ns].</param>
/// <param name="Status">Status word.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="IsSynchronized">Whether the twin is in step.</param>
/// <param name="Error">Mean position error [rad or m]; NaN when unknown.</param>
/// <param name="Mode">Where corrections go.</param>
/// <param name="SampleHz">Rate of the robot's samples [Hz]; 0 when unknown.</param>
/// <param name="IsHeldUp">Whether the robot stands where the virtual one moves.</param>
public readonly record struct LadderTick(
    long NowNs,
    SyncStatus Status,
    SyncReason Reason,
    bool IsSynchronized,
    double Error,
    SyncMode Mode,
    double SampleHz,
    bool IsHeldUp);

/// <summary>What a tick leads to.</summary>
/// <param name="State">State after it.</param>
/// <param name="Act">What is to be done.</param>
public readonly record struct LadderDecision(LadderState State, LadderAct Act);

/// <summary>Why a twin fails.</summary>
public enum SyncCause
{
    /// <summary>Samples are late, though they come.</summary>
    Stale,

    /// <summary>The robot's clock runs ahead, or backwards.</summary>
    Clock,

    /// <summary>The robot stands where its model moves: something holds it up.</summary>
    Contact,

    /// <summary>The robot does something else than its model.</summary>
    Model,
}

/// <summary>Rungs, from the ground up.</summary>
public enum LadderRung
{
    /// <summary>Nothing is known yet.</summary>
    Unknown,

    /// <summary>There is no episode.</summary>
    Ground,

    /// <summary>The virtual robot was aligned anew.</summary>
    Resync,

    /// <summary>The rate was raised.</summary>
    Rate,

    /// <summary>The mode fell back to shadow.</summary>
    Shadow,

    /// <summary>The robot was stopped.</summary>
    Stop,
}

/// <summary>What is to be done.</summary>
public enum LadderAct
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An episode begins: tell it, and align the virtual robot anew.</summary>
    Begin,

    /// <summary>Tick at the rate of the state.</summary>
    ChangeRate,

    /// <summary>Fall back to shadow.</summary>
    Degrade,

    /// <summary>Stop the robot that was commanded.</summary>
    Stop,

    /// <summary>The episode is over, if there was one.</summary>
    End,
}
