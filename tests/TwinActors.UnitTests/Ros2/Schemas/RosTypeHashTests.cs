using System.Text.Json;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Schemas;

public class RosTypeHashTests
{
    [Theory]
    [InlineData("sensor_msgs/JointState", "a13ee3a330e346c9d87b5aa18d24e11690752bd33a0350f11c5882bc9179260e")]
    [InlineData("rosgraph_msgs/Clock", "692f7a66e93a3c83e71765d033b60349ba68023a8c689a79e48078bcb5c58564")]
    [InlineData("std_msgs/String", "df668c740482bbd48fb39d76a70dfd4bd59db1288021743503259e948f6b1a18")]
    [InlineData("sensor_msgs/Imu", "7d9a00ff131080897a5ec7e26e315954b8eae3353c3f995c55faf71574000b5b")]
    [InlineData("sensor_msgs/LaserScan", "64c191398013af96509d518dac71d5164f9382553fce5c1f8cca5be7924bd828")]
    [InlineData("sensor_msgs/Image", "d31d41a9a4c4bc8eae9be757b0beed306564f7526c88ea6a4588fb9582527d47")]
    [InlineData("sensor_msgs/BatteryState", "4bee5dfce981c98faa6828b868307a0a73f992ed0789f374ee96c8f840e69741")]
    [InlineData("sensor_msgs/Temperature", "72514a14126ab9f8a9abec974c78e5610a367b59db5da355ff1fb982d5bad4b8")]
    [InlineData("nav_msgs/Odometry", "3cc97dc7fb7502f8714462c526d369e35b603cfc34d946e3f2eda2766dfec6e0")]
    [InlineData("trajectory_msgs/JointTrajectory", "179b33eba59d676f6d967ac71fe35e7ca2f64b2f3928f4a018cec115e213796e")]
    [InlineData("diagnostic_msgs/DiagnosticArray", "5a8a36efb05fb25070fa0fb3810290c0e6cd4862b54a8fb975a1ee8dc55a333e")]
    [InlineData("tf2_msgs/TFMessage", "e369d0f05a23ae52508854b66f6aa0437f3449d652e8cbf22d5abe85d020f087")]
    [InlineData("std_msgs/Float64MultiArray", "1025ddc6b9552d191f89ef1a8d2f60f3d373e28b283d8891ddcc974e8c55397f")]
    public void The_type_hash_is_the_published_one(string type, string expected) =>
        Assert.Equal("RIHS01_" + expected, RosSchemaSet.Standard.Get(type).TypeHash);

    [Fact]
    public void Bounded_text_and_fixed_arrays_of_messages_take_part_in_the_hash() =>
        Assert.Equal(
            "RIHS01_91a0593bacdcc50ea9bdcf849a938b128412cc1ea821245c663bcd26f83c295e",
            RosSchemaSet.Standard.Get("rmw_dds_common/msg/ParticipantEntitiesInfo").TypeHash);

    [Fact]
    public void Every_standard_type_hashes_as_in_ros_2_jazzy()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(TestData.Path("ros2_golden/typehashes_jazzy.json")));
        var checkedTypes = 0;

        foreach (var schema in RosSchemaSet.Standard.All)
        {
            if (golden.RootElement.TryGetProperty(schema.Name, out var hash))
            {
                Assert.True(hash.GetString() == schema.TypeHash, $"{schema.Name} hashes to {schema.TypeHash}");
                checkedTypes++;
            }
        }

        Assert.InRange(checkedTypes, 90, int.MaxValue);
    }

    [Theory]
    [InlineData("humble_rmw_cyclonedds_cpp", true)]
    [InlineData("jazzy_rmw_cyclonedds_cpp", false)]
    public void Standard_layouts_are_those_of_the_real_type_support(string folder, bool humble)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var set = humble ? RosSchemaSet.Humble : RosSchemaSet.Standard;
        var golden = RosSchemaSet.Empty.Add(null, GoldenSchemas.Read(folder));

        foreach (var schema in golden.All)
        {
            if (set.Find(schema.Name) is { } ours)
            {
                Assert.Equal(Layout(schema), Layout(ours));
            }
        }
    }

    private static string Layout(RosSchema schema) => schema.Name + ":" + string.Join(
        ";", schema.Fields.Select(f => $"{f.Name} {f.Kind} {f.Message?.Name} {f.Shape} {f.Count} {f.TextLimit}"));
}
