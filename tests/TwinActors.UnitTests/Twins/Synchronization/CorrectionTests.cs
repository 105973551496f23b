using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Twins.Synchronization;

public sealed class CorrectionTests
{
    private static readonly JointProfile Hinge = new("hinge", false, -1, 1, 2, 3);

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(30)]
    [InlineData(50)]
    [InlineData(250)]
    public void A_loop_that_is_closed_over_its_own_delay_never_rings(int delayMs)
    {
        // A velocity-type joint at 100 Hz behind a dead time, as the chapter's: with its gain of 80 at 30 ms it reaches
        // 8e15.
        var pending = new Queue<double>(Enumerable.Repeat(0.0, delayMs / 10));
        var (position, peak) = (0.0, 0.0);
        for (var tick = 0; tick < 2000; tick++)
        {
            pending.Enqueue(Correction.Velocity(Hinge, 0.8, position, TimeSpan.FromMilliseconds(delayMs)));
            position += 0.01 * pending.Dequeue();
            peak = Math.Max(peak, position);
        }

        Assert.Equal(0.8, position, 0.01);
        Assert.InRange(peak, 0, 0.8 * 1.06);
    }

    [Fact]
    public void A_boost_is_bounded_short_and_within_the_margin_where_the_chapter_doubles_its_gain_at_every_tick()
    {
        var slow = TimeSpan.FromMilliseconds(40);
        var quick = TimeSpan.FromMilliseconds(10);

        Assert.Equal(2, Correction.Boost(SyncMode.Command, quick, TimeSpan.Zero));
        Assert.Equal(1.25, Correction.Boost(SyncMode.Command, slow, TimeSpan.Zero), 1e-9);
        Assert.Equal(1, Correction.Boost(SyncMode.Command, TimeSpan.FromSeconds(1), TimeSpan.Zero));
        Assert.Equal(1, Correction.Boost(SyncMode.Command, quick, Correction.BoostFor));
        Assert.Equal(1, Correction.Boost(SyncMode.Mirror, quick, TimeSpan.Zero));
        for (var ms = 1; ms < 1000; ms++)
        {
            var delay = TimeSpan.FromMilliseconds(ms);
            var gain = Correction.GainFor(delay) * Correction.Boost(SyncMode.Command, delay, TimeSpan.Zero);
            Assert.InRange(gain * delay.TotalSeconds, 0, Correction.Margin + 1e-9);
        }
    }

    [Fact]
    public void A_correction_is_no_faster_than_the_joint_and_aims_at_nothing_beyond_its_limits()
    {
        Assert.Equal(3, Correction.Velocity(Hinge, 1, -1, TimeSpan.Zero));
        Assert.Equal(1, Correction.Velocity(Hinge, 9, 0.9, TimeSpan.Zero), 1e-9);
        Assert.Equal(0, Correction.Velocity(Hinge, 0.5, 0.5004, TimeSpan.Zero));
        Assert.True(double.IsNaN(Correction.Velocity(Hinge, 0.5, double.NaN, TimeSpan.Zero)));
    }
}
