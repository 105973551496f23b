using TwinActors.Actors.Synchronization;

namespace TwinActors.UnitTests.Actors.Synchronization;

public sealed class RollingHistogramTests
{
    [Fact]
    public void Quantiles_are_right_to_an_eighth_and_the_largest_is_exact()
    {
        var histogram = new RollingHistogram(2000);
        for (var i = 1; i <= 1000; i++)
        {
            histogram.Record(i);
        }

        Assert.InRange(histogram.Quantile(0.5)!.Value, 500, 500 * 1.125);
        Assert.InRange(histogram.Quantile(0.99)!.Value, 990, 1000);
        Assert.Equal(1000, histogram.Quantile(1));
        Assert.Equal(1000, histogram.Largest);
    }

    [Fact]
    public void What_is_older_than_two_windows_is_forgotten()
    {
        var histogram = new RollingHistogram(100);
        histogram.Record(1_000_000);
        for (var i = 0; i < 250; i++)
        {
            histogram.Record(3);
        }

        Assert.Equal(3, histogram.Largest);
        Assert.Equal(3, histogram.Quantile(1));
    }

    [Fact]
    public void Nothing_negative_and_huge_values_have_a_place()
    {
        var histogram = new RollingHistogram(10);
        Assert.Null(histogram.Quantile(0.5));

        histogram.Record(-5);
        histogram.Record(long.MaxValue);

        Assert.Equal(0, histogram.Quantile(0.5));
        Assert.Equal(long.MaxValue, histogram.Largest);
    }
}
