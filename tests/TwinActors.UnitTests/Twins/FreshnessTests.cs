using TwinActors.Robotics.Links;
using TwinActors.Twins.Links;

namespace TwinActors.UnitTests.Twins;

public sealed class FreshnessTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly LinkLimits Limits = new(Second, 5 * Second);

    [Fact]
    public void A_sample_from_the_future_is_not_fresh_since_the_clock_was_set_back()
    {
        Assert.Equal(Quality.Stale, Freshness.Judge(TimeSpan.FromHours(-1), Second));
        Assert.Equal(LinkHealth.Stale, Limits.Judge(TimeSpan.FromHours(-1), sendersGone: false));
        Assert.Equal(LinkHealth.Lost, Limits.Judge(TimeSpan.FromHours(-1), sendersGone: true));
    }

    [Fact]
    public void A_sample_that_is_newer_by_less_than_the_limit_is_fresh()
    {
        Assert.Equal(Quality.Measured, Freshness.Judge(TimeSpan.FromMilliseconds(-1), Second));
        Assert.Equal(LinkHealth.Connected, Limits.Judge(TimeSpan.FromMilliseconds(-1), sendersGone: false));
    }

    [Theory]
    [InlineData(100.0, null, 0.25)]
    [InlineData(2.0, null, 1.5)]
    [InlineData(null, null, 1.0)]
    [InlineData(30.0, 0.5, 6.0)]
    [InlineData(null, 0.5, 6.0)]
    [InlineData(null, 30.0, 1.0)]
    public void A_stream_is_stale_after_three_periods_of_what_its_rate_cap_lets_through(
        double? expectedHz, double? maximumHz, double seconds)
    {
        var stream = new StreamOptions
        {
            Name = "camera",
            Topic = "/arm1/camera",
            Type = "sensor_msgs/msg/Image",
            Kind = StreamKind.Sensor,
            ExpectedHz = expectedHz,
            MaximumHz = maximumHz,
            Slots = 4,
        };

        Assert.Equal(TimeSpan.FromSeconds(seconds), Freshness.Limit(stream, Second));
    }
}
