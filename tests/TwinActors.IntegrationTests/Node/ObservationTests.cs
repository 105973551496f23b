using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Looking into the actors and the log of a node that runs.</summary>
[Collection(NodeRoom.Name)]
public sealed class ObservationTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task A_tap_shows_the_messages_of_one_actor_live()
    {
        await using var lines = new LineReader(await _node.Http.GetStreamAsync(
            new Uri("/api/v1/actors/tap?path=/user/robots", UriKind.Relative), TestContext.Current.CancellationToken));

        await _node.RegisterAsync(new RegisterRobotRequest("tapped1"));

        var message = await lines.NextAsync();
        Assert.Equal("Locate", message.GetProperty("type").GetString());
        Assert.Contains("tapped1", message.GetProperty("text").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_remembered_and_live()
    {
        await using var node = await NodeProcess.StartAsync(
            "-D", "twin.ros2.enabled=false", "-D", "twin.logging.level.\"Microsoft.AspNetCore\"=information");
        await using var lines = new LineReader(await node.Http.GetStreamAsync(
            new Uri("/api/v1/log/stream?level=information", UriKind.Relative), TestContext.Current.CancellationToken));

        // Each request is some lines of the log; those of the first may come before the log is followed.
        var next = lines.NextAsync();
        var remembered = await Eventually.AnswersAsync(
            () => node.GetAsync<IReadOnlyList<LogLineDocument>>("log?limit=1000"),
            _ => next.IsCompleted,
            "a line comes live");

        Assert.Contains(remembered, line => line.Message.Contains("/api/v1/log/stream", StringComparison.Ordinal));
        Assert.Equal("information", (await next).GetProperty("level").GetString());
    }

    [Fact]
    public async Task Mailboxes_are_all_there_and_no_healthy_actor_is_stuck()
    {
        var mailboxes = await _node.GetAsync<IReadOnlyList<MailboxDocument>>("actors/mailboxes?path=/user");
        var stuck = await _node.GetAsync<IReadOnlyList<ActorDocument>>("actors/stuck?seconds=60");

        Assert.Contains(mailboxes, mailbox => mailbox is { Path: "/user/robots", WhenFull: "reject", Capacity: > 0 });
        Assert.Empty(stuck);
    }

    [Fact]
    public async Task The_head_of_an_answer_without_an_end_has_one()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/v1/log/stream");
        using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType?.MediaType);
    }

    private sealed class LineReader(Stream stream) : IAsyncDisposable
    {
        private readonly StreamReader _reader = new(stream);

        public async Task<JsonElement> NextAsync() => JsonDocument.Parse(
            await _reader.ReadLineAsync(TestContext.Current.CancellationToken)
                .AsTask().WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken) ?? "null")
            .RootElement.Clone();

        public async ValueTask DisposeAsync()
        {
            _reader.Dispose();
            await stream.DisposeAsync();
        }
    }
}
