using TwinActors.Testing;
using TwinActors.Twins.Links;

namespace TwinActors.UnitTests.Twins;

public sealed class ClockEstimatorTests
{
    private const long Start = 1_795_000_000_000_000_000;
    private const double ShortestWayMs = 0.2;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(5, 50)]
    [InlineData(-80, -200)]
    [InlineData(86_400_000, 3)]
    public void Offset_and_drift_are_found_within_what_the_estimate_says_of_itself(double offsetMs, double driftPpm)
    {
        const int Seeds = 20;
        var (offsets, drifts) = (0, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var clock = new ClockEstimator();
            Run(clock, seconds: 90, offsetMs, driftPpm, new Random(seed));

            var estimate = clock.Estimate()!;

            var truth = offsetMs + (driftPpm * 90e-3) - ShortestWayMs;
            offsets += Math.Abs(estimate.OffsetMs - truth) <= estimate.OffsetUncertaintyMs + 0.05 ? 1 : 0;
            drifts += Math.Abs(estimate.DriftPpm!.Value - driftPpm) <= estimate.DriftUncertaintyPpm ? 1 : 0;
            Assert.InRange(estimate.OffsetUncertaintyMs!.Value, 0, 0.1);
            Assert.InRange(estimate.DriftUncertaintyPpm!.Value, 0, 2);
            Assert.InRange(estimate.Span.TotalSeconds, 85, 90);
        }

        Assert.True(offsets >= 17 && drifts >= 15, $"{offsets} offsets and {drifts} drifts of {Seeds} are right");
    }

    [Fact]
    public void A_few_seconds_give_an_offset_and_no_drift_yet()
    {
        var clock = new ClockEstimator();
        Assert.Null(clock.Estimate());
        Run(clock, seconds: 1, 40, 0, new Random(1));
        Assert.Null(clock.Estimate()!.OffsetUncertaintyMs);

        Run(clock, seconds: 5, 40, 0, new Random(1));

        var estimate = clock.Estimate()!;
        Assert.InRange(estimate.OffsetMs, 39.5, 40);
        Assert.NotNull(estimate.OffsetUncertaintyMs);
        Assert.Null(estimate.DriftPpm);
    }

    [Fact]
    public void A_clock_that_was_set_begins_anew_and_one_odd_stamp_does_not()
    {
        var clock = new ClockEstimator();
        Run(clock, seconds: 60, 0, 0, new Random(1));
        clock.Observe(Start - 3_600_000_000_000, Start + 60_000_000_000);
        Assert.InRange(clock.Estimate()!.OffsetMs, -1, 0);

        Run(clock, seconds: 60, 5_000, 0, new Random(2));

        Assert.InRange(clock.Estimate()!.OffsetMs, 4_999, 5_000);
        Assert.InRange(clock.Estimate()!.Span.TotalSeconds, 50, 60);
    }

    [Fact]
    public void A_sample_that_was_stamped_at_its_arrival_tells_nothing()
    {
        var clock = new ClockEstimator();
        clock.Observe(Start, Start);

        Assert.Null(clock.Estimate());
    }

    [Fact]
    public void Observing_allocates_nothing()
    {
        var clock = new ClockEstimator();
        var now = Start;

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                clock.Observe(now - 1000, now += 10_000_000);
            }
        }));
    }

    // 100 samples a second with ways of at least 0.2 ms, a millisecond more on average, and now and then a long one.
    private static void Run(ClockEstimator clock, int seconds, double offsetMs, double driftPpm, Random random)
    {
        for (var i = 0; i < seconds * 100; i++)
        {
            var sentMs = i * 10.0;
            var wayMs = ShortestWayMs - Math.Log(1 - random.NextDouble()) + (random.Next(500) == 0 ? 200 : 0);
            clock.Observe(
                Start + (long)((sentMs + offsetMs + (sentMs * driftPpm * 1e-6)) * 1e6),
                Start + (long)((sentMs + wayMs) * 1e6));
        }
    }
}
