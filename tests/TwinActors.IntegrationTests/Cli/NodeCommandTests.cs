using System.Globalization;
using System.Text.Json;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Cli;

/// <summary>The commands that talk to a node, process to process.</summary>
public sealed class NodeCommandTests(RunningNode node) : IClassFixture<RunningNode>
{
    [Fact]
    public async Task The_fleet_is_listed_as_json_and_as_a_table()
    {
        var json = await RunAsync("robots", "list", "--json");
        var table = await RunAsync("robots", "list");

        Assert.Equal(0, json.ExitCode);
        using var fleet = JsonDocument.Parse(json.Output);
        Assert.Contains(
            fleet.RootElement.EnumerateArray(), robot => robot.GetProperty("id").GetString() == RunningNode.Arm);
        Assert.StartsWith("ID ", table.Output, StringComparison.Ordinal);
        Assert.Contains(table.Lines, line => line.StartsWith(RunningNode.Arm, StringComparison.Ordinal));
        Assert.Empty(table.Error);
    }

    [Fact]
    public async Task One_robot_is_shown_with_its_streams()
    {
        var shown = await RunAsync("robots", "show", RunningNode.Arm);
        var json = await RunAsync("robots", "show", RunningNode.Arm, "--json");

        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("/arm1/joint_states", shown.Output, StringComparison.Ordinal);
        using var robot = JsonDocument.Parse(json.Output);
        Assert.Equal("simulated", robot.RootElement.GetProperty("linkKind").GetString());
    }

    [Fact]
    public async Task A_robot_is_added_seen_and_removed()
    {
        var added = await RunAsync(
            "robots", "add", "base1", "--model", "base", "--link", "simulated", "--tag", "blue", "--wait", "60");
        var again = await RunAsync("robots", "add", "base1", "--model", "base", "--link", "simulated", "--wait", "0");
        var shown = await RunAsync("robots", "show", "base1");
        var removed = await RunAsync("robots", "remove", "base1");
        var gone = await RunAsync("robots", "show", "base1");

        Assert.Equal(0, added.ExitCode);
        Assert.Contains("measured", added.Output, StringComparison.Ordinal);
        Assert.Equal(1, again.ExitCode);
        Assert.NotEmpty(again.Error);
        Assert.Contains("blue", shown.Output, StringComparison.Ordinal);
        Assert.Equal(0, removed.ExitCode);
        Assert.Equal(3, gone.ExitCode);
        Assert.Empty(gone.Output);
    }

    [Fact]
    public async Task The_journal_is_read_replayed_and_found_whole()
    {
        var events = await RunAsync("persistence", "events", RunningNode.Arm, "--to", "1", "--json");
        var replay = await RunAsync("persistence", "replay", RunningNode.Arm, "--to", "1", "--json");
        var snapshots = await RunAsync("persistence", "snapshots", RunningNode.Arm, "--json");
        var one = await RunAsync("persistence", "verify", RunningNode.Arm);
        var all = await RunAsync("log", "verify", "--json");
        var lag = await RunAsync("persistence", "lag", "--json");
        var unknown = await RunAsync("persistence", "verify", "nobody");

        using var page = JsonDocument.Parse(events.Output);
        Assert.Equal("robot.registered", Assert.Single(page.RootElement.GetProperty("events").EnumerateArray())
            .GetProperty("name").GetString());
        using var state = JsonDocument.Parse(replay.Output);
        Assert.Equal("robot.state.active", state.RootElement.GetProperty("name").GetString());
        Assert.Equal("None", state.RootElement.GetProperty("data").GetProperty("link").GetString());
        Assert.Equal("[]", snapshots.Output.Trim());
        Assert.Equal(0, one.ExitCode);
        Assert.Contains("all well", one.Error, StringComparison.Ordinal);
        Assert.Equal(0, all.ExitCode);
        using var streams = JsonDocument.Parse(all.Output);
        Assert.All(streams.RootElement.EnumerateArray(), stream =>
            Assert.Empty(stream.GetProperty("problems").EnumerateArray()));
        using var lags = JsonDocument.Parse(lag.Output);
        Assert.Contains(lags.RootElement.EnumerateArray(), robot =>
            robot.GetProperty("robot").GetString() == RunningNode.Arm && robot.GetProperty("applied").GetInt64() > 0);
        Assert.Equal(3, unknown.ExitCode);
    }

