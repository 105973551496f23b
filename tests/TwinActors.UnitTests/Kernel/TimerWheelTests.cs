using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class TimerWheelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_entry_fires_early_or_more_than_two_milliseconds_late_whatever_its_delay(int seed)
    {
        var random = new Random(seed);
        var time = new ManualTimeProvider();
        var wheel = new TimerWheel(time, wake: null);
        var due = new List<(TimeSpan Due, TimeSpan Fired)>();
        var expected = 0;

        for (var i = 0; i < 2000; i++)
        {
            var delay = TimeSpan.FromMilliseconds(Math.Pow(10, random.NextDouble() * 9));
            var at = time.Elapsed + delay;
            var entry = new Entry(() => due.Add((at, time.Elapsed)));
            wheel.Add(entry, delay);
            if (random.Next(4) == 0)
            {
                Assert.True(wheel.Remove(entry));
                Assert.False(wheel.Remove(entry));
            }
            else
            {
                expected++;
            }

            time.Advance(TimeSpan.FromMilliseconds(random.NextDouble() * 1000));
        }

        time.Advance(TimeSpan.FromDays(20));

        Assert.Equal(expected, due.Count);
        Assert.Equal(0, wheel.Count);
        Assert.All(due, each => Assert.InRange(each.Fired - each.Due, TimeSpan.Zero, TimeSpan.FromMilliseconds(2)));
        Assert.Equal(0, time.ActiveTimers);
    }

    [Fact]
    public void A_driver_is_told_of_an_entry_that_was_added_while_others_fired()
    {
        var time = new ManualTimeProvider();
        var wakes = 0;
        var wheel = new TimerWheel(time, wake: () => wakes++);
        Entry? periodic = null;
        periodic = new Entry(() => wheel.Add(periodic!, TimeSpan.FromMilliseconds(250)));
        wheel.Add(periodic, TimeSpan.FromMilliseconds(250));

        time.Advance(TimeSpan.FromMilliseconds(250));
        var wait = wheel.FireDue();

        Assert.Equal(2, wakes);
        Assert.Equal(TimeSpan.FromMilliseconds(250), wait);
    }

    private sealed class Entry(Action fired) : TimerEntry
    {
        internal override void Fire(int version) => fired();
    }
}
