using TwinActors.Ros2.Dds;
using Xunit;

namespace TwinActors.UnitTests.Ros2;

public class RosQosTests
{
    [Fact]
    public void A_reader_refuses_what_offers_less_than_it_asks_for()
    {
        Assert.Null(RosQos.SensorData.Refuses(RosQos.Default));
        Assert.Null(RosQos.Default.Refuses(RosQos.Latched));
        Assert.Equal("reliability", RosQos.Default.Refuses(RosQos.SensorData));
        Assert.Equal("durability", RosQos.Latched.Refuses(RosQos.Default));
    }

    [Fact]
    public void Promised_times_must_be_within_expected_ones()
    {
        var asks = RosQos.Default with { Deadline = TimeSpan.FromSeconds(1) };

        Assert.Equal("deadline", asks.Refuses(RosQos.Default));
        Assert.Null(asks.Refuses(RosQos.Default with { Deadline = TimeSpan.FromMilliseconds(500) }));
        Assert.Equal(
            "liveliness", (RosQos.Default with { LivelinessLease = TimeSpan.FromSeconds(1) }).Refuses(RosQos.Default));
    }

    [Fact]
    public void It_reads_as_a_person_would_say_it() =>
        Assert.Equal("best effort, volatile, keep last 5", RosQos.SensorData.ToString());
}
