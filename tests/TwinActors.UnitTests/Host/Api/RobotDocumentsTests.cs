using TwinActors.Actors.Joints;
using TwinActors.Host.Api;
using TwinActors.Twins.Links;

namespace TwinActors.UnitTests.Host.Api;

public sealed class RobotDocumentsTests
{
    [Fact]
    public void A_robot_whose_twin_does_not_answer_is_unknown_in_everything()
    {
        var row = RobotDocuments.Silent("arm1");

        Assert.Equal(("arm1", "unknown"), (row.Id, row.Link));
        Assert.Equal((null, null, null, null), (row.Model, row.AgeMs, row.LastSeen, row.RateHz));
    }

    [Theory]
    [InlineData(1_038_000_000, 1_000_000_000, 38.0)]
    [InlineData(999_500_000, 1_000_000_000, -0.5)]
    [InlineData(1_000_000_000, 1_000_000_000, null)]
    public void A_clock_offset_is_unknown_when_the_sender_left_the_stamp_zero(long stamp, long received, double? offset)
    {
        // A stamp of zero has become the arrival by now.
        Assert.Equal(offset, RobotDocuments.ClockOffset(new JointsReading(stamp, received, Quality.Measured, [])));
    }
}
