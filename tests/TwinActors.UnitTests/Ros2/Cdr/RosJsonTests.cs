using System.Text.Json.Nodes;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Cdr;

public class RosJsonTests
{
    private const string NanosecondRule = "header.stamp.nanosec must be a whole number from 0 to 4294967295";

    private const string JointStateHex =
        "00010000" + "01000000" + "02000000" + "05000000" + "6261736500" + "000000"       // stamp 1 s 2 ns, "base"
        + "02000000" + "02000000" + "6100" + "0000" + "03000000" + "626300" + "00"        // "a", "bc"
        + "02000000" + "00000000" + "000000000000f03f" + "000000000000f87f"               // padding, 1.0, NaN
        + "00000000"                                                                      // no velocity: no padding
        + "01000000" + "000000000000e0bf";                                                // effort -0.5

    private const string JointStateBigEndianHex =
        "00000000" + "00000001" + "00000002" + "00000005" + "6261736500" + "ffffff"
        + "00000002" + "00000002" + "6100" + "ffff" + "00000003" + "626300" + "ff"
        + "00000002" + "ffffffff" + "3ff0000000000000" + "7ff8000000000000"
        + "00000000"
        + "00000001" + "bfe0000000000000";

    private static readonly JsonNode JointState = JsonNode.Parse(
        """
        {"header":{"stamp":{"sec":1,"nanosec":2},"frame_id":"base"},"name":["a","bc"],
         "position":[1,"NaN"],"velocity":[],"effort":[-0.5]}
        """)!;

    private static readonly RosSchema Schema = RosSchemaSet.Standard.Get("sensor_msgs/msg/JointState");

    [Theory]
    [InlineData(JointStateHex)]
    [InlineData(JointStateBigEndianHex)]
    public void Joint_states_of_either_byte_order_decode(string hex)
    {
        Assert.True(RosJson.TryDecode(Schema, Convert.FromHexString(hex), out var value));
        Assert.True(JsonNode.DeepEquals(JointState, JsonNode.Parse(value.ToJsonString())), value.ToJsonString());
    }

    [Fact]
    public void A_joint_state_encodes_to_the_known_bytes()
    {
        Assert.True(RosJson.TryEncode(Schema, JointState, out var payload, out _));
        Assert.Equal(JointStateHex, Convert.ToHexStringLower(payload));
    }

    [Theory]
    [InlineData(JointStateHex)]
    [InlineData(JointStateBigEndianHex)]
    public void Every_truncation_is_refused(string hex)
    {
        var bytes = Convert.FromHexString(hex);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(RosJson.TryDecode(Schema, bytes.AsSpan(0, length), out _), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData("00020000" + "00")] // XML-like header
    [InlineData("00060000" + "00")] // XCDR2
    [InlineData("00010000" + "02")] // a bool of 2
    public void What_is_no_plain_cdr_is_refused(string hex) =>
        Assert.False(Decodes(RosSchemaSet.Standard.Get("std_msgs/msg/Bool"), hex));

    [Fact]
    public void A_count_beyond_the_payload_is_refused_before_anything_is_allocated()
    {
        var schema = RosSchemaSet.Standard.Get("std_msgs/msg/Float64MultiArray");
        var bytes = Convert.FromHexString("00010000" + "00000000" + "00000000" + "ffffff7f");

        Assert.InRange(Allocations.Of(() => Assert.False(RosJson.TryDecode(schema, bytes, out _))), 0, 10_000);
    }

    [Fact]
    public void Bounds_hold_both_ways()
    {
        var schema = RosSchemaSet.Empty.Add("m/msg/T", "string<=2 s\nint8[<=1] n").Get("m/T");

        Assert.False(Decodes(schema, "00010000" + "0400000061626300" + "00000000"));
        Assert.False(Decodes(schema, "00010000" + "0100000000000000" + "020000000101"));
        Assert.True(Decodes(schema, "00010000" + "03000000616200ff" + "0100000001"));
        Assert.False(RosJson.TryEncode(schema, JsonNode.Parse("""{"s":"abc"}"""), out _, out var problem));
        Assert.Equal("m/msg/T: s has length 3; at most 2 is allowed", problem);
    }

    [Theory]
    [InlineData("""{"nam":[]}""", "the message has no field \"nam\"")]
    [InlineData("""{"name":"a"}""", "name must be an array")]
    [InlineData("""{"header":{"stamp":{"nanosec":0.5}}}""", NanosecondRule)]
    [InlineData("""{"position":[1,true]}""", "position[1] must be a number, \"NaN\", \"Infinity\" or \"-Infinity\"")]
    [InlineData("""{"name":[3]}""", "name[0] must be text")]
    public void What_does_not_fit_is_named(string json, string expected)
    {
        Assert.False(RosJson.TryEncode(Schema, JsonNode.Parse(json), out _, out var problem));
        Assert.Equal("sensor_msgs/msg/JointState: " + expected, problem);
    }

    [Fact]
    public void Missing_fields_are_zero()
    {
        var twist = RosSchemaSet.Standard.Get("geometry_msgs/msg/Twist");

        Assert.True(RosJson.TryEncode(twist, null, out var payload, out _));
        Assert.Equal(new byte[] { 0, 1, 0, 0 }.Concat(new byte[48]), payload);
    }

    private static bool Decodes(RosSchema schema, string hex) =>
        RosJson.TryDecode(schema, Convert.FromHexString(hex), out _);
}
