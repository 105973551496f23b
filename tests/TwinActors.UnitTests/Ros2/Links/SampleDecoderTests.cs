using System.Text.Json.Nodes;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Links;

public class SampleDecoderTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void An_imu_becomes_a_flat_frame()
    {
        var (stream, frame) = Decode("sensor_msgs/msg/Imu", """
            {"header":{"stamp":{"sec":5,"nanosec":6},"frame_id":"imu_link"},"orientation":{"w":1},
             "angular_velocity":{"x":0.5},"linear_acceleration":{"z":9.75},
             "linear_acceleration_covariance":[1,2,3,4,5,6,7,8,9]}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal((5 * Second) + 6, frame.Header.StampNs);
        Assert.Equal("imu_link", reader.Text(Field("header.frame_id")));
        Assert.Equal(5, reader.Integer(Field("header.stamp.sec")));
        Assert.Equal(1, reader.Number(Field("orientation.w")));
        Assert.Equal(0.5, reader.Number(Field("angular_velocity.x")));
        Assert.Equal(9.75, reader.Number(Field("linear_acceleration.z")));
        Assert.Equal([1.0, 2, 3, 4, 5, 6, 7, 8, 9], reader.Numbers(Field("linear_acceleration_covariance")));
        Assert.Empty(stream.Counters.Reasons);

        int Field(string path) => frame.Layout!.IndexOf(path);
    }

    [Fact]
    public void A_laser_scan_keeps_what_is_not_finite_in_its_ranges()
    {
        var (stream, frame) = Decode("sensor_msgs/msg/LaserScan", """
            {"range_max":"Infinity","ranges":[1.5,"Infinity","NaN"]}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(
            [1.5f, float.PositiveInfinity, float.NaN], reader.Floats(frame.Layout!.IndexOf("ranges")));
        Assert.Equal(double.NaN, reader.Number(frame.Layout.IndexOf("range_max")));
        Assert.Equal(1, stream.Counters.Reasons["infinite"]);
    }

    [Fact]
    public void An_unmeasured_battery_value_is_absent_and_the_rest_stays()
    {
        var (stream, frame) = Decode("sensor_msgs/msg/BatteryState", """
            {"voltage":48.5,"temperature":"NaN","power_supply_status":2,"present":true,"location":"slot1"}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(48.5, reader.Number(frame.Layout!.IndexOf("voltage")));
        Assert.Equal(double.NaN, reader.Number(frame.Layout.IndexOf("temperature")));
        Assert.Equal(2, reader.Integer(frame.Layout.IndexOf("power_supply_status")));
        Assert.Equal(1, reader.Integer(frame.Layout.IndexOf("present")));
        Assert.Equal("slot1", reader.Text(frame.Layout.IndexOf("location")));
        Assert.Equal((1, 0), (stream.Counters.Reasons["nan"], stream.Counters.Rejected));
    }

    [Fact]
    public void An_image_leaves_its_pixels_out()
    {
        var pixels = Convert.ToBase64String(new byte[30_000]);

        var (_, frame) = Decode(
            "sensor_msgs/msg/Image", $$"""{"height":100,"width":300,"encoding":"mono8","data":"{{pixels}}"}""");

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(30_000, reader.Count(frame.Layout!.IndexOf("data")));
        Assert.InRange(frame.Bytes.Length, 1, 200);
    }

    [Fact]
    public void Arrays_of_messages_and_texts_are_their_number_and_what_follows_is_read()
    {
        var (_, frame) = Decode("sensor_msgs/msg/PointCloud2", """
            {"fields":[{"name":"x","offset":0,"datatype":7,"count":1},{"name":"intensity","offset":4}],
             "point_step":8,"data":"AAAA","is_dense":true}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(2, reader.Integer(frame.Layout!.IndexOf("fields[]")));
        Assert.Equal(8, reader.Integer(frame.Layout.IndexOf("point_step")));
        Assert.Equal(3, reader.Count(frame.Layout.IndexOf("data")));
        Assert.Equal(1, reader.Integer(frame.Layout.IndexOf("is_dense")));
    }

    [Fact]
    public void Every_truncation_is_refused_and_costs_no_old_frame()
    {
        var schema = RosSchemaSet.Standard.Get("sensor_msgs/msg/PointCloud2");
        Assert.True(RosJson.TryEncode(
            schema, JsonNode.Parse("""{"fields":[{"name":"x"}],"data":"AAAA"}"""), out var payload, out _));
        var stream = Stream(schema.Name);
        var decoder = new SampleDecoder(stream, SampleProgram.Compile(schema));

        for (var length = 0; length < payload.Length; length++)
        {
            Assert.Equal("malformed", decoder.Decode(payload.AsSpan(0, length), 1));
        }

        Assert.Null(decoder.Decode(payload, 1));
        Assert.Equal(1, stream.Published);
    }

    [Fact]
    public void A_type_without_a_stamp_is_stamped_at_arrival()
    {
        var (_, frame) = Decode("geometry_msgs/msg/Twist", """{"linear":{"x":0.25}}""", receivedAtNs: 77);

        Assert.Equal(77, frame.Header.StampNs);
    }

    [Theory]
    [InlineData("sensor_msgs/msg/Imu")]
    [InlineData("sensor_msgs/msg/LaserScan")]
    [InlineData("sensor_msgs/msg/BatteryState")]
    [InlineData("nav_msgs/msg/Odometry")]
    [InlineData("diagnostic_msgs/msg/DiagnosticArray")]
    public void Decoding_allocates_nothing(string type)
    {
        var schema = RosSchemaSet.Standard.Get(type);
        Assert.True(RosJson.TryEncode(schema, null, out var payload, out _));
        var decoder = new SampleDecoder(Stream(type), SampleProgram.Compile(schema));

        Assert.Equal(0, Allocations.Of(Repeat));

        void Repeat()
        {
            for (var i = 0; i < 100; i++)
            {
                decoder.Decode(payload, i);
            }
        }
    }

    [Fact]
    public void Frames_of_every_reference_sample_hold_its_values()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        const string Folder = "ros2_golden/humble_rmw_fastrtps_cpp";

        foreach (var file in Directory.GetFiles(TestData.Path(Folder), "*.bin").Order())
        {
            var sample = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")))!;
            if (RosSchemaSet.Humble.Find(sample["type"]!.ToString()) is { } schema)
            {
                var stream = Stream(schema.Name);
                var payload = File.ReadAllBytes(file).AsSpan(0, (int)sample["size"]!);
                Assert.Null(new SampleDecoder(stream, SampleProgram.Compile(schema)).Decode(payload, 1));
                AssertHolds(sample["value"]!, Newest(stream), file);
            }
        }
    }

    private static void AssertHolds(JsonNode message, SampleFrame<SampleLayout> frame, string where)
    {
        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        for (var i = 0; i < frame.Layout!.Fields.Length; i++)
        {
            var field = frame.Layout.Fields[i];
            var expected = message;
            foreach (var part in field.Path.Replace("[]", "", StringComparison.Ordinal).Split('.'))
            {
                expected = expected[part]!;
            }

            var place = $"{where} {field.Path}";
            switch (field.Kind)
            {
                case FieldKind.Text:
                    Assert.True(expected.ToString() == reader.Text(i), place);
                    break;
                case FieldKind.Number:
                    var number = double.Parse(expected.ToString());
                    var error = Math.Abs(number - reader.Number(i));
                    Assert.True(double.IsNaN(number) || error <= 1e-6 * Math.Abs(number), place);
                    break;
                case FieldKind.Integer when expected is not JsonArray:
                    Assert.True(expected.ToString() == reader.Integer(i).ToString(), place);
                    break;
                case FieldKind.Integer:
                    Assert.True(expected.AsArray().Count == reader.Integer(i), place);
                    break;
                case FieldKind.Floats:
                    Assert.True(expected.AsArray().Count == reader.Floats(i).Length, place);
                    break;
                case FieldKind.Numbers:
                    Assert.True(expected.AsArray().Count == reader.Numbers(i).Length, place);
                    break;
            }
        }
    }

    private static (RobotStream Stream, SampleFrame<SampleLayout> Frame) Decode(
        string type, string json, long receivedAtNs = 1)
    {
        var schema = RosSchemaSet.Standard.Get(type);
        Assert.True(RosJson.TryEncode(schema, JsonNode.Parse(json), out var payload, out var problem), problem);
        var stream = Stream(type);
        Assert.Null(new SampleDecoder(stream, SampleProgram.Compile(schema)).Decode(payload, receivedAtNs));
        return (stream, Newest(stream));
    }

    private static RobotStream Stream(string type) => new(new StreamOptions
    {
        Name = "sensor",
        Topic = "/arm1/sensor",
        Type = type,
        Kind = StreamKind.Sensor,
        Slots = 4,
    });

    private static SampleFrame<SampleLayout> Newest(RobotStream stream)
    {
        var frame = new SampleFrame<SampleLayout>();
        Assert.True(stream.Samples!.TryRead(stream.Published, frame));
        return frame;
    }
}
