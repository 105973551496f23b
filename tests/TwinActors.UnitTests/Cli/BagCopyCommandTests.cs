using System.Text.Json;
using TwinActors.Cli.Bags;
using TwinActors.Recording.Bags;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

/// <summary><c>twin bag cat</c>, <c>filter</c> and <c>convert</c>.</summary>
public sealed class BagCopyCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Cat_prints_a_message_a_line_in_order_of_log_time()
    {
        var run = await CommandLine.RunAsync("bag", "cat", Bag());

        Assert.Equal(
            ["1970-01-01T00:00:01.000000000Z /a {\"data\":1}",
                "1970-01-01T00:00:01.500000000Z /raw 2 bytes: its messages are json, not CDR",
                "1970-01-01T00:00:02.000000000Z /a {\"data\":2}",
                "1970-01-01T00:00:03.000000000Z /a {\"data\":3}"],
            run.Output.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(2, "--limit", "2")]
    [InlineData(3, "--topics", "/a")]
    [InlineData(3, "--from", "+0.5s")]
    [InlineData(2, "--from", "1970-01-01T00:00:02Z")]
    [InlineData(2, "--until", "1970-01-01T00:00:01.500000001Z")]
    [InlineData(1, "--from", "+1s", "--until", "+2s")]
    public async Task Cat_as_json_is_an_object_a_line_of_what_was_chosen(int lines, params string[] options)
    {
        var run = await CommandLine.RunAsync(["bag", "cat", Bag(), "--json", .. options]);

        Assert.Equal(0, run.ExitCode);
        var documents = run.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(lines, documents.Count);
        Assert.All(documents, document => Assert.True(document.TryGetProperty("logTime", out _)));
    }

    [Theory]
    [InlineData("cat", "--topics", "/absent")]
    [InlineData("cat", "--from", "yesterday")]
    [InlineData("cat", "--from", "+5")]
    [InlineData("cat", "--limit", "0")]
    [InlineData("cat", "--from", "+2s", "--until", "+1s")]
    [InlineData("filter")]
    [InlineData("convert", "-o", "x.mcap", "--joints", "rows")]
    public async Task What_cannot_be_chosen_so_is_a_matter_of_usage(string verb, params string[] options)
    {
        var run = await CommandLine.RunAsync(["bag", verb, Bag(), .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Filter_copies_what_was_chosen_and_says_how_much()
    {
        var output = _folder.File("part.mcap");

        var run = await CommandLine.RunAsync(
            "bag", "filter", Bag(), "-o", output, "--topics", "/a", "--from", "+1s", "--json");

        Assert.Equal(2, JsonDocument.Parse(run.Output).RootElement.GetProperty("messages").GetInt32());
        using var bag = BagReader.Open(output);
        Assert.Equal(["/a"], bag.Topics.Select(topic => topic.Name));
        Assert.Equal([2_000_000_000, 3_000_000_000], bag.Read().Select(message => message.LogTimeNs));
    }

    [Fact]
    public async Task Convert_makes_a_bag_folder_that_reads_as_the_original()
    {
        var output = _folder.File("bag");

        var run = await CommandLine.RunAsync("bag", "convert", Bag(), "-o", output);

        Assert.Equal(0, run.ExitCode);
        var metadata = File.ReadAllText(Path.Combine(output, "metadata.yaml"));
        Assert.Contains("message_count: 4", metadata, StringComparison.Ordinal);
        using var original = BagReader.Open(Bag());
        using var bag = BagReader.Open(output);
        Assert.Equal("bag_0.mcap", Path.GetFileName(Assert.Single(bag.Files)));
        Assert.Equal(original.Read().Select(Text), bag.Read().Select(Text));

        static string Text(BagMessage message) =>
            $"{message.LogTimeNs} {message.Topic.Name} {Convert.ToHexString(message.Data.Span)}";
    }

    [Fact]
    public async Task Nothing_is_overwritten_and_a_failed_copy_leaves_nothing()
    {
        var (there, absent) = (_folder.Write("there.mcap", "mine"), _folder.File("bad"));
        var damaged = _folder.Write("damaged.mcap", McapBytes.Begin()
            .Schema(1, "std_msgs/msg/Float64").Channel(1, 1, "/a")
            .Chunk(new McapBytes().Message(1, 5, [1]), crc: 77).End().ToArray());

        Assert.Equal(1, (await CommandLine.RunAsync("bag", "convert", Bag(), "-o", there)).ExitCode);
        Assert.Equal(1, (await CommandLine.RunAsync("bag", "convert", damaged, "-o", absent)).ExitCode);

        Assert.Equal("mine", File.ReadAllText(there));
        Assert.False(Path.Exists(absent));
    }

    [Theory]
    [InlineData("+90s", 90_000_000_000, true)]
    [InlineData("+1.5m", 90_000_000_000, true)]
    [InlineData("+0.5h", 1_800_000_000_000, true)]
    [InlineData("1970-01-01T00:00:01.000000009Z", 1_000_000_009, false)]
    [InlineData("1970-01-01T01:00:01.5+01:00", 1_500_000_000, false)]
    public void Times_are_absolute_or_from_the_first_message(string text, long nanoseconds, bool isRelative)
    {
        Assert.True(BagTime.TryParse(text, out var time));

        Assert.Equal(new BagTime(nanoseconds, isRelative), time);
    }

    public void Dispose() => _folder.Dispose();

    private string Bag() => _folder.Write("source.mcap", McapBytes.Begin()
        .Schema(1, "std_msgs/msg/Float64").Channel(1, 1, "/a").Channel(2, 0, "/raw", "json")
        .Message(1, 1_000_000_000, Float(1)).Message(2, 1_500_000_000, "{}"u8).Message(1, 2_000_000_000, Float(2))
        .Message(1, 3_000_000_000, Float(3))
        .End().ToArray());

    private static byte[] Float(double value) => [0, 1, 0, 0, .. BitConverter.GetBytes(value)];
}
