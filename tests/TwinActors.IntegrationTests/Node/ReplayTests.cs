using System.Net;
using TwinActors.Contracts.Recordings;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>A robot recorded by a real node and replayed as another one, over HTTP.</summary>
[Collection(NodeRoom.Name)]
public sealed class ReplayTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task A_recorded_robot_is_replayed_paused_and_sought_and_never_taken_for_live()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("taped1", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("taped1");
        await _node.SendAsync(HttpMethod.Post, "robots/taped1/recordings/start");
        await Eventually.AnswersAsync(
            () => _node.GetAsync<RecordingsDocument>("robots/taped1/recordings"),
            recordings => recordings.Messages > 100, "100 messages are recorded");
        await _node.SendAsync(HttpMethod.Post, "robots/taped1/recordings/stop");
        await Eventually.AnswersAsync(
            () => _node.GetAsync<RecordingsDocument>("robots/taped1/recordings"),
            recordings => recordings.Files.Count > 0, "the file is finished");

        await _node.RegisterAsync(new RegisterRobotRequest(
            "replay1", Model: "arm6", Link: "replay", Replay: new ReplayRequest(Recording: "taped1", Loop: true)));
        var document = await _node.ConnectedAsync("replay1");
        var paused = await ControlAsync("""{"paused": true}""");
        var sought = await ControlAsync($$"""{"seek": "{{paused.From}}", "speed": 0.5}""");

        Assert.Equal((true, "replay"), (document.Robot.IsReplay, document.LinkKind));
        Assert.StartsWith("This is a replay of recordings of taped1", document.LinkReason, StringComparison.Ordinal);
        Assert.Equal(("paused", true), (paused.State, paused.Loop));
        Assert.Equal((paused.From, 0.5, "paused"), (sought.Position, sought.Speed, sought.State));
        Assert.False((await _node.GetAsync<RobotDocument>("robots/taped1")).Robot.IsReplay);
    }

    [Theory]
    [InlineData("""{"id": "replay2", "link": "replay"}""", "go together")]
    [InlineData("""{"id": "replay2", "link": "replay", "replay": {}}""", "one of them")]
    [InlineData("""{"id": "replay2", "link": "replay", "replay": {"bag": "../journal.db"}}""", "outside of")]
    [InlineData("""{"id": "replay2", "link": "replay", "replay": {"bag": "none.mcap"}}""", "There is no bag")]
    [InlineData("""{"id": "replay2", "link": "replay", "replay": {"recording": "ghost"}}""", "no finished recording")]
    [InlineData("""{"id": "replay2", "link": "replay", "replay": {"bag": "a", "speed": 0}}""", "lies in 0.01 to 100")]
    public async Task A_replay_of_nothing_is_refused_with_the_way_out(string body, string words)
    {
        var answer = await _node.SendAsync(HttpMethod.Post, "robots", body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_robot_that_is_not_replayed_has_nothing_to_pause()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("replay3", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("replay3");

        var answer = await _node.SendAsync(HttpMethod.Post, "robots/replay3/link/replay", """{"paused": true}""");

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("not replayed", answer.Text, StringComparison.Ordinal);
    }

    private async Task<LinkReplayDocument> ControlAsync(string body)
    {
        var answer = await _node.SendAsync(HttpMethod.Post, "robots/replay1/link/replay", body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        return await _node.GetAsync<LinkReplayDocument>("robots/replay1/link/replay");
    }
}
