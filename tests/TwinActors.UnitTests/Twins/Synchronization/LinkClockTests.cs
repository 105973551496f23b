using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Twins.Synchronization;

public sealed class LinkClockTests
{
    private const long Ms = 1_000_000;
    private const long Second = 1000 * Ms;

    [Fact]
    public void Clocks_that_agree_count_as_one_and_the_way_is_measured()
    {
        var clock = new LinkClock();

        for (var t = 0L; t < 30 * Second; t += 10 * Ms)
        {
            Assert.Equal(Second + t, clock.Observe(Second + t, Second + t + (30 * Ms)));
        }

        Assert.Equal(0, clock.OffsetNs);
        Assert.Equal(30 * Ms, clock.LatencyNs, 1.0);
    }

    [Fact]
    public void A_recording_of_long_ago_is_put_on_todays_clock()
    {
        var clock = new LinkClock();
        var today = 1_700_000_000 * Second;

        clock.Observe(Second, today);
        var later = clock.Observe(Second + (10 * Ms), today + (12 * Ms));

        Assert.Equal(today + (10 * Ms), later);
    }

    [Fact]
    public void A_robot_whose_clock_runs_ahead_is_put_back()
    {
        var clock = new LinkClock();

        clock.Observe(10 * Second, 9 * Second);

        Assert.Equal((9 * Second) + (10 * Ms), clock.Observe((10 * Second) + (10 * Ms), (9 * Second) + (12 * Ms)));
    }

    [Fact]
    public void One_sample_that_is_held_up_changes_nothing_and_a_clock_that_was_set_is_followed()
    {
        var clock = new LinkClock();
        clock.Observe(10 * Second, 10 * Second);
        clock.Observe(11 * Second, 14 * Second);
        Assert.Equal(0, clock.OffsetNs);
        clock.Observe(15 * Second, 15 * Second);

        for (var i = 1; i <= 3; i++)
        {
            clock.Observe((5 * Second) + i, (15 * Second) + i);
        }

        Assert.Equal(10 * Second, clock.OffsetNs);
    }
}
