using TwinActors.Ros2.Dds;
using Xunit;

namespace TwinActors.UnitTests.Ros2;

public class DdsLogTests
{
    [Fact]
    public void Malformed_samples_are_counted_by_topic_and_other_warnings_apart()
    {
        var log = new DdsLog();

        log.Add("data(application, vendor 1.15): 1:2:3:4 #9: "
            + "deserialization rt/arm1/imu/sensor_msgs::msg::dds_::Imu_ failed (for reasons unknown)\n");
        log.Add("local: deserialization of rt/arm1/imu/a::Imu_ as rt/b/b::Imu_ failed in topic type conversion\n");
        log.Add("local: deserialization sensor_msgs::msg::dds_::Imu_ failed in type conversion\n");
        log.Add("something else\n");

        Assert.Equal((3, 2), (log.Malformed, log.MalformedOn("rt/arm1/imu")));
        Assert.Equal((1, "something else"), (log.Warnings, log.NewestWarning));
    }
}
