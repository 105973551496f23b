namespace TwinActors.UnitTests.Cli;

public sealed class ActorCommandTests
{
    private const string Mailboxes = """
        [{"path":"/user/full","capacity":10,"whenFull":"reject","system":0,"urgent":0,"user":10,"signals":0,"stashed":0,
          "dropped":0,"rejected":7},
         {"path":"/user/idle","capacity":10,"whenFull":"drop","system":0,"urgent":0,"user":0,"signals":0,"stashed":0,
          "dropped":0,"rejected":0}]
        """;

    [Fact]
    public async Task Stuck_actors_are_shown_with_their_time_and_need_attention()
    {
        await using var node = new StubNode().Answer(
            "GET /api/v1/actors/stuck?seconds=2.5",
            """
            [{"path":"/user/stuck","type":"Robot","state":"awaiting","depth":3,"handled":1,"restarts":0,
              "lastFailure":null,"idleMs":31000,"children":[]}]
            """);

        var run = await CommandLine.RunAsync("actor", "stuck", "--seconds", "2.5", "--url", node.Url);

        Assert.Equal(7, run.ExitCode);
        Assert.Matches(@"/user/stuck +Robot +awaiting +31\.0 s +3 ", run.Output);
    }

    [Fact]
    public async Task Nothing_stuck_is_said_and_well()
    {
        await using var node = new StubNode().Answer("GET /api/v1/actors/stuck?seconds=10", "[]");

        var run = await CommandLine.RunAsync("actor", "stuck", "--url", node.Url);

        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("longer than 10 s", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mailboxes_that_hold_or_lost_something_are_shown_and_the_others_counted()
    {
        await using var node = new StubNode().Answer("GET /api/v1/actors/mailboxes", Mailboxes);

        var run = await CommandLine.RunAsync("actor", "mailbox", "--url", node.Url);
        var all = await CommandLine.RunAsync("actor", "mailbox", "--all", "--url", node.Url);

        Assert.Matches(@"/user/full +10 +10 +0 +0 +0 +0 +0 +7", run.Output);
        Assert.DoesNotContain("/user/idle", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 empty mailboxes", run.Error, StringComparison.Ordinal);
        Assert.Contains("/user/idle", all.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tap_prints_a_line_per_message_and_ends_with_its_actor()
    {
        await using var node = new StubNode().Answer(
            "GET /api/v1/actors/tap?path=%2Fuser%2Frobots&rate=5",
            """
            {"at":"2026-01-01T00:00:00Z","type":"List","text":"List \u001b[2J","suppressed":0}
            {"at":"2026-01-01T00:00:01Z","type":"Locate","text":"Locate arm1","suppressed":3}

            """,
            type: "application/x-ndjson");

        var run = await CommandLine.RunAsync("actor", "tap", "/user/robots", "--rate", "5", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            "2026-01-01T00:00:00Z  List  List \\u001b[2J\n"
            + "2026-01-01T00:00:01Z  Locate  Locate arm1  (3 before it not shown)\n",
            run.Output.ReplaceLineEndings("\n"));
        Assert.Contains("/user/robots has ended", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_read_with_its_level_and_path_live_and_looked_back_at()
    {
        const string line = """
            {"at":"2026-01-01T00:00:00Z","level":"warning","category":"Node","path":"/user/robots/arm1",
             "message":"it failed","exception":"IOException: disk","missed":2}
            """;
        await using var node = new StubNode()
            .Answer("GET /api/v1/log?limit=5&level=warning&path=%2Fuser%2Frobots", $"[{line}]")
            .Answer("GET /api/v1/log/stream?level=information", $"{line.ReplaceLineEndings("")}\n");

        var peek = await CommandLine.RunAsync(
            "log", "peek", "-n", "5", "--level", "warning", "--path", "/user/robots", "--url", node.Url);
        var tail = await CommandLine.RunAsync("log", "tail", "--url", node.Url);

        const string printed =
            "2026-01-01T00:00:00Z  warning  Node  it failed  IOException: disk  (2 lines before it missed)\n";
        Assert.Equal(printed, peek.Output.ReplaceLineEndings("\n"));
        Assert.Equal(printed, tail.Output.ReplaceLineEndings("\n"));
    }
}
