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

    [Fact]
    public void Elements_of_arrays_are_nested_as_in_the_message_and_those_left_out_are_counted()
    {
        var layout = new SampleLayout("m/msg/Whole",
        [
            ("parts[]", FieldKind.Integer), ("parts[].at.x", FieldKind.Floats),
            ("parts[].values[]", FieldKind.Integers), ("parts[].values[].key", FieldKind.Texts),
            ("parts[].blob[]", FieldKind.Integers),
            ("parts[].curve[]", FieldKind.Integers), ("parts[].curve", FieldKind.Numbers),
            ("names[]", FieldKind.Integer), ("names", FieldKind.Texts),
        ]);
        var buffer = new byte[512];
        var writer = new SampleWriter(layout, buffer);
        writer.Integer(0, 3);
        new[] { 0.1f, float.NaN }.CopyTo(writer.Floats(1, 2));
        new[] { 1L, 2 }.CopyTo(writer.Integers(2, 2));
        writer.Texts(3, 3, 6);
        writer.Utf8(3, 0, "a"u8);
        writer.Utf8(3, 1, "bb"u8);
        writer.Utf8(3, 2, "ccc"u8);
        new[] { 7L, 0 }.CopyTo(writer.Integers(4, 2));
        new[] { 0L, 2 }.CopyTo(writer.Integers(5, 2));
        new[] { 1.5, 2.5 }.CopyTo(writer.Numbers(6, 2));
        writer.Integer(7, 1);
        writer.Texts(8, 1, 1);
        writer.Utf8(8, 0, "n"u8);

        var json = SampleJson.Of(new SampleReader(layout, buffer.AsSpan(0, writer.Length)), "/t@1");

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {
                  "parts": [
                    {"at": {"x": 0.1}, "values": [{"key": "a"}],
                     "blob": {"length": 7, "reference": "/t@1"}, "curve": []},
                    {"at": {"x": null}, "values": [{"key": "bb"}, {"key": "ccc"}],
                     "blob": {"length": 0, "reference": "/t@1"}, "curve": [1.5, 2.5]}],
                  "parts[]": 3, "names": ["n"]
                }
                """),
            json),
            json.ToJsonString());
    }
}
