using TwinActors.Ros2.Schemas;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Schemas;

public class RosMessageTextTests
{
    [Fact]
    public void Fields_arrays_limits_defaults_and_constants_are_read()
    {
        const string text = """
            # a comment
            uint8 LOW=1   # with a comment
            string WORD = "a # b"
            int32 plain
            float64 preset 1.5
            string greeting "x = y"
            string<=10 short
            bool[] flags
            byte[4] four
            char[<=3] letters   # note
            string<=5[<=2] words ["a", "b"]
            geometry_msgs/Point[2] corners
            std_msgs/msg/Header header
            """;

        var schema = RosSchemaSet.Standard.Add("demo_msgs/msg/All", text).Get("demo_msgs/All");

        Assert.Equal(
            [
                "plain Int32 Single 0 0", "preset Float64 Single 0 0", "greeting Text Single 0 0",
                "short Text Single 0 10", "flags Bool Unbounded 0 0", "four Byte Fixed 4 0",
                "letters UInt8 Bounded 3 0", "words Text Bounded 2 5", "corners Message Fixed 2 0",
                "header Message Single 0 0",
            ],
            schema.Fields.Select(f => $"{f.Name} {f.Kind} {f.Shape} {f.Count} {f.TextLimit}"));
        Assert.Equal(
            [new RosConstant("LOW", RosKind.UInt8, "1"), new RosConstant("WORD", RosKind.Text, "a # b")],
            schema.Constants);
        Assert.Equal("geometry_msgs/msg/Point", schema.Find("corners")!.Message!.Name);
    }

    [Fact]
    public void Joined_definitions_of_a_recording_are_read_without_knowing_any_type_before()
    {
        const string text = """
            Header header
            Part[] parts
            ================================================================================
            MSG: demo_msgs/Part
            builtin_interfaces/Time at
            ================================================================================
            MSG: std_msgs/Header
            builtin_interfaces/Time stamp
            string frame_id
            ================================================================================
            MSG: builtin_interfaces/Time
            int32 sec
            uint32 nanosec
            """;

        var schema = RosSchemaSet.Empty.Add("demo_msgs/msg/Whole", text).Get("demo_msgs/msg/Whole");

        Assert.Equal("std_msgs/msg/Header", schema.Fields[0].Message!.Name);
        Assert.Equal("builtin_interfaces/msg/Time", schema.Fields[1].Message!.Fields[0].Message!.Name);
        Assert.Equal(3, schema.Depth);
    }

    [Fact]
    public void A_message_without_fields_carries_one_placeholder_byte() =>
        Assert.Equal(
            RosSchema.PlaceholderField,
            Assert.Single(RosSchemaSet.Standard.Get("std_srvs/srv/Trigger_Request").Fields).Name);

    [Theory]
    [InlineData("float65 x", "line 1: m/msg/T.x is a m/msg/float65, which is not defined")]
    [InlineData("int32", "line 1: \"int32\" is not a field; expected a type and a name")]
    [InlineData("\nint32[0] x", "line 2: \"int32[0]\" is not a type; array sizes are [], [N] or [<=N] with N from 1")]
    [InlineData("int32[x] x", "line 1: \"int32[x]\" is not a type; array sizes are [], [N] or [<=N] with N from 1")]
    [InlineData("string<=x s", "line 1: \"string<=x\" is not a type; text limits are string<=N with N from 1")]
    [InlineData("int32<=3 s", "line 1: \"int32<=3\" is not a type; text limits are string<=N with N from 1")]
    [InlineData("int32 a\nint8 a", "line 2: m/msg/T has two fields named \"a\"")]
    [InlineData("a/b/c/d x", "line 1: \"a/b/c/d\" is not a type; a message type is T, pkg/T or pkg/msg/T")]
    [InlineData("T again", "m/msg/T contains itself, or messages nest deeper than 64")]
    public void What_is_wrong_is_named_with_its_line(string text, string expected)
    {
        Assert.False(RosSchemaSet.Standard.TryAdd("m/msg/T", text, out _, out var problems));
        Assert.Equal(expected, problems[0].ToString());
    }

    [Fact]
    public void Humble_has_the_long_gid_and_later_releases_the_short_one()
    {
        Assert.Equal(16, RosSchemaSet.Standard.Get("rmw_dds_common/msg/Gid").Fields[0].Count);
        Assert.Equal(24, RosSchemaSet.Humble.Get("rmw_dds_common/msg/Gid").Fields[0].Count);
        var node = RosSchemaSet.Humble.Get("rmw_dds_common/msg/ParticipantEntitiesInfo").Fields[1].Message!;
        Assert.Equal(24, node.Find("reader_gid_seq")!.Message!.Fields[0].Count);
    }
}
