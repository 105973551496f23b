using TwinActors.Actors.Synchronization;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Actors.Synchronization;

public sealed class TickSchedulerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(120)]
    [InlineData(200)]
    [InlineData(1000)]
    public void Every_rate_is_kept_to_the_tick_where_the_chapters_loop_gives_89_of_100(double hz)
    {
        var time = new ManualTimeProvider();
        using var ticks = new TickScheduler(time);
        var count = 0;
        ticks.Add(hz, _ => count++, Fail);

        time.Advance(TimeSpan.FromSeconds(10));

        // The first deadline is the origin itself.
        Assert.Equal((10 * hz) + 1, count);
    }

    [Fact]
    public void A_late_tick_delays_none_behind_it_and_what_it_missed_is_counted_not_made_up_for()
    {
        var time = new ManualTimeProvider();
        using var ticks = new TickScheduler(time);
        var instants = new List<double>();
        var found = new List<Tick>();
        ticks.Add(
            100,
            tick =>
            {
                instants.Add(time.Elapsed.TotalMilliseconds);
                found.Add(tick);
                if (instants.Count == 2)
                {
                    // A stall of the machine, in the middle of a tick.
                    time.AdvanceToNext(time.Elapsed + TimeSpan.FromMilliseconds(25));
                }
            },
            Fail);

        time.Advance(TimeSpan.FromMilliseconds(60));

        Assert.Equal([0, 10, 35, 40, 50, 60], instants);
        Assert.Equal(new Tick(5_000_000, 1), found[2]);
        Assert.Equal(new Tick(0, 0), found[3]);
    }

    [Fact]
    public void Robots_of_one_rate_are_spread_over_the_period()
    {
        var time = new ManualTimeProvider();
        using var ticks = new TickScheduler(time);
        var instants = new List<int>();
        for (var robot = 0; robot < 10; robot++)
        {
            ticks.Add(100, _ => instants.Add((int)time.Elapsed.TotalMilliseconds), Fail);
        }

        time.Advance(TimeSpan.FromMilliseconds(9));

        Assert.Equal([0, 0, 2, 2, 4, 4, 6, 6, 8, 8], instants);
    }

    [Fact]
    public void A_tick_that_fails_ends_its_own_schedule_alone()
    {
        var time = new ManualTimeProvider();
        using var ticks = new TickScheduler(time);
        var count = 0;
        Exception? told = null;
        ticks.Add(100, _ => throw new InvalidOperationException("broken"), failure => told = failure);
        ticks.Add(100, _ => count++, Fail);

        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal("broken", told!.Message);
        Assert.Equal(10, count);
    }

    [Fact]
    public void A_rate_can_change_and_a_schedule_can_end()
    {
        var time = new ManualTimeProvider();
        using var ticks = new TickScheduler(time);
        var count = 0;
        var schedule = ticks.Add(100, _ => count++, Fail);
        time.Advance(TimeSpan.FromMilliseconds(92));
        Assert.Equal(10, count);

        schedule.ChangeRate(200);
        time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(30, count);
        schedule.End();
        time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(30, count);
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public async Task On_the_systems_clock_a_thread_of_its_own_ticks_until_it_is_told_to_end()
    {
        var count = 0;
        using (var ticks = new TickScheduler(TimeProvider.System))
        {
            ticks.Add(1000, _ => Interlocked.Increment(ref count), Fail);
            await Eventually.TrueAsync(
                () => Volatile.Read(ref count) >= 10, "there were ten ticks", TimeSpan.FromSeconds(60));
        }

        var ended = count;
        await Task.Yield();
        Assert.Equal(ended, count);
    }

    [Fact]
    public void A_round_of_ticks_allocates_nothing()
    {
        var time = new StillTime();
        using var ticks = new TickScheduler(time);
        var count = 0;
        for (var robot = 0; robot < 100; robot++)
        {
            ticks.Add(100, _ => count++, Fail);
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                time.Now += 100_000;
                ticks.RunDue();
            }
        }));
        Assert.True(count >= 100 * 100);
    }

    private static void Fail(Exception failure) => Assert.Fail(failure.Message);

    /// <summary>A clock that is moved by hand, and whose timers never fire.</summary>
    private sealed class StillTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;

        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();
    }

    private sealed class NoTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
