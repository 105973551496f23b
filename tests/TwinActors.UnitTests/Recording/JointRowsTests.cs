using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Mcap;
using TwinActors.Ros2.Cdr;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

/// <summary>Joint states as CDR, packed into blocks and taken out again.</summary>
public sealed class JointRowsTests : IDisposable
{
    private const long Start = 1_700_000_000_000_000_000;
    private const long Period = 10_000_000;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Messages_packed_into_columns_come_out_byte_for_byte_in_order_of_log_time()
    {
        var original = WriteMessages();
        var packed = Convert(original, "packed.mcap", JointForm.Columns);
        var again = Convert(packed, "again.mcap", JointForm.Messages);

        Assert.Equal(Texts(original), Texts(again));
        Assert.Equal(Texts(original), Texts(packed));
        Assert.True(new FileInfo(packed).Length < new FileInfo(original).Length / 2);
        using var bag = BagReader.Open(packed);
        Assert.Contains(bag.Topics, topic => topic.Serialization == JointColumns.MessageEncoding);
    }

    [Fact]
    public void A_window_holds_the_rows_received_in_it_whatever_block_they_are_in()
    {
        var packed = Convert(WriteMessages(), "packed.mcap", JointForm.Columns);
        using var bag = BagReader.Open(packed, byIndex: true);
        var window = new BagWindow(Start + 50 * Period, Start + 60 * Period);

        var times = JointRows.Read(bag, topic => topic.Name == "/joint_states", window).Select(row => row.LogTimeNs);

        Assert.Equal(Enumerable.Range(50, 10).Select(row => Start + row * Period), times);
    }

    [Theory]
    [MemberData(nameof(RecordedBagTests.Bags), MemberType = typeof(RecordedBagTests))]
    public void Joint_states_of_other_people_survive_the_columns(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var packed = Convert(TestData.Path(name), "packed.mcap", JointForm.Columns);

        Assert.Equal(Texts(TestData.Path(name)).Order(), Texts(packed).Order());
    }

    [Fact]
    public void Columns_that_make_no_sense_are_no_joint_blocks()
    {
        var topic = new JointColumns(["a"], ["position"], "").Topic("/j");

        Assert.True(JointColumns.TryRead(topic, out var columns));
        Assert.Equal(new JointColumns(["a"], ["position"], ""), columns);
        foreach (var text in (string[])
            ["", "{}", "[]", "{\"joints\":[],\"signals\":[\"position\"],\"frame\":\"\"}",
                "{\"joints\":[\"a\"],\"signals\":[\"effort\",\"position\"],\"frame\":\"\"}",
                "{\"joints\":[\"a\"],\"signals\":[\"odour\"],\"frame\":\"\"}",
                "{\"joints\":[1],\"signals\":[\"position\"],\"frame\":\"\"}"])
        {
            var definition = new BagDefinition(JointColumns.MessageEncoding, text);
            Assert.False(JointColumns.TryRead(topic with { Definition = definition }, out _), text);
        }
    }

    [Fact]
    public void A_damaged_block_is_refused_with_its_topic()
    {
        var path = _folder.File("damaged.mcap");
        using (var writer = McapWriter.Create(path))
        {
            writer.Write(writer.AddChannel(new JointColumns(["a"], ["position"], "").Topic("/j")), 5, 5, [1, 2, 3]);
            writer.Complete();
        }

        using var bag = BagReader.Open(path);

        var problem = Assert.Throws<BagFormatException>(() => JointRows.Read(bag).Count());
        Assert.Contains("/j", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Convert(string source, string name, JointForm joints)
    {
        var path = _folder.File(name);
        using var bag = BagReader.Open(source);
        using var writer = McapWriter.Create(path);
        new BagCopy(bag, writer).Run(new BagSelection(Joints: joints), TestContext.Current.CancellationToken);
        writer.Complete();
        return path;
    }

    private static List<string> Texts(string path)
    {
        using var bag = BagReader.Open(path);
        return [.. JointRows.Read(bag).Select(message =>
            $"{message.LogTimeNs} {message.Topic.Name} {message.Topic.Type} "
            + System.Convert.ToHexString(message.Data.Span))];
    }

    /// <summary>300 joint states, some of other shapes, beside a topic of another type.</summary>
    private string WriteMessages()
    {
        var path = _folder.File("messages.mcap");
        using var writer = McapWriter.Create(path);
        var joints = writer.AddChannel(new BagTopic
        {
            Name = "/joint_states",
            Type = "sensor_msgs/msg/JointState",
            Serialization = "cdr",
        });
        var other = writer.AddChannel(new BagTopic { Name = "/other", Type = "a/msg/B", Serialization = "cdr" });
        for (var row = 0; row < 300; row++)
        {
            string[] names = row % 100 == 99 ? ["a"] : ["a", "b"];
            var efforts = row > 200 ? names.Length : row == 150 ? 1 : 0;
            var time = Start + row * Period;
            writer.Write(joints, time, time, JointState(time - 5, names, efforts, row));
            if (row % 10 == 0)
            {
                writer.Write(other, time + 1, time + 1, [(byte)row]);
            }
        }

        writer.Complete();
        return path;
    }

    private static byte[] JointState(long stamp, string[] names, int efforts, int row)
    {
        var buffer = new byte[512];
        var cdr = new CdrWriter(buffer);
        cdr.WriteTime(stamp);
        cdr.WriteText("base");
        cdr.WriteCount(names.Length);
        foreach (var name in names)
        {
            cdr.WriteText(name);
        }

        cdr.WriteFloat64Sequence([.. names.Select((_, joint) => (row + joint) * 0.001)]);
        cdr.WriteFloat64Sequence([]);
        cdr.WriteFloat64Sequence([.. Enumerable.Repeat(row % 7 == 0 ? double.NaN : row / 100.0, efforts)]);
        return cdr.Written.ToArray();
    }
}
