using TwinActors.Recording.Bags;
using TwinActors.Recording.Playback;
using TwinActors.Ros2.Cdr;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

/// <summary>Bags that other people recorded, against what an independent reader found in them.</summary>
public sealed class RecordedBagTests
{
    public static IEnumerable<TheoryDataRow<string>> Bags => BagOracle.Rows();

    [Theory]
    [MemberData(nameof(Bags))]
    public void Counts_sizes_and_stamps_are_those_of_an_independent_reader(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var oracle = BagOracle.Read(name);

        using var bag = BagReader.Open(oracle.Bag);

        Assert.Equal(
            oracle.Topics.Select(topic =>
                (topic.Name, topic.Type, topic.Count, (long?)topic.Bytes, (long?)topic.FirstNs, (long?)topic.LastNs)),
            bag.Topics.Where(topic => topic.MessageCount > 0).Select(topic =>
                (topic.Name, topic.Type, topic.MessageCount, topic.Bytes, topic.FirstLogTimeNs, topic.LastLogTimeNs)));
        Assert.Empty(bag.Problems);
    }

    [Theory]
    [MemberData(nameof(Bags))]
    public void Reading_gives_every_counted_message_in_order_of_log_time(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        using var bag = BagReader.Open(TestData.Path(name));
        var counts = bag.Topics.ToDictionary(topic => topic, _ => (Count: 0L, Bytes: 0L));
        var last = long.MinValue;

        foreach (var message in bag.Read())
        {
            Assert.True(message.LogTimeNs >= last);
            last = message.LogTimeNs;
            var (count, bytes) = counts[message.Topic];
            counts[message.Topic] = (count + 1, bytes + message.Data.Length);
        }

        Assert.All(bag.Topics, topic => Assert.Equal((topic.MessageCount, topic.Bytes ?? 0), counts[topic]));
    }

    [Fact]
    public void A_bag_split_over_three_files_reads_as_one()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var folder = TestData.Path("rosbag2_format_cases/rosbag2_py__sqlite3__reindex_test_bags/multiple_files");
        var parts = BagOracle.Bags()
            .Where(bag => bag.Contains("multiple_files_", StringComparison.Ordinal))
            .Select(BagOracle.Read)
            .ToList();

        using var bag = BagReader.Open(folder);

        Assert.Equal(3, parts.Count);
        Assert.Equal(parts.Sum(part => part.Topics.Sum(topic => topic.Count)), bag.MessageCount);
        Assert.Equal(bag.MessageCount, bag.Read().Count());
    }

    [Theory]
    [MemberData(nameof(Bags))]
    public void Every_number_of_every_message_adds_up_to_what_an_independent_reader_found(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var oracle = BagOracle.Read(name);
        using var bag = BagReader.Open(oracle.Bag);
        foreach (var expected in oracle.Topics.Where(topic => topic.Numbers is not null))
        {
            var topic = bag.Topics.Single(topic => topic.Name == expected.Name);
            var schema = BagSchemas.Find(bag, topic, out var problem);
            Assert.True(schema is not null, problem);
            var found = new MessageNumbers();

            Assert.All(bag.Read(other => other == topic), message => Assert.True(found.Add(schema, message.Data.Span)));

            var numbers = expected.Numbers!;
            Assert.Equal((numbers.Finite, numbers.NaN, numbers.Infinite), (found.Finite, found.NaN, found.Infinite));
            Assert.True(
                OracleComparison.IsNear(numbers.Sum, found.Sum, 1e-9), $"{topic.Name}: {numbers.Sum}, {found.Sum}");
        }
    }

    [Theory]
    [MemberData(nameof(Bags))]
    public void First_middle_and_last_message_decode_to_what_an_independent_reader_found(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var oracle = BagOracle.Read(name);
        using var bag = BagReader.Open(oracle.Bag);
        foreach (var expected in oracle.Topics.Where(topic => topic.Samples.Count > 0))
        {
            var topic = bag.Topics.Single(topic => topic.Name == expected.Name);
            var schema = BagSchemas.Find(bag, topic, out _)!;
            var messages = bag.Read(other => other == topic).ToList();
            foreach (var sample in expected.Samples)
            {
                Assert.True(RosJson.TryDecode(schema, messages[sample.Index].Data.Span, out var value));
                Assert.Empty(OracleComparison.Differences(sample.Value, value));
            }
        }
    }
}
