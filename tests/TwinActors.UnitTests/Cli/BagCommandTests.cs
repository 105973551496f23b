using System.Text.Json;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

public sealed class BagCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Info_is_a_table_of_one_line_per_topic()
    {
        var run = await CommandLine.RunAsync("bag", "info", Bag());

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("/imu", run.Output, StringComparison.Ordinal);
        Assert.Contains("2.0 Hz", run.Output, StringComparison.Ordinal);
        Assert.Contains("3 messages in 1 files, 1970-01-01T00:00:01.000000000Z", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_as_json_is_one_document_with_stamps_and_absent_values_as_null()
    {
        var run = await CommandLine.RunAsync("bag", "info", Bag(), "--json");

        var document = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(3, document.GetProperty("messages").GetInt32());
        Assert.Equal(1.0, document.GetProperty("durationSeconds").GetDouble());
        var imu = document.GetProperty("topics")[0];
        Assert.Equal("/imu", imu.GetProperty("name").GetString());
        Assert.Equal("1970-01-01T00:00:02.000000000Z", imu.GetProperty("last").GetString());
        Assert.Equal(JsonValueKind.Null, document.GetProperty("topics")[1].GetProperty("first").ValueKind);
    }

    [Fact]
    public async Task Info_of_a_cut_file_says_what_is_missing()
    {
        var whole = File.ReadAllBytes(Bag());

        var run = await CommandLine.RunAsync("bag", "info", _folder.Write("cut.mcap", whole[..^40]), "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("whole messages", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, JsonDocument.Parse(run.Output).RootElement.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task A_bag_that_is_not_there_is_not_found()
    {
        var run = await CommandLine.RunAsync("bag", "info", _folder.File("absent.mcap"));

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("absent.mcap", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_bag_is_a_failure_with_its_place()
    {
        var run = await CommandLine.RunAsync("bag", "info", _folder.Write("bad.mcap", "no bag"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("offset 0", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--as", "1arm")]
    [InlineData("--as", "arm1", "--rate", "0")]
    [InlineData("--as", "arm1", "--rate", "fast")]
    [InlineData("--as", "arm1", "--map", "/imu")]
    [InlineData("--as", "arm1", "--map", "/absent:/imu")]
    [InlineData("--as", "arm1", "--topics", "/absent")]
    [InlineData("--as", "arm1", "--domain", "102")]
    [InlineData("--as", "arm1", "--wait-for-readers", "-1")]
    [InlineData("--rate", "2")]
    public async Task What_cannot_be_played_so_is_a_matter_of_usage(params string[] options)
    {
        var run = await CommandLine.RunAsync(["bag", "play", Bag(), .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
    }

    public void Dispose() => _folder.Dispose();

    private string Bag() => _folder.Write("bag.mcap", McapBytes.Begin()
        .Schema(1, "sensor_msgs/msg/Imu").Channel(1, 1, "/imu").Channel(2, 1, "/silent")
        .Message(1, 1_000_000_000, [1]).Message(1, 1_500_000_000, [2]).Message(1, 2_000_000_000, [3])
        .End().ToArray());
}
