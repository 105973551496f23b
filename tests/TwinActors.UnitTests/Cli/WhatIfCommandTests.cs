using System.Text.Json;
using TwinActors.Contracts;

namespace TwinActors.UnitTests.Cli;

public sealed class WhatIfCommandTests
{
    private const string Waiting = """
        {"id":"20260301T120000.000Z","name":"heavier","createdAt":"2026-03-01T12:00:00Z",
         "forkedAt":"2026-03-01T12:00:00Z","state":"waiting","problem":null,"seconds":10,"request":{},"start":[],
         "joints":null}
        """;

    private const string Joints = """
        [{"name":"elbow","position":{"largest":-0.012,"largestAt":3.5,"rms":0.004,"beyondAt":1.25},
          "velocity":{"largest":0.02,"largestAt":3,"rms":0.01,"beyondAt":null},
          "effort":{"largest":4.5,"largestAt":3,"rms":4.1,"beyondAt":0.5},
          "temperature":{"largest":0.3,"largestAt":10,"rms":0.2,"beyondAt":null}}]
        """;

    private static readonly string Done = Waiting.Replace("waiting", "done", StringComparison.Ordinal)
        .Replace("\"joints\":null", $"\"joints\":{Joints}", StringComparison.Ordinal);

    [Fact]
    public async Task What_is_asked_on_the_command_line_reaches_the_node_and_the_difference_is_a_table()
    {
        await using var node = new StubNode()
            .Answer("POST /api/v1/robots/arm1/what-if", Waiting, 202)
            .Answer("GET /api/v1/robots/arm1/what-if/20260301T120000.000Z", Done);

        var run = await CommandLine.RunAsync(
            "what-if", "run", "arm1", "--name", "heavier", "--seconds", "10", "--to", "elbow=0.5", "--payload",
            "tool0=2.5", "--friction", "elbow=3", "--damping", "elbow=1", "--fault", "elbow:bearing-wear:0.5:2h",
            "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"elbow +-0\.012000 +0\.004000 +1\.25 s +0\.020000 +4\.500000 +0\.50 s +0\.300000", run.Output);
        Assert.Contains("from 2026-03-01T12:00:00Z, 10 s: done.", run.Error, StringComparison.Ordinal);
        var sent = JsonSerializer.Deserialize(
            node.Requests.First().Body, ContractsJson.Default.WhatIfRequest)!;
        Assert.Equal(("heavier", 10, 0.5), (sent.Name, sent.Seconds, sent.Trajectory![0].Positions!["elbow"]));
        Assert.Equal(new("tool0", 2.5), sent.Change!.Payload);
        Assert.Equal([new("elbow", 3, 1)], sent.Change.Joints);
        Assert.Equal([new("elbow", "bearing-wear", 0.5, 7200, 0)], sent.Change.Faults);
    }

    [Fact]
    public async Task A_branch_that_failed_says_why_and_is_a_failure()
    {
        var failed = Waiting.Replace("waiting", "failed", StringComparison.Ordinal)
            .Replace("\"problem\":null", "\"problem\":\"It broke.\"", StringComparison.Ordinal);
        await using var node = new StubNode().Answer("POST /api/v1/robots/arm1/what-if", failed, 202);

        var run = await CommandLine.RunAsync("what-if", "run", "arm1", "--url", node.Url);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains("failed. It broke.", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Branches_are_listed_shown_and_deleted()
    {
        const string Route = "/api/v1/robots/arm1/what-if";
        await using var node = new StubNode()
            .Answer($"GET {Route}", $"[{Done}]")
            .Answer($"GET {Route}/20260301T120000.000Z", Done)
            .Answer($"DELETE {Route}/20260301T120000.000Z", "", 204);

        var list = await CommandLine.RunAsync("what-if", "list", "arm1", "--url", node.Url);
        var show = await CommandLine.RunAsync(
            "what-if", "show", "arm1", "20260301T120000.000Z", "--json", "--url", node.Url);
        var delete = await CommandLine.RunAsync(
            "what-if", "delete", "arm1", "20260301T120000.000Z", "--url", node.Url);

        Assert.Equal((0, 0, 0), (list.ExitCode, show.ExitCode, delete.ExitCode));
        Assert.Matches(@"20260301T120000\.000Z +done +10\.00 s +elbow +-0\.012000 +heavier", list.Output);
        Assert.Equal(Done.Trim(), show.Output.Trim());
    }
}
