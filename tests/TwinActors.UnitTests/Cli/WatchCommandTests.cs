using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using TwinActors.Cli;
using TwinActors.Cli.Commands.Watch;
using TwinActors.Cli.Node;
using TwinActors.Contracts.Telemetry;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

public sealed class WatchCommandTests
{
    private static readonly string[] Joints = ["elbow", "wrist", "0"];

    [Fact]
    public async Task Every_sample_is_one_line_of_json()
    {
        await using var node = Node(
            Frame(0, (1000.5, [1, 2, 3, 4, 5, float.NaN])),
            Frame(1, (1010.5, [9, 8, 7, 6, 5, 4])));

        var run = await CommandLine.RunAsync(
            "watch", "arm1", "--jsonl", "--count", "2", "--fields", "pos,vel", "--joint", "wrist", "--joint", "0",
            "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            [
                """{"robot":"arm1","at":"2026-11-03T10:00:01.000500Z","joints":"""
                + """{"wrist":{"position":2,"velocity":5},"0":{"position":3,"velocity":null}}}""",
                """{"robot":"arm1","at":"2026-11-03T10:00:01.010500Z","joints":"""
                + """{"wrist":{"position":8,"velocity":5},"0":{"position":7,"velocity":4}}}""",
            ],
            run.Output.TrimEnd().Split('\n'));
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Lost_frames_are_said()
    {
        await using var node = Node(Frame(7, (0, [1, 2, 3, 4, 5, 6])), Frame(11, (10, [1, 2, 3, 4, 5, 6])));

        var run = await CommandLine.RunAsync("watch", "arm1", "-n", "2", "-f", "pos,vel", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("3 frames lost", run.Error, StringComparison.Ordinal);
        Assert.StartsWith("at\telbow.pos\telbow.vel\twrist.pos", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_joint_that_does_not_exist_is_not_found_and_the_joints_are_named()
    {
        await using var node = Node(Frame(0, (0, [1, 2, 3, 4, 5, 6])));

        var run = await CommandLine.RunAsync("watch", "arm1", "-j", "knee", "-f", "pos,vel", "--url", node.Url);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("elbow, wrist, 0", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_goes_away_ends_the_watch()
    {
        await using var node = Node(Frame(0, (0, [1, 2, 3, 4, 5, 6])));

        var run = await CommandLine.RunAsync("watch", "arm1", "-f", "pos,vel", "--url", node.Url);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("ended", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interruption_beside_a_message_that_arrives_is_no_lost_node()
    {
        await using var node = new StubNode().Live(
            socket => socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken));
        await using var socket = await TelemetrySocket.ConnectAsync(
            new Uri(node.Url),
            TimeSpan.FromSeconds(1),
            new ManualTimeProvider(),
            TestContext.Current.CancellationToken);
        using var interruption = new CancellationTokenSource();
        await interruption.CancelAsync();

        // The first wait breaks the connection, the second one finds it broken.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.ReceiveAsync(interruption.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket.ReceiveAsync(interruption.Token));
    }

    [Fact]
    public void Joints_that_appear_later_move_the_columns()
    {
        var watched = new WatchedRobot(["wrist"], Signals("pos"));
        watched.Take(new TelemetryNotice { Op = "hello", Epoch = "2026-11-03T10:00:00Z" });
        watched.Take(Subscribed(["wrist"], "pos"));
        var before = watched.Take(Frame(0, (0, [5])));
        watched.Take(Subscribed(["elbow", "wrist"], "pos"));
        var stale = watched.Take(Frame(1, (1, [5])));
        var after = watched.Take(Frame(2, (2, [4, 6])));

        Assert.Equal(5f, Assert.Single(before).Values[0]);
        Assert.Empty(stale);
        Assert.Equal(6f, Assert.Single(after).Values[0]);
    }

    [Fact]
    public void The_frame_count_may_wrap_around()
    {
        var watched = new WatchedRobot([], Signals("pos"));
        watched.Take(new TelemetryNotice { Op = "hello", Epoch = "2026-11-03T10:00:00Z" });
        watched.Take(Subscribed(["wrist"], "pos"));
        watched.Take(Frame(uint.MaxValue, (0, [5])));
        watched.Take(Frame(0, (0, [5])));

        Assert.Equal(0, watched.LostFrames);
        Assert.Equal(2, watched.Samples);
    }

    [Fact]
    public void A_refusal_of_the_node_ends_the_watch_with_its_words()
    {
        var watched = new WatchedRobot([], Signals("pos"));

        var failure = Assert.Throws<CliException>(
            () => watched.Take(new TelemetryNotice { Op = "error", Id = 1, Message = "Too many subscriptions." }));

        Assert.Equal("Too many subscriptions.", failure.Message);
    }

    private static IReadOnlyList<WatchedSignal> Signals(string text)
    {
        Assert.Null(WatchedSignals.TryParse(text, out var signals));
        return signals;
    }

    private static TelemetryNotice Subscribed(string[] joints, params string[] signals) =>
        new() { Op = "subscribed", Id = 1, Robot = "arm1", Joints = joints, Signals = signals };

    private static byte[] Frame(uint sequence, params ReadOnlySpan<(double Milliseconds, float[] Values)> samples)
    {
        var columns = samples[0].Values.Length;
        var frame = new byte[TelemetryFrame.Length(samples.Length, columns)];
        var header = new TelemetryFrameHeader(1, sequence, (ushort)samples.Length, (ushort)columns);
        TelemetryFrame.WriteHeader(frame, header);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i].Values.CopyTo(TelemetryFrame.Sample(frame.AsSpan(), i, columns, samples[i].Milliseconds));
        }

        return frame;
    }

    private static StubNode Node(params byte[][] frames) => new StubNode()
        .Answer("GET /api/v1/robots/arm1/joints", Documents.Joints)
        .Live(async socket =>
        {
            await SendAsync(socket, """{"op": "hello", "epoch": "2026-11-03T10:00:00Z", "node": "n1"}""");
            var buffer = new byte[4096];
            var request = await socket.ReceiveAsync(buffer, CancellationToken.None);
            using var subscribe = JsonDocument.Parse(buffer.AsMemory(0, request.Count));
            Assert.Equal("subscribe", subscribe.RootElement.GetProperty("op").GetString());
            Assert.Equal("arm1", subscribe.RootElement.GetProperty("robot").GetString());
            var signals = subscribe.RootElement.GetProperty("signals").GetRawText();
            var joints = JsonSerializer.Serialize(Joints);
            await SendAsync(socket, $$"""
                {"op": "subscribed", "id": 1, "robot": "arm1", "signals": {{signals}}, "joints": {{joints}}}
                """);
            foreach (var frame in frames)
            {
                await socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None);
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "stopping", CancellationToken.None);
        });

    private static Task SendAsync(WebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
}
