using System.Text;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

public sealed class McapFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Messages_outside_chunks_come_in_order_of_log_time()
    {
        var file = Topics(McapBytes.Begin()).Message(1, 300, [3]).Message(2, 100, [1]).Message(1, 200, [2]);

        using var bag = BagReader.Open(Write(file.End()));

        Assert.Equal([("/b", 100L, 105L, 1), ("/a", 200, 205, 2), ("/a", 300, 305, 3)], Summarize(bag));
        Assert.Equal(
            [("/a", 2L), ("/b", 1L), ("/silent", 0L)], bag.Topics.Select(topic => (topic.Name, topic.MessageCount)));
        Assert.Equal((100, 300), (bag.FirstLogTimeNs, bag.LastLogTimeNs));
        Assert.Empty(bag.Problems);
    }

    [Fact]
    public void Overlapping_chunks_are_merged_and_equal_times_keep_the_order_of_recording()
    {
        var first = Topics(new McapBytes()).Message(1, 100, [1]).Message(1, 400, [5]).Message(1, 300, [3]);
        var second = new McapBytes().Message(2, 200, [2]).Message(2, 300, [4]).Message(2, 500, [6]);
        var path = Write(McapBytes.Begin().Chunk(first).Chunk(second).End());

        using var bag = BagReader.Open(path);

        Assert.Equal([1, 2, 3, 4, 5, 6], Summarize(bag).Select(message => message.First));
    }

    [Fact]
    public void Data_stays_as_it_was_after_later_messages_have_been_read()
    {
        var file = Topics(McapBytes.Begin());
        for (var time = 1; time <= 3000; time++)
        {
            file.Message(1, time, Encoding.UTF8.GetBytes($"message {time}, to fill several regions".PadRight(900)));
        }

        using var bag = BagReader.Open(Write(file.End()));

        var messages = bag.Read().ToList();
        Assert.All(messages, message =>
            Assert.StartsWith($"message {message.LogTimeNs},", Encoding.UTF8.GetString(message.Data.Span)));
        Assert.Equal(3000, messages.Count);
    }

    [Fact]
    public void Only_wanted_topics_are_read()
    {
        using var bag = BagReader.Open(Write(Topics(McapBytes.Begin()).Message(1, 1, [1]).Message(2, 2, [2]).End()));

        Assert.Equal([2], bag.Read(topic => topic.Name == "/b").Select(message => message.Data.Span[0]));
        Assert.Empty(bag.Read(_ => false));
    }

    [Fact]
    public void A_topic_carries_its_type_definition_and_offered_qos()
    {
        var file = McapBytes.Begin().Schema(7, "std_msgs/msg/String", text: "string data")
            .Channel(3, 7, "/latched", qos: "- history: unknown\n  durability: transient_local\n")
            .Channel(4, 7, "/plain");

        using var bag = BagReader.Open(Write(file.End()));

        var latched = bag.Topics.Single(topic => topic.Name == "/latched");
        Assert.Equal(("std_msgs/msg/String", "cdr"), (latched.Type, latched.Serialization));
        Assert.Equal(new BagDefinition("ros2msg", "string data"), latched.Definition);
        Assert.True(latched.IsTransientLocal);
        Assert.False(bag.Topics.Single(topic => topic.Name == "/plain").IsTransientLocal);
    }

    [Fact]
    public void Channels_of_other_encodings_are_listed_and_told_apart()
    {
        var file = McapBytes.Begin("").Channel(1, 0, "/mouse", "json").Message(1, 9, "{}"u8);

        using var bag = BagReader.Open(Write(file.End()));

        var topic = Assert.Single(bag.Topics);
        Assert.Equal(("json", "", false, 1L), (topic.Serialization, topic.Type, topic.IsCdr, topic.MessageCount));
    }

    [Fact]
    public void Unknown_records_and_unknown_trailing_fields_are_ignored()
    {
        byte[] schema = [1, 0, .. McapBytes.Text("a/msg/B"), .. McapBytes.Text("ros2msg"), .. McapBytes.Text("x")];
        var file = McapBytes.Begin().Record(0x77, [1, 2, 3]).Record(0x03, [.. schema, 9, 9, 9])
            .Channel(1, 1, "/a").Message(1, 5, [4]);

        using var bag = BagReader.Open(Write(file.End()));

        Assert.Equal("a/msg/B", Assert.Single(bag.Topics).Type);
        Assert.Equal(1, bag.MessageCount);
    }

    [Fact]
    public void An_empty_file_of_records_is_a_bag_without_messages()
    {
        using var bag = BagReader.Open(Write(McapBytes.Begin().End()));

        Assert.Empty(bag.Topics);
        Assert.Empty(bag.Read());
        Assert.Equal((0L, null, null), (bag.MessageCount, bag.FirstLogTimeNs, bag.LastLogTimeNs));
        Assert.Empty(bag.Problems);
    }

    [Fact]
    public void Checksums_that_fit_are_accepted()
    {
        var records = Topics(new McapBytes()).Message(1, 1, [1]);
        var file = McapBytes.Begin().Chunk(records, Crc32.Append(0, records.ToArray()));
        var crc = Crc32.Append(0, file.ToArray());

        using var bag = BagReader.Open(Write(file.End(crc)));

        Assert.Equal(1, bag.MessageCount);
    }

    [Fact]
    public void A_chunk_with_a_wrong_checksum_is_refused_with_its_place()
    {
        var file = McapBytes.Begin();
        var start = file.Length;

        var problem = Refused(file.Chunk(Topics(new McapBytes()).Message(1, 1, [1]), crc: 0xDEADBEEF).End());

        Assert.Equal(start + 9, problem.Offset);
        Assert.Contains("DEADBEEF", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_section_with_a_wrong_checksum_is_refused() =>
        Refused(Topics(McapBytes.Begin()).End(dataCrc: 1), because: "data section");

    [Fact]
    public void A_message_before_its_channel_is_refused() =>
        Refused(McapBytes.Begin().Message(9, 1, []).End(), because: "channel 9");

    [Fact]
    public void A_channel_that_changes_is_refused() =>
        Refused(Topics(McapBytes.Begin()).Channel(1, 1, "/other").End(), because: "channel 1");

    [Fact]
    public void A_field_longer_than_its_record_is_refused() =>
        Refused(McapBytes.Begin().Record(0x03, [1, 0, 255, 255, 255, 255]).End(), because: "runs past");

    [Theory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public void A_chunk_that_declares_more_than_it_can_hold_is_refused_before_memory_is_reserved(string compression)
    {
        var records = Topics(new McapBytes());

        foreach (var length in (ulong[])[1UL << 40, 100_000_000])
        {
            Refused(McapBytes.Begin().Chunk(records, 0, compression, [1, 2, 3], length).End());
        }
    }

    [Fact]
    public void An_unknown_compression_is_named() =>
        Refused(McapBytes.Begin().Chunk(Topics(new McapBytes()), compression: "brotli").End(), because: "brotli");

    [Theory]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public void Compressed_chunks_are_unpacked_by_the_system_library(string compression)
    {
        var records = Topics(new McapBytes()).Message(1, 1, [7]);
        var plain = records.ToArray();
        var stored = compression == "zstd" ? StoredZstd(plain) : StoredLz4(plain);

        var file = McapBytes.Begin().Chunk(records, Crc32.Append(0, plain), compression, stored);

        using var bag = BagReader.Open(Write(file.End()));

        Assert.Equal([("/a", 1L, 6L, 7)], Summarize(bag));
    }

    [Fact]
    public void Every_cut_gives_the_whole_messages_before_it_and_says_what_is_missing()
    {
        var chunked = McapBytes.Begin().Chunk(Topics(new McapBytes()).Message(1, 10, [1]).Message(1, 20, [2]));
        var endOfChunk = chunked.Length;
        var whole = chunked.Message(2, 30, [3]).End().ToArray();
        var wholeMessages = 0;
        for (var cut = McapBytes.Magic.Length; cut < whole.Length; cut++)
        {
            using var bag = BagReader.Open(_folder.Write("cut.mcap", whole[..cut]));

            var read = Summarize(bag);
            Assert.Equal(bag.MessageCount, read.Count);
            Assert.True(read.Count >= wholeMessages, $"cut at {cut}: fewer messages than a shorter file gave");
            Assert.True(cut < endOfChunk || read.Count >= 2, $"cut at {cut}: the chunk is whole");
            Assert.Contains("cut.mcap", Assert.Single(bag.Problems), StringComparison.Ordinal);
            wholeMessages = read.Count;
        }

        Assert.Equal(3, wholeMessages);
    }

    [Fact]
    public void No_change_of_one_byte_gives_anything_but_a_bag_or_a_typed_error()
    {
        var records = Topics(new McapBytes()).Message(1, 10, [1, 2, 3]).Message(2, 20, [4]);
        var chunked = McapBytes.Begin().Chunk(records, Crc32.Append(0, records.ToArray()));
        var whole = chunked.Message(2, 30, [5]).End().ToArray();
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var change in (byte[])[0x01, 0x80, 0xFF])
            {
                var damaged = (byte[])whole.Clone();
                damaged[at] ^= change;
                var path = _folder.Write("damaged.mcap", damaged);

                var problem = Record.Exception(() =>
                {
                    using var bag = BagReader.Open(path);
                    _ = bag.Read().Count();
                });

                Assert.True(problem is null or BagFormatException, $"byte {at} ^ {change:X2}: {problem}");
            }
        }
    }

    [Fact]
    public void Crc_of_the_check_string_is_the_published_one() =>
        Assert.Equal(0xCBF43926u, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));

    public void Dispose() => _folder.Dispose();

    private static McapBytes Topics(McapBytes file) =>
        file.Schema(1, "std_msgs/msg/Float64").Channel(1, 1, "/a").Channel(2, 1, "/b").Channel(3, 1, "/silent");

    private static List<(string Topic, long LogTimeNs, long? PublishTimeNs, int First)> Summarize(BagReader bag) =>
        [.. bag.Read().Select(message =>
            (message.Topic.Name, message.LogTimeNs, message.PublishTimeNs, (int)message.Data.Span[0]))];

    private string Write(McapBytes file) => _folder.Write("test.mcap", file.ToArray());

    private BagFormatException Refused(McapBytes file, string because = "")
    {
        var path = Write(file);
        var problem = Assert.Throws<BagFormatException>(() => BagReader.Open(path));
        Assert.Equal(path, problem.File);
        Assert.Contains(because, problem.Message, StringComparison.Ordinal);
        return problem;
    }

    /// <summary>A zstd frame of one raw block: magic, single segment, 4-byte size (RFC 8878, 3.1.1).</summary>
    private static byte[] StoredZstd(byte[] plain)
    {
        var block = (uint)plain.Length << 3 | 1;
        return [0x28, 0xB5, 0x2F, 0xFD, 0xA0, .. McapBytes.UInt32((uint)plain.Length),
            (byte)block, (byte)(block >> 8), (byte)(block >> 16), .. plain];
    }

    /// <summary>An LZ4 frame of one uncompressed block: header, size with the top bit set, end mark.</summary>
    private static byte[] StoredLz4(byte[] plain) =>
        [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82,
            .. McapBytes.UInt32((uint)plain.Length | 0x8000_0000), .. plain, 0, 0, 0, 0];
}
