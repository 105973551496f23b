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
    public void An_array_of_messages_becomes_columns_and_what_follows_is_read()
    {
        var (_, frame) = Decode("sensor_msgs/msg/PointCloud2", """
            {"fields":[{"name":"x","offset":0,"datatype":7,"count":1},{"name":"intensity","offset":4}],
             "point_step":8,"data":"AAAA","is_dense":true}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(2, reader.Integer(frame.Layout!.IndexOf("fields[]")));
        Assert.Equal("intensity", reader.Text(frame.Layout.IndexOf("fields[].name"), 1));
        Assert.Equal([0L, 4], reader.Integers(frame.Layout.IndexOf("fields[].offset")));
        Assert.Equal(8, reader.Integer(frame.Layout.IndexOf("point_step")));
        Assert.Equal(3, reader.Count(frame.Layout.IndexOf("data")));
        Assert.Equal(1, reader.Integer(frame.Layout.IndexOf("is_dense")));
    }

    [Fact]
    public void Arrays_inside_elements_stand_one_behind_the_other_with_their_counts()
    {
        var (_, frame) = Decode("diagnostic_msgs/msg/DiagnosticArray", """
            {"status":[
              {"level":2,"name":"left knee","message":"hot","hardware_id":"d7",
               "values":[{"key":"temperature","value":"81.5"},{"key":"current","value":"3.1"}]},
              {"name":"hip"},
              {"level":1,"name":"bus","values":[{"key":"errors","value":"7"}]}]}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(3, reader.Integer(Field("status[]")));
        Assert.Equal([2L, 0, 1], reader.Integers(Field("status[].level")));
        Assert.Equal([2L, 0, 1], reader.Integers(Field("status[].values[]")));
        Assert.Equal(["left knee", "hip", "bus"], Texts("status[].name"));
        Assert.Equal(["hot", "", ""], Texts("status[].message"));
        Assert.Equal(["temperature", "current", "errors"], Texts("status[].values[].key"));
        Assert.Equal(["81.5", "3.1", "7"], Texts("status[].values[].value"));

        int Field(string path) => frame.Layout!.IndexOf(path);

        string[] Texts(string path)
        {
            var texts = new SampleReader(frame.Layout!, frame.Bytes);
            var field = Field(path);
            return [.. Enumerable.Range(0, texts.Count(field)).Select(i => Text(frame, field, i))];
        }
    }

    [Fact]
    public void Elements_beyond_the_limit_are_told_by_their_number()
    {
        var statuses = string.Join(',', Enumerable.Range(0, 1500).Select(i => $$"""
            {"name":"s{{i}}","values":[{"key":"a"},{"key":"b"}]}
            """));

        var (stream, frame) = Decode("diagnostic_msgs/msg/DiagnosticArray", $$"""{"status":[{{statuses}}]}""");

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(1500, reader.Integer(frame.Layout!.IndexOf("status[]")));
        Assert.Equal(1024, reader.Count(frame.Layout.IndexOf("status[].name")));
        Assert.Equal("s1023", reader.Text(frame.Layout.IndexOf("status[].name"), 1023));
        Assert.Equal(1024, reader.Count(frame.Layout.IndexOf("status[].values[].key")));
        Assert.Equal(2 * 512, reader.Integers(frame.Layout.IndexOf("status[].values[]")).ToArray().Sum());
        Assert.Equal(476 + 1024, stream.Counters.Reasons["elements_left_out"]);
        Assert.Equal(0, stream.Counters.Rejected);
    }

    [Fact]
    public void Elements_that_are_too_large_for_a_frame_are_told_by_their_number()
    {
        var text = new string('x', 2_000_000);

        var (stream, frame) = Decode(
            "diagnostic_msgs/msg/DiagnosticArray", $$"""{"status":[{"name":"a"},{"message":"{{text}}"}]}""");

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(2, reader.Integer(frame.Layout!.IndexOf("status[]")));
        Assert.Equal(0, reader.Count(frame.Layout.IndexOf("status[].name")));
        Assert.Equal(2, stream.Counters.Reasons["elements_left_out"]);
    }

    [Fact]
    public void Texts_numbers_and_short_byte_arrays_are_kept_whole()
    {
        var set = RosSchemaSet.Standard.Add(null, """
            MSG: m/msg/Part
            uint8[2] temperature
            float64[] curve
            uint8[] picture
            bool isOn
            MSG: m/msg/Whole
            string[] names
            int8[<=4] levels
            Part[2] parts
            float32 last
            """);
        var (_, frame) = Decode(set.Get("m/msg/Whole"), """
            {"names":["a","","ccc"],"levels":[-1,2],"last":1.5,
             "parts":[{"temperature":[40,41],"curve":[1,2,3],"picture":"AAAA","isOn":true},{"curve":[4]}]}
            """);

        var reader = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal((3, "ccc"), (reader.Count(Field("names")), reader.Text(Field("names"), 2)));
        Assert.Equal([-1L, 2], reader.Integers(Field("levels")));
        Assert.Equal([40L, 41, 0, 0], reader.Integers(Field("parts[].temperature")));
        Assert.Equal([1.0, 2, 3, 4], reader.Numbers(Field("parts[].curve")));
        Assert.Equal([3L, 1], reader.Integers(Field("parts[].curve[]")));
        Assert.Equal([3L, 0], reader.Integers(Field("parts[].picture[]")));
        Assert.Equal([1L, 0], reader.Integers(Field("parts[].isOn")));
        Assert.Equal(1.5, reader.Number(Field("last")));

        int Field(string path) => frame.Layout!.IndexOf(path);
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
    [InlineData("diagnostic_msgs/msg/DiagnosticArray", """
        {"status":[{"name":"a","values":[{"key":"k","value":"v"}]},{"name":"b"}]}
        """)]
    [InlineData("tf2_msgs/msg/TFMessage", """{"transforms":[{"child_frame_id":"a"},{"child_frame_id":"b"}]}""")]
    public void Decoding_allocates_nothing(string type, string? json = null)
    {
        var schema = RosSchemaSet.Standard.Get(type);
        Assert.True(RosJson.TryEncode(schema, json is null ? null : JsonNode.Parse(json), out var payload, out _));
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
            var expected = Entries(message, field.Path.Split('.'));
            for (var entry = 0; entry < expected.Count; entry++)
            {
                var place = $"{where} {field.Path} {entry}";
                switch (field.Kind)
                {
                    case FieldKind.Text:
                        Assert.True(expected[entry].ToString() == reader.Text(i), place);
                        break;
                    case FieldKind.Texts:
                        Assert.True(expected[entry].ToString() == reader.Text(i, entry), place);
                        break;
                    case FieldKind.Number:
                        AssertNear(expected[entry], reader.Number(i), place);
                        break;
                    case FieldKind.Numbers:
                        AssertNear(expected[entry], reader.Numbers(i)[entry], place);
                        break;
                    case FieldKind.Floats:
                        AssertNear(expected[entry], reader.Floats(i)[entry], place);
                        break;
                    case FieldKind.Integer:
                        Assert.True(expected[entry].ToString() == reader.Integer(i).ToString(), place);
                        break;
                    case FieldKind.Integers:
                        var value = expected[entry].ToString().Replace("true", "1").Replace("false", "0");
                        Assert.True(value == reader.Integers(i)[entry].ToString(), place);
                        break;
                }
            }
        }
    }

    private static void AssertNear(JsonNode expected, double value, string place)
    {
        var number = double.Parse(expected.ToString());
        var isNear = number.Equals(value) || Math.Abs(number - value) <= 1e-6 * Math.Abs(number);
        Assert.True(isNear || double.IsNaN(number), place);
    }

    // What the entries of a field should be: through all elements, and their number where the path ends in [].
    private static List<JsonNode> Entries(JsonNode message, ReadOnlySpan<string> path)
    {
        var isRepeated = path[0].EndsWith("[]", StringComparison.Ordinal);
        var member = message[path[0].Replace("[]", "", StringComparison.Ordinal)]!;
        if (path.Length > 1 && !isRepeated)
        {
            return Entries(member, path[1..]);
        }

        if (path.Length > 1)
        {
            var all = new List<JsonNode>();
            foreach (var element in member.AsArray())
            {
                all.AddRange(Entries(element!, path[1..]));
            }

            return all;
        }

        if (isRepeated)
        {
            return [JsonValue.Create(member.AsArray().Count)];
        }

        return member is JsonArray array ? [.. array.Select(element => element!)] : [member];
    }

    private static string Text(SampleFrame<SampleLayout> frame, int field, int element) =>
        new SampleReader(frame.Layout!, frame.Bytes).Text(field, element);

    private static (RobotStream Stream, SampleFrame<SampleLayout> Frame) Decode(
        string type, string json, long receivedAtNs = 1) =>
        Decode(RosSchemaSet.Standard.Get(type), json, receivedAtNs);

    private static (RobotStream Stream, SampleFrame<SampleLayout> Frame) Decode(
        RosSchema schema, string json, long receivedAtNs = 1)
    {
        Assert.True(RosJson.TryEncode(schema, JsonNode.Parse(json), out var payload, out var problem), problem);
        var stream = Stream(schema.Name);
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
