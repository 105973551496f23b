using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

public sealed class McapWriterTests : IDisposable
{
    private static readonly BagTopic Imu = new()
    {
        Name = "/imu",
        Type = "sensor_msgs/msg/Imu",
        Serialization = "cdr",
        Definition = new BagDefinition("ros2msg", "float64 data"),
        OfferedQos = "- reliability: 1\n",
        TypeHash = "RIHS01_00",
    };

    private static readonly BagTopic Odometry = Imu with { Name = "/odom", OfferedQos = null, TypeHash = null };

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_written_is_read_back_by_pass_and_by_index(bool byIndex)
    {
        var path = WriteNumbered(300, chunkLength: 1000, sync: McapSync.EachChunk);

        using var bag = BagReader.Open(path, byIndex);

        Assert.Empty(bag.Problems);
        Assert.Equal([Imu, Odometry], bag.Topics);
        var (imu, odometry) = (bag.Topics[0], bag.Topics[1]);
        Assert.Equal((Imu.Definition, Imu.OfferedQos, Imu.TypeHash), (imu.Definition, imu.OfferedQos, imu.TypeHash));
        Assert.Equal((150, 150), (imu.MessageCount, odometry.MessageCount));
        Assert.Equal((1, 300), (bag.FirstLogTimeNs, bag.LastLogTimeNs));
        Assert.Equal(byIndex ? null : 1200, imu.Bytes);
        var messages = bag.Read().ToList();
        Assert.Equal(Enumerable.Range(1, 300), messages.Select(message => (int)message.LogTimeNs));
        Assert.All(messages, message => Assert.Equal(message.LogTimeNs, BitConverter.ToInt64(message.Data.Span)));
        Assert.All(messages, message => Assert.Equal((uint)message.LogTimeNs + 7, message.Sequence));
        Assert.All(messages, message => Assert.Equal(message.LogTimeNs + 5, message.PublishTimeNs));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_window_of_time_gives_what_lies_in_it_and_reads_no_chunk_outside(bool byIndex)
    {
        var path = WriteNumbered(300, chunkLength: 1000);
        using var bag = BagReader.Open(path, byIndex);

        // A changed byte in the first chunk is met only by those who read it.
        using (var file = File.OpenHandle(path, access: FileAccess.ReadWrite, share: FileShare.ReadWrite))
        {
            RandomAccess.Write(file, [0xFF], 200);
        }

        Assert.Equal(
            [101, 103, 105],
            bag.Read(topic => topic.Name == "/imu", new BagWindow(101, 106)).Select(message => message.LogTimeNs));
        Assert.Empty(bag.Read(null, new BagWindow(301, null)));
        Assert.Equal(299, bag.Read(null, new BagWindow(299, null)).First().LogTimeNs);
        Assert.Throws<BagFormatException>(() => bag.Read(null, new BagWindow(null, 5)).Count());
    }

    [Fact]
    public void Every_cut_of_an_unfinished_file_gives_all_whole_messages_before_it()
    {
        var path = _folder.File("run.mcap");
        using (var writer = McapWriter.Create(path, new McapWriterOptions { ChunkLength = 300 }))
        {
            WriteNumbers(writer, 20);
            writer.Flush();
        }

        Assert.False(File.Exists(path));
        var whole = File.ReadAllBytes(path + McapWriter.UnfinishedSuffix);
        var before = 0;
        for (var cut = McapFile.Magic.Length; cut <= whole.Length; cut++)
        {
            using var bag = BagReader.Open(_folder.Write("cut.mcap", whole[..cut]), byIndex: true);

            var read = bag.Read().Select(message => (int)message.LogTimeNs).ToList();
            Assert.Equal(Enumerable.Range(1, read.Count), read);
            Assert.InRange(read.Count, before, before + 1);
            Assert.Contains("the file ends", Assert.Single(bag.Problems), StringComparison.Ordinal);
            before = read.Count;
        }

        Assert.Equal(20, before);
    }

    [Fact]
    public void A_copy_makes_a_cut_file_whole()
    {
        var whole = File.ReadAllBytes(WriteNumbered(20, chunkLength: 300));
        var cut = _folder.Write("cut.mcap", whole[..(whole.Length / 2)]);
        var saved = _folder.File("saved.mcap");

        using (var bag = BagReader.Open(cut))
        using (var writer = McapWriter.Create(saved))
        {
            var copy = new BagCopy(bag, writer);
            copy.Run(new BagSelection(), TestContext.Current.CancellationToken);
            writer.Complete();
            Assert.Equal(bag.MessageCount, copy.Topics.Sum(topic => topic.MessageCount));
        }

        using var before = BagReader.Open(cut);
        using var after = BagReader.Open(saved);
        Assert.Empty(after.Problems);
        Assert.InRange(after.MessageCount, 1, 19);
        Assert.Equal(before.Read().Select(Text), after.Read().Select(Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attachments_and_metadata_are_read_back_and_copied(bool byIndex)
    {
        var (path, copied) = (_folder.File("extras.mcap"), _folder.File("copied.mcap"));
        var attachment = new BagAttachment("arm.urdf", "application/xml", 7, 5, 100_000);
        var data = Enumerable.Range(0, 100_000).Select(value => (byte)value).ToArray();
        var metadata = new BagMetadataEntry("about", ImmutableSortedDictionary<string, string>.Empty.Add("k", "v"));
        using (var writer = McapWriter.Create(path))
        {
            writer.AddAttachment(attachment, new MemoryStream(data));
            WriteNumbers(writer, 3);
            writer.AddMetadata(metadata);
            writer.Complete();
        }

        using var original = BagReader.Open(path, byIndex);
        using (var writer = McapWriter.Create(copied))
        {
            new BagCopy(original, writer).Run(new BagSelection(), TestContext.Current.CancellationToken);
            writer.Complete();
        }

        using var copy = BagReader.Open(copied, byIndex);
        foreach (var bag in (BagReader[])[original, copy])
        {
            Assert.Empty(bag.Problems);
            Assert.Equal(3, bag.MessageCount);
            Assert.Equal(attachment, Assert.Single(bag.Attachments));
            using var bytes = new MemoryStream();
            using var stream = bag.OpenAttachment(bag.Attachments[0]);
            stream.CopyTo(bytes);
            Assert.Equal(data, bytes.ToArray());
            Assert.Equal("about", Assert.Single(bag.Metadata).Name);
            Assert.Equal("v", bag.Metadata[0].Values["k"]);
        }
    }

    [Fact]
    public void A_topic_without_a_definition_gets_the_one_that_its_messages_fit()
    {
        var path = _folder.File("defined.mcap");
        var file = McapBytes.Begin().Schema(1, "std_msgs/msg/Float64", text: "").Channel(1, 1, "/a")
            .Message(1, 5, [0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]).End();

        using (var bag = BagReader.Open(_folder.Write("old.mcap", file.ToArray())))
        using (var writer = McapWriter.Create(path))
        {
            new BagCopy(bag, writer).Run(new BagSelection(), TestContext.Current.CancellationToken);
            writer.Complete();
        }

        using var copied = BagReader.Open(path);
        Assert.Equal(new BagDefinition("ros2msg", "float64 data\n"), copied.Topics[0].Definition);
    }

    [Fact]
    public void A_damaged_summary_is_passed_over_and_the_messages_count()
    {
        var bytes = File.ReadAllBytes(WriteNumbered(10));
        for (var at = bytes.Length - 300; at < bytes.Length; at++)
        {
            var damaged = (byte[])bytes.Clone();
            damaged[at] ^= 0x41;
            var path = _folder.Write("damaged.mcap", damaged);

            var problem = Record.Exception(() =>
            {
                using var bag = BagReader.Open(path, byIndex: true);
                Assert.Equal(10, bag.Read().Count());
            });

            Assert.True(problem is null or BagFormatException, $"byte {at}: {problem}");
        }
    }

    [Fact]
    public void A_message_larger_than_a_chunk_has_one_of_its_own()
    {
        var path = _folder.File("large.mcap");
        using (var writer = McapWriter.Create(path, new McapWriterOptions { ChunkLength = 1000 }))
        {
            var channel = writer.AddChannel(Imu);
            writer.Write(channel, 1, 1, [1]);
            writer.Write(channel, 2, 2, new byte[5000]);
            writer.Write(channel, 3, 3, [3]);
            writer.Complete();
        }

        using var bag = BagReader.Open(path);
        Assert.Equal([1, 5000, 1], bag.Read().Select(message => message.Data.Length));
    }

    [Fact]
    public void A_file_has_its_name_only_when_it_is_complete()
    {
        var path = _folder.File("run.mcap");
        using (var writer = McapWriter.Create(path))
        {
            WriteNumbers(writer, 3);
            Assert.False(File.Exists(path));
            writer.Discard();
        }

        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void What_the_format_cannot_hold_is_refused()
    {
        using var writer = McapWriter.Create(_folder.File("refused.mcap"));
        var channel = writer.AddChannel(Imu);

        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(channel + 1, 1, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(0, 1, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(channel, -1, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Write(channel, 1, -1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            McapWriter.Create(_folder.File("x.mcap"), new McapWriterOptions { ChunkLength = 0 }));
    }

    [Fact]
    public void Writing_messages_allocates_nothing_once_the_buffers_have_grown()
    {
        var options = new McapWriterOptions { ChunkLength = 1 << 16 };
        using var writer = McapWriter.Create(_folder.File("steady.mcap"), options);
        var channel = writer.AddChannel(Imu);
        var data = new byte[100];
        WriteMany(1000);
        writer.Flush();

        // Few enough for most runs to stay within one chunk.
        Assert.Equal(0, Allocations.Of(() => WriteMany(80)));

        void WriteMany(int count)
        {
            for (var i = 1; i <= count; i++)
            {
                writer.Write(channel, i, i, data);
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private string WriteNumbered(int count, int chunkLength = 1024 * 1024, McapSync sync = McapSync.Never)
    {
        var path = _folder.File("numbered.mcap");
        var options = new McapWriterOptions { ChunkLength = chunkLength, Sync = sync };
        using var writer = McapWriter.Create(path, options);
        WriteNumbers(writer, count);
        writer.Complete();
        return path;
    }

    /// <summary>Messages whose log time and payload are 1, 2, 3 …, odd ones on /imu, even ones on /odom.</summary>
    private static void WriteNumbers(McapWriter writer, int count)
    {
        int[] channels = [writer.AddChannel(Odometry), writer.AddChannel(Imu)];
        for (var number = 1L; number <= count; number++)
        {
            writer.Write(
                channels[number % 2], number, number + 5, BitConverter.GetBytes(number), (uint)number + 7);
        }
    }

    private static string Text(BagMessage message) =>
        $"{message.Topic.Name} {message.LogTimeNs} {message.PublishTimeNs} {message.Sequence} "
        + Convert.ToHexString(message.Data.Span);
}