    [Fact]
    public async Task Events_are_exported_as_cloud_events_of_a_robot_and_of_a_time()
    {
        var all = await RunAsync("log", "export", "--entity", RunningNode.Arm);
        var later = await RunAsync("log", "export", "--from", "2100-01-01T00:00:00Z");

        Assert.Equal(0, all.ExitCode);
        using var first = JsonDocument.Parse(all.Lines[0]);
        var envelope = first.RootElement;
        Assert.Equal("1.0", envelope.GetProperty("specversion").GetString());
        Assert.Equal("robot.registered", envelope.GetProperty("type").GetString());
        Assert.Equal($"/robots/{RunningNode.Arm}", envelope.GetProperty("source").GetString());
        Assert.Equal("1", envelope.GetProperty("sequence").GetString());
        Assert.NotEqual("", envelope.GetProperty("id").GetString());
        Assert.Equal(JsonValueKind.Object, envelope.GetProperty("data").ValueKind);
        Assert.Equal((0, ""), (later.ExitCode, later.Output));
    }

    [Fact]
    public async Task Joints_are_listed_with_their_positions()
    {
        var joints = await RunAsync("joints", RunningNode.Arm, "--json");

        Assert.Equal(0, joints.ExitCode);
        using var document = JsonDocument.Parse(joints.Output);
        Assert.Equal(6, document.RootElement.GetProperty("joints").GetArrayLength());
    }

    [Fact]
    public async Task A_watch_writes_one_json_object_per_sample_and_ends_at_the_count()
    {
        var watch = await RunAsync("watch", RunningNode.Arm, "--jsonl", "--count", "20", "--hz", "50", "--joint", "0");

        Assert.Equal(0, watch.ExitCode);
        Assert.Equal(20, watch.Lines.Length);
        var times = watch.Lines.Select(line =>
        {
            using var sample = JsonDocument.Parse(line);
            var joint = Assert.Single(sample.RootElement.GetProperty("joints").EnumerateObject());
            Assert.True(double.IsFinite(joint.Value.GetProperty("position").GetDouble()));
            var at = sample.RootElement.GetProperty("at").GetString()!;
            return DateTimeOffset.Parse(at, CultureInfo.InvariantCulture);
        }).ToList();
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public async Task A_watch_ends_when_nobody_reads_it_any_more()
    {
        var piped = await TwinProgram.BashAsync(
            $"dotnet {BuiltTree.Cli} watch arm1 --jsonl --hz 100 --url {node.Url} | head -n 1; "
            + "exit ${PIPESTATUS[0]}");

        Assert.Equal(0, piped.ExitCode);
        Assert.Single(piped.Lines);
    }

    [Fact]
    public async Task A_watch_that_is_interrupted_says_so_by_its_exit_code()
    {
        var watch = TwinProgram.StartInterruptible("watch", RunningNode.Arm, "--url", node.Url);
        var first = await watch.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);

        await TwinProgram.InterruptAsync(watch);

        var ended = await TwinProgram.EndAsync(watch);
        Assert.True(first is not null && ended.ExitCode == 130, $"{ended.ExitCode}: {first} {ended.Error}");
    }

    [Fact]
    public async Task The_actors_of_a_robot_are_shown_with_their_paths()
    {
        var hierarchy = await RunAsync("actor", "hierarchy", "-d", "9");

        Assert.Equal(0, hierarchy.ExitCode);
        Assert.Contains(hierarchy.Lines, line => line.Contains("/arm1/joints ", StringComparison.Ordinal));
        Assert.Contains(hierarchy.Lines, line => line.StartsWith("/user ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_doctor_finds_a_simulated_robot_in_order()
    {
        var doctor = await RunAsync("doctor", RunningNode.Arm);

        // Rates and ages depend on how busy this machine is; what the robot is does not.
        string[] certain = ["node", "journal", "joint names", "joint velocity", "joint effort", "joint limits"];
        Assert.All(certain, check => Assert.Contains(
            doctor.Lines, line => line.StartsWith($"pass     {check}  ", StringComparison.Ordinal)));
        var hasFailed = doctor.Lines.Any(line => line.StartsWith("fail ", StringComparison.Ordinal));
        Assert.Equal(hasFailed ? 7 : 0, doctor.ExitCode);
    }

    [Theory]
    [InlineData("robots show ghost")]
    [InlineData("robots remove ghost")]
    [InlineData("joints ghost")]
    [InlineData("watch ghost")]
    [InlineData("doctor ghost")]
    [InlineData("actor hierarchy -s /user/ghost")]
    [InlineData("actor mailbox -s /user/ghost")]
    [InlineData("actor tap /user/ghost")]
    public async Task What_does_not_exist_is_not_found(string line)
    {
        var run = await RunAsync(line.Split(' '));

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("ghost", run.Error, StringComparison.Ordinal);
    }

    private Task<Ended> RunAsync(params string[] arguments) => TwinProgram.RunAsync([.. arguments, "--url", node.Url]);
}
