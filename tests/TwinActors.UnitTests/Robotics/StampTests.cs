using System.Globalization;
using TwinActors.Robotics.State;

namespace TwinActors.UnitTests.Robotics;

public sealed class StampTests
{
    [Theory]
    [InlineData(1_800_000_000_123_456_789, "2027-01-15T08:00:00.1234567+00:00")]
    [InlineData(1_700_000_000_000_000_099, "2023-11-14T22:13:20.0000000+00:00")]
    [InlineData(1_700_000_000_000_000_300, "2023-11-14T22:13:20.0000003+00:00")]
    [InlineData(-1, "1969-12-31T23:59:59.9999999+00:00")]
    [InlineData(-100, "1969-12-31T23:59:59.9999999+00:00")]
    [InlineData(0, "1970-01-01T00:00:00.0000000+00:00")]
    public void A_stamp_is_rounded_down_to_the_tick_before_it(long nanoseconds, string instant) => Assert.Equal(
        instant, new Stamp(nanoseconds).ToDateTimeOffset().ToString("O", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("2027-01-15T08:00:00.123456789Z", 1_800_000_000_123_456_789)]
    [InlineData("2027-01-15T09:00:00.5+01:00", 1_800_000_000_500_000_000)]
    [InlineData("2027-01-15T08:00:00Z", 1_800_000_000_000_000_000)]
    [InlineData("2027-01-15T08:00:00.25", 1_800_000_000_250_000_000)]
    public void A_stamp_that_is_read_loses_no_nanosecond(string text, long nanoseconds)
    {
        Assert.True(Stamp.TryParse(text, out var stamp));
        Assert.Equal(nanoseconds, stamp.Nanoseconds);
    }

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("2027-01-15T08:00:00.Z")]
    [InlineData("2027-01-15T08:00:00.1234567891Z")]
    public void What_is_no_time_is_not_read(string text) => Assert.False(Stamp.TryParse(text, out _));
}
