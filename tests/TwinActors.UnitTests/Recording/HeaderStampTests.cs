using System.Text.Json.Nodes;
using TwinActors.Recording.Playback;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.UnitTests.Recording;

public sealed class HeaderStampTests
{
    [Theory]
    [InlineData("sensor_msgs/msg/Imu", true)]
    [InlineData("std_msgs/msg/String", false)]
    [InlineData("tf2_msgs/msg/TFMessage", false)]
    public void Only_a_type_that_begins_with_a_header_has_a_stamp_to_change(string type, bool hasHeader) =>
        Assert.Equal(hasHeader, HeaderStamp.Begins(RosSchemaSet.Standard.Get(type)));

    [Theory]
    [InlineData(new byte[] { 0, 1, 0, 0 }, new byte[] { 2, 0, 0, 0, 7, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 0 }, new byte[] { 0, 0, 0, 2, 0, 0, 0, 7 })]
    public void The_stamp_is_written_in_the_messages_own_byte_order(byte[] header, byte[] stamp)
    {
        byte[] rest = [1, 0, 0, 0, 0, 9, 9, 9];
        byte[] message = [.. header, .. new byte[8], .. rest];

        var changed = HeaderStamp.Replace(message, 2_000_000_007);

        Assert.Equal([.. header, .. stamp, .. rest], changed.ToArray());
        Assert.Equal([.. header, .. new byte[8], .. rest], message);
    }

    [Fact]
    public void The_message_decodes_to_the_new_stamp_and_is_otherwise_unchanged()
    {
        var schema = RosSchemaSet.Standard.Get("geometry_msgs/msg/TwistStamped");
        var value = new JsonObject { ["header"] = new JsonObject { ["frame_id"] = "base" } };
        Assert.True(RosJson.TryEncode(schema, value, out var payload, out _));

        Assert.True(RosJson.TryDecode(schema, HeaderStamp.Replace(payload, 5_000_000_001).Span, out var changed));

        Assert.Equal("""{"stamp":{"sec":5,"nanosec":1},"frame_id":"base"}""", changed["header"]!.ToJsonString());
    }

    [Fact]
    public void A_message_too_short_for_a_stamp_stays_as_it_is() =>
        Assert.Equal([0, 1, 0, 0, 1], HeaderStamp.Replace(new byte[] { 0, 1, 0, 0, 1 }, 1).ToArray());
}
