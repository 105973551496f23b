namespace TwinActors.UnitTests.Cli;

public sealed class RecordCommandTests
{
    private const string On = """
        {"recording":true,"since":"2026-03-01T12:00:00Z","problem":null,"file":"20260301T120000.000Z.mcap","bytes":4096,
         "messages":12,"lost":3,"files":[
           {"name":"20260301T115000.000Z.mcap","from":"2026-03-01T11:50:00Z","to":"2026-03-01T12:00:00Z","messages":7,
            "bytes":512,"problem":null},
           {"name":"20260301T114000.000Z.mcap","from":null,"to":null,"messages":null,"bytes":9,"problem":"damaged"}]}
        """;

    [Theory]
    [InlineData("start", "POST /api/v1/robots/arm1/recordings/start")]
    [InlineData("stop", "POST /api/v1/robots/arm1/recordings/stop")]
    [InlineData("status", "GET /api/v1/robots/arm1/recordings")]
    public async Task Recording_is_begun_ended_and_looked_at(string action, string request)
    {
        await using var node = new StubNode().Answer(request, On);

        var run = await CommandLine.RunAsync("record", "arm1", action, "--url", node.Url);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("arm1 is being recorded, since 2026-03-01T12:00:00Z.", run.Error, StringComparison.Ordinal);
        Assert.Contains("12 messages, 4096 bytes. 3 messages were lost.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_action_is_refused_before_anything_is_asked()
    {
        await using var node = new StubNode();

        var run = await CommandLine.RunAsync("record", "arm1", "pause", "--url", node.Url);

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(node.Requests);
    }

    [Fact]
    public async Task Finished_recordings_are_a_table_and_what_is_wrong_with_one_is_said()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1/recordings", On);

        var run = await CommandLine.RunAsync("recordings", "arm1", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"20260301T115000\.000Z\.mcap +2026-03-01T11:50:00Z +2026-03-01T12:00:00Z +7 +512", run.Output);
        Assert.Matches(@"20260301T114000\.000Z\.mcap +- +- +- +9 +damaged", run.Output);
    }
}
