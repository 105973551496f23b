using System.Text.Json.Nodes;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;
using TwinActors.Twins.Signals;

namespace TwinActors.UnitTests.Twins.Signals;

public sealed class FieldPathTests
{
    private const string Definitions = """
        MSG: m/msg/Motor
        string name
        int8 id
        float32 current
        float64[] winding
        diagnostic_msgs/KeyValue[] notes
        MSG: m/msg/Motors
        std_msgs/Header header
        Motor[] motors
        string[] joints
        float64[] load
        uint8[3] temperature
        bool isOn
        float32 bus
        string mode
        """;

    private const string Message = """
        {"motors":[
          {"name":"hip","id":7,"current":1.5,"winding":[40,41]},
          {"name":"knee","id":9,"current":2.5,"winding":[50],
           "notes":[{"key":"vib","value":"0.25"},{"key":"x","value":"hot"}]}],
         "joints":["hip","knee"],"load":[0.5,"NaN"],"temperature":"KCkA","isOn":true,"bus":"NaN","mode":"48.5"}
        """;

    [Theory]
    [InlineData("motors[1].current", 2.5)]
    [InlineData("motors[name=knee].current", 2.5)]
    [InlineData("motors[id=7].current", 1.5)]
    [InlineData("motors[name=knee].winding[0]", 50.0)]
    [InlineData("motors[name=hip].winding[1]", 41.0)]
    [InlineData("motors[name=knee].notes[key=vib].value", 0.25)]
    [InlineData("motors[name=knee].notes[1].value", null)]
    [InlineData("load[0]", 0.5)]
    [InlineData("load[joints=hip]", 0.5)]
    [InlineData("load[joints=knee]", null)]
    [InlineData("temperature[1]", 41.0)]
    [InlineData("isOn", 1.0)]
    [InlineData("bus", null)]
    [InlineData("mode", 48.5)]
    [InlineData("header.stamp.sec", 0.0)]
    public void A_path_leads_to_its_value(string path, double? expected)
    {
        var found = Assert.Single(Read(path, out var problem));

        Assert.Equal((null, expected), (found.Key, found.Value));
        Assert.Null(problem);
    }

    [Fact]
    public void A_star_stands_for_each_element_told_by_its_key()
    {
        Assert.Equal([new("hip", 1.5), new("knee", 2.5)], Read("motors[name=*].current", out _));
        Assert.Equal([new("hip", 0.5), new("knee", null)], Read("load[joints=*]", out _));
        Assert.Equal([new("vib", 0.25), new("x", null)], Read("motors[name=knee].notes[key=*].value", out _));
        Assert.Equal([new("hip", 40), new("knee", 50)], Read("motors[name=*].winding[0]", out _));
    }

    [Theory]
    [InlineData("motors[name=elbow].current", "no element has what motors[name=elbow].current asks for")]
    [InlineData("motors[2].current", "no element has what motors[2].current asks for")]
    [InlineData("motors[0].volt", "m/msg/Motors has no field motors[].volt")]
    [InlineData("motors[nome=x].current", "m/msg/Motors has no field motors[].nome")]
    [InlineData("wheels[0].current", "m/msg/Motors has no array wheels")]
    [InlineData("wheels[0]", "m/msg/Motors has no array of numbers wheels")]
    [InlineData("load", "load is an array; say which element, as load[0]")]
    [InlineData("bus.x", "m/msg/Motors has no field bus.x")]
    public void A_path_that_leads_nowhere_says_why(string path, string expected)
    {
        Assert.Empty(Read(path, out var problem));
        Assert.Equal(expected, problem);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("a.", 3)]
    [InlineData("a b", 2)]
    [InlineData("a[", 3)]
    [InlineData("a[x]", 3)]
    [InlineData("a[1]b", 3)]
    [InlineData("a..b", 3)]
    [InlineData("a[-1]", 3)]
    public void A_path_that_is_none_is_refused_with_the_place(string text, int character)
    {
        Assert.False(FieldPath.TryParse(text, out _, out var problem));
        Assert.StartsWith($"\"{text}\" is wrong at character {character}:", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_stars_are_refused()
    {
        Assert.False(FieldPath.TryParse("a[x=*].b[y=*].c", out _, out var problem));
        Assert.Contains("more than one *", problem, StringComparison.Ordinal);
    }

    private static System.Collections.Immutable.ImmutableArray<FoundValue> Read(string text, out string? problem)
    {
        var schema = RosSchemaSet.Standard.Add(null, Definitions).Get("m/msg/Motors");
        Assert.True(RosJson.TryEncode(schema, JsonNode.Parse(Message), out var payload, out var wrong), wrong);
        var stream = new RobotStream(new StreamOptions
        {
            Name = "motors",
            Topic = "/arm1/motors",
            Type = schema.Name,
            Kind = StreamKind.Sensor,
            Slots = 4,
        });
        Assert.Null(new SampleDecoder(stream, SampleProgram.Compile(schema)).Decode(payload, 1));
        var frame = new SampleFrame<SampleLayout>();
        Assert.True(stream.Samples!.TryRead(1, frame));
        Assert.True(FieldPath.TryParse(text, out var path, out var refused), refused);
        return path.Read(new SampleReader(frame.Layout!, frame.Bytes), out problem);
    }
}
