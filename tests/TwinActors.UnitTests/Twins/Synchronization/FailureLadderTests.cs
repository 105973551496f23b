using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Twins.Synchronization;

/// <summary>What the chapter does when its synchronizer fails, and the opposite.</summary>
public sealed class FailureLadderTests
{
    [Fact]
    public void One_episode_is_told_once_where_the_chapter_raises_an_alert_at_every_tick()
    {
        var run = new Run { SampleHz = 200 };

        run.For(seconds: 60, error: 0.5);

        Assert.Single(run.Acts, act => act == LadderAct.Begin);
        Assert.Equal(SyncCause.Model, run.State.Cause);
    }

    [Fact]
    public void A_spike_is_no_episode()
    {
        var run = new Run();

        for (var i = 0; i < 100; i++)
        {
            run.For(seconds: 0.4, error: 0.5);
            run.For(seconds: 0.1, error: 0.01);
        }

        Assert.DoesNotContain(LadderAct.Begin, run.Acts);
    }

    [Fact]
    public void The_rate_rises_by_halves_with_patience_and_comes_back_where_the_chapters_stays_at_its_ceiling()
    {
        var run = new Run { SampleHz = 1000 };
        run.For(seconds: 1, error: 0.5);
        Assert.Equal(100, run.State.Hz);
        run.For(seconds: 1, error: 0.5);
        Assert.Equal(150, run.State.Hz);
        run.For(seconds: 60, error: 0.5);
        Assert.Equal(200, run.State.Hz);

        run.For(seconds: 3, error: 0.01);
        Assert.Equal((null, 200.0), (run.State.Cause, run.State.Hz));
        run.For(seconds: 20, error: 0.01);

        Assert.Equal(100, run.State.Hz);
        Assert.Single(run.Acts, act => act == LadderAct.End);
    }

    [Fact]
    public void The_rate_is_never_raised_above_what_the_robot_sends()
    {
        var run = new Run { SampleHz = 120 };

        run.For(seconds: 60, error: 0.5);

        Assert.Equal(120, run.State.Hz);
    }

    [Theory]
    [InlineData(SyncReason.Stale, SyncCause.Stale)]
    [InlineData(SyncReason.Clock, SyncCause.Clock)]
    public void Late_samples_and_odd_clocks_are_diagnosed_and_the_rate_stays(SyncReason reason, SyncCause cause)
    {
        var run = new Run { SampleHz = 1000, Reason = reason };

        run.For(seconds: 30, error: 0.01);

        Assert.Equal((cause, 100.0), (run.State.Cause!.Value, run.State.Hz));
    }

    [Fact]
    public void A_robot_that_is_held_up_is_told_from_one_that_leaves_its_model()
    {
        var run = new Run { IsHeldUp = true };

        run.For(seconds: 1, error: 0.5);

        Assert.Equal(SyncCause.Contact, run.State.Cause);
    }

    [Fact]
    public void A_mode_falls_back_to_shadow_once()
    {
        var run = new Run { StartsIn = SyncMode.Mirror };

        run.For(seconds: 60, error: 0.5);

        Assert.Equal([LadderAct.Begin, LadderAct.Degrade], run.Acts);
    }

    [Fact]
    public void A_commanded_robot_is_stopped_after_its_mode_fell_back()
    {
        var run = new Run { StartsIn = SyncMode.Command };

        run.For(seconds: 60, error: 0.5);

        Assert.Equal([LadderAct.Begin, LadderAct.Degrade, LadderAct.Stop], run.Acts);
    }

    [Fact]
    public void Silence_is_the_links_concern_and_holds_an_episode_open()
    {
        var run = new Run();
        run.For(seconds: 1, error: 0.5);

        run.Status = SyncStatus.Disconnected;
        run.For(seconds: 60, error: double.NaN);

        Assert.Equal([LadderAct.Begin], run.Acts);
        Assert.Equal(SyncCause.Model, run.State.Cause);
        run.Status = SyncStatus.Excellent;
        run.For(seconds: 3, error: 0.001);
        Assert.Equal([LadderAct.Begin, LadderAct.End], run.Acts);
    }

    /// <summary>Ticks at 100 Hz.</summary>
    private sealed class Run
    {
        private readonly FailureLadder _ladder = new(new LadderOptions());
        private long _nowNs = 1;

        public Run() => State = _ladder.Initial;

        public LadderState State { get; private set; }

        public List<LadderAct> Acts { get; } = [];

        public double SampleHz { get; init; } = 100;

        public SyncReason Reason { get; init; }

        public SyncStatus Status { get; set; } = SyncStatus.Good;

        public SyncMode Mode { get; private set; }

        public bool IsHeldUp { get; init; }

        public SyncMode StartsIn
        {
            init => Mode = value;
        }

        public void For(double seconds, double error)
        {
            for (var i = 0; i < seconds * 100; i++, _nowNs += 10_000_000)
            {
                var decision = _ladder.Step(State, new LadderTick(
                    _nowNs, Status, Reason, error < 0.05 && Reason == SyncReason.None, error, Mode, SampleHz,
                    IsHeldUp));
                State = decision.State;
                Mode = decision.Act == LadderAct.Degrade ? SyncMode.Shadow : Mode;
                if (decision.Act is not (LadderAct.None or LadderAct.ChangeRate))
                {
                    Acts.Add(decision.Act);
                }
            }
        }
    }
}
