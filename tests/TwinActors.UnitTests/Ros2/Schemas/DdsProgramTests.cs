using System.Text;
using TwinActors.Ros2.Schemas;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Schemas;

public class DdsProgramTests
{
    [Fact]
    public void Joint_states_become_seven_instructions() =>
        Assert.Equal(
            "01030004 0 01030000 4 01050000 8 01070500 16 01070402 40 01070402 64 01070402 88 00000000",
            Text(RosSchemaSet.Standard.Get("sensor_msgs/msg/JointState")));

    [Fact]
    public void Sequences_of_messages_point_to_their_element_programs() =>
        Assert.Equal(
            "01080100 0 16 01070a00 16 568 262149 00000000 "
            + "01060000 0 257 01060000 257 257 01070a00 520 16 262153 01070a00 544 16 262153 00000000 "
            + "01080100 0 16 00000000 01080100 0 16 00000000",
            Text(RosSchemaSet.Standard.Get("rmw_dds_common/msg/ParticipantEntitiesInfo")));

    [Fact]
    public void The_native_structure_is_aligned_as_its_widest_member()
    {
        var program = RosSchemaSet.Standard.Get("sensor_msgs/msg/JointState").Program;

        Assert.Equal((112u, 8u), (program.Size, program.Alignment));
    }

    [Fact]
    public void Wide_text_has_no_program() =>
        Assert.Throws<NotSupportedException>(() => RosSchemaSet.Empty.Add("m/msg/T", "wstring w").Get("m/T").Program);

    [Fact]
    public void Definitions_that_multiply_are_refused_before_they_fill_the_memory()
    {
        var text = new StringBuilder();
        for (var level = 0; level < 30; level++)
        {
            text.Append($"================\nMSG: m/L{level}\n");
            var type = level == 29 ? "int32" : $"m/L{level + 1}";
            text.Append(string.Concat(Enumerable.Range(0, 8).Select(i => $"{type}[9] f{i}\n")));
        }

        var schema = RosSchemaSet.Empty.Add(null, text.ToString()).Get("m/L0");

        Assert.Throws<NotSupportedException>(() => schema.Program);
    }

    // First words of instructions in hexadecimal, the rest in decimal; a return is 00000000.
    private static string Text(RosSchema schema)
    {
        var words = schema.Program.Words;
        var parts = new List<string>();
        for (var i = 0; i < words.Length;)
        {
            var type = (words[i] >> 16) & 0xff;
            var element = (words[i] >> 8) & 0xff;
            var length = words[i] == 0 ? 1 : (type, element) switch
            {
                (6, _) => 3,
                (7, 0x0a) => 4,
                (8, 0x0a) => 5,
                (8, _) => 3,
                _ => 2,
            };
            parts.Add(words[i].ToString("x8"));
            parts.AddRange(Enumerable.Range(i + 1, length - 1).Select(k => words[k].ToString()));
            i += length;
        }

        return string.Join(' ', parts);
    }
}
