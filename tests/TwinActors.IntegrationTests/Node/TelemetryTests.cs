using System.Globalization;
using System.Net;
using System.Net.WebSockets;
using TwinActors.Contracts.Robots;
using TwinActors.Contracts.Telemetry;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>The live socket of a real node.</summary>
[Collection(NodeRoom.Name)]
public sealed class TelemetryTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task Samples_of_a_robot_on_DDS_come_without_gaps_and_move()
    {
        await using var robot = _node.Twin("sim", "run", "--model", "arm6", "--id", "live1", "--rate", "100");
        await _node.RegisterAsync(new RegisterRobotRequest("live1", Model: "arm6"));
        var document = await _node.ConnectedAsync("live1");
        var (client, hello) = await TelemetryClient.ConnectAsync(_node);
        using var connection = client;

        await client.SendAsync(new TelemetryRequest("subscribe", 7, "live1", ["pos", "vel", "eff"]));
        var subscribed = await client.NoticeAsync();
        var samples = await SamplesAsync(client, 7, 150);

        Assert.NotEmpty(hello.Node!);
        Assert.Equal(("subscribed", 7, "live1"), (subscribed.Op, subscribed.Id, subscribed.Robot));
        Assert.Equal(["pos", "vel", "eff"], subscribed.Signals!);
        Assert.Equal(document.Joints.Joints.Select(joint => joint.Name), subscribed.Joints!);
        Assert.All(samples, sample => Assert.Equal(3 * 6, sample.Values.Length));
        Assert.All(samples, sample => Assert.All(sample.Values, value => Assert.True(float.IsFinite(value))));
        Assert.Equal(samples.Select(sample => sample.Milliseconds).Order(), samples.Select(s => s.Milliseconds));
        Assert.True(samples.Select(sample => sample.Values[0]).Distinct().Count() > 10, "The joint stands still.");
        AssertLies(hello, samples);
    }

    [Fact]
    public async Task A_client_gets_no_more_samples_than_it_asked_for()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("live2", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("live2");
        var (client, _) = await TelemetryClient.ConnectAsync(_node);
        using var connection = client;

        await client.SendAsync(new TelemetryRequest("subscribe", 1, "live2", ["pos"], MaxHz: 10));
        await client.SendAsync(new TelemetryRequest("subscribe", 2, "live2"));
        var slow = new List<Sample>();
        var fast = 0;
        while (slow.Count < 25)
        {
            if (await client.NextAsync() is (null, var frame))
            {
                Assert.True(TelemetryFrame.TryReadHeader(frame, out var header));
                fast += header.Subscription == 2 ? header.Samples : 0;
                slow.AddRange(header.Subscription == 1 ? Read(frame, header) : []);
            }
        }

        // By the times of the samples, not of this test. A sample that was due while none came is made up for.
        var hertz = 1000 * (slow.Count - 1) / (slow[^1].Milliseconds - slow[0].Milliseconds);
        Assert.True(hertz <= 12.5, $"10 Hz were asked for, {hertz:0.0} Hz came.");
        Assert.All(slow, sample => Assert.Equal(6, sample.Values.Length));
        Assert.True(fast > 3 * slow.Count, $"{fast} samples without a limit, {slow.Count} with one.");
    }

    [Fact]
    public async Task A_subscription_ends_when_it_is_asked_to_and_others_go_on()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("live3", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("live3");
        var (client, _) = await TelemetryClient.ConnectAsync(_node);
        using var connection = client;

        await client.SendAsync(new TelemetryRequest("subscribe", 1, "live3"));
        await SamplesAsync(client, 1, 5);
        await client.SendAsync(new TelemetryRequest("unsubscribe", 1));
        await client.SendAsync(new TelemetryRequest("subscribe", 2, "LIVE3"));
        while ((await client.NoticeAsync()).Id != 2)
        {
            // What the first subscription still had to say.
        }

        Assert.Equal(50, (await SamplesAsync(client, 2, 50)).Count);
    }

    [Theory]
    [InlineData("""{"op": "subscribe", "id": 3, "robot": "ghost"}""", 3, "ghost")]
    [InlineData("""{"op": "subscribe", "id": 4, "robot": "../etc"}""", 4, "A robot id is a letter")]
    [InlineData("""{"op": "subscribe", "id": 5}""", 5, "robot id is empty")]
    [InlineData("""{"op": "subscribe", "id": 6, "robot": "ghost", "signals": ["temperature"]}""", 6, "pos, vel, eff")]
    [InlineData("""{"op": "subscribe", "id": 6, "robot": "ghost", "signals": ["pos", "pos"]}""", 6, "each once")]
    [InlineData("""{"op": "subscribe", "id": 6, "robot": "ghost", "signals": [null]}""", 6, "pos, vel, eff")]
    [InlineData("""{"op": "subscribe", "id": 6, "robot": "ghost", "maxHz": 0}""", 6, "above 0")]
    [InlineData("""{"op": "subscribe", "id": 70000, "robot": "ghost"}""", 70000, "0..65535")]
    [InlineData("""{"op": "dance", "id": 8}""", 8, "neither \"subscribe\" nor \"unsubscribe\"")]
    [InlineData("""{"op": "subscribe", """, null, "no valid JSON")]
    [InlineData("hello?", null, "no valid JSON")]
    [InlineData("null", null, "neither")]
    public async Task A_request_that_cannot_be_gets_an_error_and_the_socket_stays(string text, int? id, string words)
    {
        var (client, _) = await TelemetryClient.ConnectAsync(_node);
        using var connection = client;

        await client.SendAsync(text);
        var first = await client.NoticeAsync();
        await client.SendAsync(text);
        var second = await client.NoticeAsync();

        Assert.Equal(("error", id), (first.Op, first.Id));
        Assert.Contains(words, first.Message, StringComparison.Ordinal);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("twinactors.v1", null, 101)]
    [InlineData("twinactors.v1", "own", 101)]
    [InlineData("twinactors.v1", "http://evil.example", 403)]
    [InlineData("twinactors.v1", "null", 403)]
    [InlineData(null, null, 400)]
    [InlineData("twinactors.v9", null, 400)]
    public async Task Only_who_speaks_the_protocol_from_the_nodes_own_page_or_no_page_is_let_in(
        string? subprotocol, string? origin, int status)
    {
        var from = origin == "own" ? _node.Address.GetLeftPart(UriPartial.Authority) : origin;

        Assert.Equal(status, await TelemetryClient.KnockAsync(_node, subprotocol, from));
    }

    [Fact]
    public async Task A_socket_is_not_opened_under_a_foreign_name()
    {
        Assert.Equal(421, await TelemetryClient.KnockAsync(
            _node, "twinactors.v1", "http://evil.example:8050", "evil.example:8050"));
    }

    [Fact]
    public async Task A_subscription_is_answered_before_any_sample_comes()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("live4", Model: "arm6"));
        var (client, _) = await TelemetryClient.ConnectAsync(_node);
        using var connection = client;

        await client.SendAsync(new TelemetryRequest("subscribe", 4, "live4"));
        var subscribed = await client.NoticeAsync();

        Assert.Equal(("subscribed", 4, 6), (subscribed.Op, subscribed.Id, subscribed.Joints!.Count));
    }

    [Fact]
    public async Task A_node_that_stops_says_so_to_its_clients()
    {
        await using var node = await NodeProcess.StartAsync("-D", "twin.ros2.enabled=false");
        await node.RegisterAsync(new RegisterRobotRequest("live5", Model: "arm6", Link: "simulated"));
        var (client, _) = await TelemetryClient.ConnectAsync(node);
        using var connection = client;
        await client.SendAsync(new TelemetryRequest("subscribe", 5, "live5"));
        await SamplesAsync(client, 5, 5);

        var closed = client.ClosedAsync();
        var exitCode = await node.StopAsync();

        Assert.Equal(0, exitCode);
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, await closed);
    }

    [Fact]
    public async Task A_plain_request_is_told_to_speak_WebSocket()
    {
        using var answer = await _node.Http.GetAsync(
            new Uri("/ws/v1/telemetry", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
        Assert.Equal("websocket", Assert.Single(answer.Headers.Upgrade).Name);
        Assert.Contains("Upgrade", answer.Headers.Connection);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    /// <summary>Collects samples of one subscription; a frame that is missing fails the test.</summary>
    private static async Task<List<Sample>> SamplesAsync(TelemetryClient client, int subscription, int count)
    {
        var samples = new List<Sample>();
        uint? next = null;
        while (samples.Count < count)
        {
            if (await client.NextAsync() is not (null, var frame))
            {
                continue;
            }

            Assert.True(TelemetryFrame.TryReadHeader(frame, out var header));
            Assert.Equal(subscription, header.Subscription);
            Assert.Equal(next ?? header.Sequence, header.Sequence);
            next = header.Sequence + 1;
            samples.AddRange(Read(frame, header));
        }

        return samples[..count];
    }

    private static IEnumerable<Sample> Read(byte[] frame, TelemetryFrameHeader header)
    {
        for (var i = 0; i < header.Samples; i++)
        {
            var values = TelemetryFrame.Sample(frame, i, header.Columns, out var milliseconds).ToArray();
            yield return new Sample(milliseconds, values);
        }
    }

    // Times count from the hello on a clock that this test shares.
    private static void AssertLies(TelemetryNotice hello, List<Sample> samples)
    {
        var epoch = DateTimeOffset.Parse(hello.Epoch!, CultureInfo.InvariantCulture);
        var newest = epoch.AddMilliseconds(samples[^1].Milliseconds);
        Assert.InRange(TimeProvider.System.GetUtcNow() - newest, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    private sealed record Sample(double Milliseconds, float[] Values);
}
