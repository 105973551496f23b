using System.Net;
using System.Security.Cryptography;
using TwinActors.Contracts.Recordings;
using TwinActors.Contracts.Robots;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Robots recorded by a real node, over HTTP.</summary>
[Collection(NodeRoom.Name)]
public sealed class RecordingTests(SharedNode shared) : IDisposable
{
    private static readonly string[] Topics = ["/rec1/joint_states", "/rec1/laser/scan", "/rec1/odom"];

    private readonly NodeProcess _node = shared.Node;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_robot_on_DDS_is_recorded_as_it_sends_and_its_file_is_downloaded()
    {
        await using var robot = _node.Twin("sim", "run", "--model", "base", "--id", "rec1");
        await _node.RegisterAsync(new RegisterRobotRequest("rec1", Model: "base"));
        await _node.ConnectedAsync("rec1");

        var started = await _node.SendAsync(HttpMethod.Post, "robots/rec1/recordings/start");
        foreach (var topic in Topics)
        {
            var before = (await _node.StreamAsync("rec1", topic)).Received;
            await Eventually.AnswersAsync(
                () => _node.StreamAsync("rec1", topic), stream => stream.Received >= before + 10, $"{topic} comes");
        }

        var stopped = await _node.SendAsync(HttpMethod.Post, "robots/rec1/recordings/stop");
        var file = Assert.Single((await _node.GetAsync<RecordingsDocument>("robots/rec1/recordings")).Files);
        var path = _folder.File("download.mcap");
        await File.WriteAllBytesAsync(path, await _node.Http.GetByteArrayAsync(
            new Uri($"/api/v1/robots/rec1/recordings/{file.Name}", UriKind.Relative),
            TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var sealing = await Eventually.AnswersAsync(
            () => _node.EventsAsync("rec1"),
            events => events.Any(e => e.Name == "recording.sealed"), "the file is sealed");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (started.Status, stopped.Status));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(
                path, TestContext.Current.CancellationToken))),
            sealing.First(e => e.Name == "recording.sealed").Data!["recording"]!["sha256"]!.GetValue<string>());
        using var bag = BagReader.Open(path);
        var counts = JointRows.Read(bag).CountBy(message => message.Topic.Name).ToDictionary();
        Assert.Empty(bag.Problems);
        Assert.All(Topics, topic => Assert.True(counts[topic] > 5, $"{topic} was recorded."));
        var scan = bag.Read(topic => topic.Name == "/rec1/laser/scan").First();
        var found = await _node.GetAsync<RecordedMessageDocument>(
            $"robots/rec1/recordings/lookup?reference=/rec1/laser/scan@{scan.LogTimeNs}");
        Assert.Equal((file.Name, scan.Data.Length), (found.File, found.Bytes));
    }

    [Theory]
    [InlineData("recordings/20200101T000000.000Z.mcap", HttpStatusCode.NotFound)]
    [InlineData("recordings/..%2F..%2Fjournal.db", HttpStatusCode.NotFound)]
    [InlineData("recordings/lookup?reference=nowhere", HttpStatusCode.UnprocessableEntity)]
    [InlineData("recordings/lookup?reference=/a@5", HttpStatusCode.NotFound)]
    [InlineData("recordings/message?reference=/a@5", HttpStatusCode.NotFound)]
    [InlineData("recordings", HttpStatusCode.NotFound)]
    public async Task What_is_not_recorded_is_not_found(string path, HttpStatusCode expected)
    {
        var answer = await _node.SendAsync(HttpMethod.Get, $"robots/ghost/{path}");

        Assert.Equal((expected, "application/problem+json"), (answer.Status, answer.MediaType));
    }

    public void Dispose() => _folder.Dispose();
}
