using System.Text.Json.Nodes;
using TwinActors.Host.Api;
using TwinActors.Robotics.Rings;

namespace TwinActors.UnitTests.Host.Api;

public sealed class SampleJsonTests
{
    [Fact]
    public void Bytes_are_told_by_their_length_and_by_the_message_that_holds_them()
    {
        var layout = new SampleLayout("sensor_msgs/msg/Image",
        [
            ("header.frame_id", FieldKind.Text), ("width", FieldKind.Integer), ("gain", FieldKind.Number),
            ("data", FieldKind.Bytes),
        ]);
        var buffer = new byte[128];
        var writer = new SampleWriter(layout, buffer);
        writer.Utf8(0, "camera"u8);
        writer.Integer(1, 640);
        writer.Number(2, double.NaN);
        writer.Bytes(3, 921_600);

        var json = SampleJson.Of(
            new SampleReader(layout, buffer.AsSpan(0, writer.Length)), "/arm1/camera/image_raw@1795527196231179200");

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {
                  "header": {"frame_id": "camera"}, "width": 640, "gain": null,
                  "data": {"length": 921600, "reference": "/arm1/camera/image_raw@1795527196231179200"}
                }
                """),
            json));
    }
}
