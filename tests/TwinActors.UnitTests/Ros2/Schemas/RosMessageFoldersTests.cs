using System.Text.Json;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Schemas;

public sealed class RosMessageFoldersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Definitions_of_packages_refer_to_each_other_and_to_the_built_in_ones()
    {
        Write("src/drives/my_msgs/msg/Motor.msg", "string name\nfloat32 temperature # °C\nint16 GOOD=0\n");
        Write("src/drives/my_msgs/msg/Motors.msg", "std_msgs/Header header\nMotor[] motors\nyour_msgs/Mode mode\n");
        Write("share/your_msgs/msg/Mode.msg", "uint8 value\r\n");

        var set = Read();

        var motors = set.Get("my_msgs/msg/Motors");
        Assert.Equal("my_msgs/msg/Motor", motors.Find("motors")!.Message!.Name);
        Assert.Same(RosSchemaSet.Standard.Get("std_msgs/Header"), motors.Find("header")!.Message);
        Assert.Same(set.Get("your_msgs/Mode"), motors.Find("mode")!.Message);
        Assert.StartsWith("RIHS01_", motors.TypeHash, StringComparison.Ordinal);
    }

    [Fact]
    public void A_service_and_an_action_bring_every_type_that_travels_for_them()
    {
        Write("m/srv/Reset.srv", "bool hard\n---\nbool done\nstring why\n");
        Write("m/action/Move.action", "float64 to\n---\nfloat64 at\n---\nfloat64 left\n");

        var set = Read();

        Assert.Equal(["done", "why"], set.Get("m/srv/Reset_Response").Fields.Select(field => field.Name));
        Assert.Equal(
            ["goal_id", "feedback"], set.Get("m/action/Move_FeedbackMessage").Fields.Select(field => field.Name));
        Assert.Equal("m/action/Move_Goal", set.Get("m/action/Move_SendGoal_Request").Fields[1].Message!.Name);
    }

    [Fact]
    public void Every_hash_that_ROS_2_Jazzy_generates_follows_from_the_definitions()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        using var golden = JsonDocument.Parse(File.ReadAllText(TestData.Path("ros2_golden/typehashes_jazzy.json")));
        var text = GoldenSchemas.Read("jazzy_rmw_cyclonedds_cpp");
        var set = RosSchemaSet.Empty.Add(null, text);
        foreach (var name in set.All.Select(schema => schema.Name).ToList())
        {
            text += name.Contains("/action/", StringComparison.Ordinal)
                ? Made(name, "_Feedback", RosInterfaceText.Action)
                : Made(name, "_Request", RosInterfaceText.Service);
        }

        set = RosSchemaSet.Empty.Add(null, text);

        var hashes = golden.RootElement.EnumerateObject().ToList();
        Assert.Equal(304, hashes.Count);
        Assert.Equal(
            hashes.Select(hash => (hash.Name, hash.Value.GetString())),
            hashes.Select(hash => (hash.Name, set.Find(hash.Name)?.TypeHash)));

        static string Made(string name, string part, Func<string, string> make) =>
            name.EndsWith(part, StringComparison.Ordinal) ? make(name[..^part.Length]) : "";
    }

    [Theory]
    [InlineData("m/msg/T.msg", "int8 a\n  float65 x\n", "T.msg:2:3: m/msg/T.x is a m/msg/float65, which is")]
    [InlineData("m/msg/T.msg", "int8 a\nint8 a\n", "T.msg:2:6: m/msg/T has two fields named \"a\"")]
    [InlineData("m/msg/T.msg", "\tint32\n", "T.msg:1:2: \"int32\" is not a field; expected a type and a name")]
    [InlineData("m/srv/T.srv", "int8 a\n---\nint8[0] b", "T.srv:3:1: \"int8[0]\" is not a type; array sizes are [],")]
    [InlineData("m/srv/T.srv", "int8 a\n", "T.srv:2: m/srv/T has 1 of 2 parts; a line --- divides them")]
    [InlineData("T.msg", "int8 a", "T.msg: a msg file lies at PACKAGE/msg/NAME.msg")]
    [InlineData("my-msgs/msg/T.msg", "int8 a", "T.msg: a msg file lies at PACKAGE/msg/NAME.msg")]
    [InlineData("std_msgs/msg/Int8.msg", "int16 data", "Int8.msg: std_msgs/msg/Int8 is built in with the hash ")]
    public void What_is_wrong_is_named_with_file_line_and_column(string file, string text, string expected)
    {
        var path = Write(file, text);

        Assert.False(RosMessageFolders.TryAdd(RosSchemaSet.Standard, [_folder.Path], out _, out var problems));

        var problem = Assert.Single(problems).ToString();
        Assert.StartsWith(Path.GetDirectoryName(path) + "/" + expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_named()
    {
        var missing = Path.Combine(_folder.Path, "nowhere");

        Assert.False(RosMessageFolders.TryAdd(RosSchemaSet.Standard, [missing], out _, out var problems));

        Assert.StartsWith($"{missing}: the folder cannot be read", problems[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Built_in_types_may_lie_there_too_also_as_Humble_has_them()
    {
        Write("std_msgs/msg/Int8.msg", "# a comment\nint8 data\n");
        Write("rmw_dds_common/msg/Gid.msg", "uint8[24] data\n");

        var set = Read();

        Assert.Same(RosSchemaSet.Standard.Get("std_msgs/Int8"), set.Get("std_msgs/Int8"));
        Assert.Equal(16, set.Get("rmw_dds_common/Gid").Fields[0].Count);
    }

    [Fact]
    public void Of_two_folders_the_first_counts()
    {
        Write("one/m/msg/T.msg", "int8 first\n");
        Write("two/m/msg/T.msg", "int8 second\n");

        Assert.True(RosMessageFolders.TryAdd(
            RosSchemaSet.Standard, [_folder.Path + "/two", _folder.Path + "/one"], out var set, out _));

        Assert.Equal("second", set.Get("m/T").Fields[0].Name);
    }

    private RosSchemaSet Read()
    {
        Assert.True(
            RosMessageFolders.TryAdd(RosSchemaSet.Standard, [_folder.Path], out var set, out var problems),
            string.Join('\n', problems));
        return set;
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
