using TwinActors.Robotics.Links;

namespace TwinActors.UnitTests.Robotics;

public sealed class StreamCountersTests
{
    private const long Start = 1_700_000_000_000_000_000;

    [Fact]
    public void The_rate_is_that_of_the_arrivals()
    {
        var counters = new StreamCounters();

        Arrive(counters, Start, samples: 100, periodMs: 10);

        Assert.Equal(100, counters.RateHz!.Value, 3);
        Assert.Equal(0, counters.JitterMs!.Value, 3);
    }

    [Fact]
    public void An_outage_does_not_spoil_the_rate_and_the_jitter_of_what_comes_after_it()
    {
        var counters = new StreamCounters();
        Arrive(counters, Start, samples: 100, periodMs: 10);

        Arrive(counters, Start + 3_600_000_000_000, samples: 3, periodMs: 10);

        Assert.Equal(100, counters.RateHz!.Value, 3);
        Assert.Equal(0, counters.JitterMs!.Value, 3);
    }

    [Fact]
    public void Late_arrivals_are_counted_as_gaps_and_jitter_is_none()
    {
        var counters = new StreamCounters();
        Arrive(counters, Start, samples: 100, periodMs: 10);

        Arrive(counters, Start + 1_015_000_000, samples: 10, periodMs: 10);
        Assert.Equal(0, counters.Gaps);
        Arrive(counters, Start + 1_150_000_000, samples: 10, periodMs: 10);

        Assert.Equal(1, counters.Gaps);
    }

    [Fact]
    public void A_rate_that_falls_for_good_is_followed()
    {
        var counters = new StreamCounters();
        Arrive(counters, Start, samples: 100, periodMs: 10);

        Arrive(counters, Start + 2_000_000_000, samples: 4, periodMs: 1000);

        Assert.Equal(1, counters.RateHz!.Value, 3);
    }

    [Fact]
    public void Samples_that_come_in_pairs_have_the_rate_of_all()
    {
        var counters = new StreamCounters();
        for (var i = 0; i < 500; i++)
        {
            Arrive(counters, Start + (i * 20_000_000L), samples: 2, periodMs: 0.01);
        }

        Assert.InRange(counters.RateHz!.Value, 90, 110);
    }

    private static void Arrive(StreamCounters counters, long fromNs, int samples, double periodMs)
    {
        for (var i = 0; i < samples; i++)
        {
            counters.Count(bytes: 8, fromNs + (long)(i * periodMs * 1e6));
        }
    }
}
