using TwinActors.Ros2.Links;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Links;

public class RateCapTests
{
    private const long Millisecond = 1_000_000;

    [Fact]
    public void Without_a_limit_everything_goes_through() => Assert.Equal(1000, Admitted(null, 1000, _ => 1));

    [Fact]
    public void A_stream_at_the_limit_comes_through_whole_in_spite_of_jitter() =>
        Assert.Equal(1000, Admitted(100, 1000, i => (i * 10 * Millisecond) + (i % 3 * 2 * Millisecond)));

    [Theory]
    [InlineData(5, 100, 501)]
    [InlineData(1, 100, 101)]
    public void A_faster_stream_is_thinned_to_the_limit(int periodMilliseconds, double limitHz, int expected) =>
        Assert.InRange(Admitted(limitHz, 1000, i => i * periodMilliseconds * Millisecond), expected - 2, expected + 2);

    [Fact]
    public void A_pause_buys_no_burst() =>
        Assert.InRange(Admitted(10, 100, i => i < 50 ? 0 : 100_000 * Millisecond), 2, 4);

    private static int Admitted(double? limitHz, int samples, Func<long, long> arrival)
    {
        var cap = new RateCap(limitHz);
        var start = 1_700_000_000_000 * Millisecond;
        var admitted = 0;
        for (var i = 0; i < samples; i++)
        {
            admitted += cap.Admits(start + arrival(i)) ? 1 : 0;
        }

        return admitted;
    }
}
