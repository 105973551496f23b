using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>What is left of a node's word after its process was killed.</summary>
[Collection(NodeRoom.Name)]
public sealed class CrashTests
{
    private const int Crashes = 3;
    private static readonly string[] Robots = ["arm1", "base1"];

    [Fact]
    public async Task A_node_killed_in_mid_traffic_has_everything_that_it_had_told()
    {
        // Only the crash may lose a robot, not a machine that stands still.
        await using var node = await NodeProcess.StartAsync(
            "-D", "twin.robot.stale-after=60 s", "-D", "twin.robot.lost-after=10 min");
        await using var arm = node.Twin("sim", "run", "--model", "arm6", "--id", "arm1", "--rate", "200");
        await using var cart = node.Twin("sim", "run", "--model", "base", "--id", "base1", "--rate", "200");
        await node.RegisterAsync(new RegisterRobotRequest("arm1", Model: "arm6"));
        await node.RegisterAsync(new RegisterRobotRequest("base1", Model: "base"));
        foreach (var robot in Robots)
        {
            await node.ConnectedAsync(robot);
            await ToldConnectedAsync(node, robot);
        }

        for (var crash = 0; crash < Crashes; crash++)
        {
            var told = await CrashAsync(node, $"crash{crash}");

            await node.ResumeAsync();

            await AssertKeptAsync(node, told);
            foreach (var robot in Robots)
            {
                await node.ConnectedAsync(robot);
                await AssertReconnectedAsync(node, robot, told.Events[robot]);
            }
        }
    }

    [Fact]
    public async Task A_node_that_is_asked_to_stop_does_so_and_knows_its_robots_when_it_is_back()
    {
        await using var node = await NodeProcess.StartAsync("-D", "twin.ros2.enabled=false");
        await node.RegisterAsync(new RegisterRobotRequest("arm1", Model: "arm6", Link: "simulated", Tags: ["cell-1"]));
        await node.ConnectedAsync("arm1");

        var exitCode = await node.StopAsync();
        await node.ResumeAsync();

        Assert.Equal(0, exitCode);
        var document = await node.ConnectedAsync("arm1");
        Assert.Equal("simulated", document.LinkKind);
        Assert.Equal(["cell-1"], document.Robot.Tags);
        Assert.Equal(6, document.Joints.Joints.Count);
    }

    [Fact]
    [Trait("Rule", "K-16")]
    public async Task A_node_that_is_asked_to_stop_under_load_keeps_every_robot_that_it_acknowledged()
    {
        await using var node = await NodeProcess.StartAsync("-D", "twin.ros2.enabled=false");
        var acknowledged = new ConcurrentBag<string>();
        var writers = Enumerable.Range(0, 8).Select(i => RegisterAsync(node, $"w{i}", acknowledged)).ToArray();
        await Eventually.TrueAsync(
            () => acknowledged.Count >= 1000, "1,000 robots are registered", TimeSpan.FromMinutes(5));

        var exitCode = await node.StopAsync();
        await Task.WhenAll(writers);
        await node.ResumeAsync();

        Assert.Equal(0, exitCode);
        // Twins come back at a constant rate; the list shows those that have.
        await Eventually.AnswersAsync(
            async () => acknowledged.Except(
                (await node.GetAsync<IReadOnlyList<RobotSummary>>("robots")).Select(robot => robot.Id)),
            missing => !missing.Any(),
            "every acknowledged robot is there");
    }

    // Until the node takes no more.
    private static async Task RegisterAsync(NodeProcess node, string prefix, ConcurrentBag<string> acknowledged)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var answer = await node.PostAsync(new RegisterRobotRequest($"{prefix}n{i}"));
                if (answer.Status != HttpStatusCode.Created)
                {
                    return;
                }

                acknowledged.Add($"{prefix}n{i}");
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            // The end came in the middle of this request.
        }
    }

    /// <summary>Kills the node while robots come and go over HTTP and samples over DDS.</summary>
    private static async Task<Told> CrashAsync(NodeProcess node, string prefix)
    {
        var told = new Told();
        var writers = Enumerable.Range(0, 4).Select(writer => WriteAsync(node, $"{prefix}w{writer}", told)).ToArray();
        await Eventually.TrueAsync(
            () => told.Answers.Count >= 40, "robots come and go", TimeSpan.FromMinutes(5));
        foreach (var robot in Robots.Concat(told.Answers.Keys))
        {
            told.Events[robot] = await node.EventsAsync(robot);
        }

        await node.KillAsync();
        await Task.WhenAll(writers);
        return told;
    }

    // Until the node is gone: registers robots and removes every other one.
    private static async Task WriteAsync(NodeProcess node, string prefix, Told told)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var robot = $"{prefix}n{i}";
                await node.RegisterAsync(new RegisterRobotRequest(robot));
                told.Answers[robot] = HttpStatusCode.Created;
                if (i % 2 == 1)
                {
                    // Asked and not answered: either outcome keeps the word.
                    told.Answers.Remove(robot, out _);
                    var removed = await node.SendAsync(HttpMethod.Delete, $"robots/{robot}");
                    Assert.Equal(HttpStatusCode.NoContent, removed.Status);
                    told.Answers[robot] = HttpStatusCode.NoContent;
                }
            }
        }
        catch (Exception gone) when (gone is HttpRequestException or TaskCanceledException)
        {
            // The crash came in the middle of this request.
        }
    }

    private static async Task AssertKeptAsync(NodeProcess node, Told told)
    {
        foreach (var (robot, answer) in told.Answers)
        {
            var now = await node.SendAsync(HttpMethod.Get, $"robots/{robot}");
            Assert.Equal(answer == HttpStatusCode.Created ? HttpStatusCode.OK : HttpStatusCode.Gone, now.Status);
        }

        foreach (var (robot, before) in told.Events)
        {
            var after = await node.EventsAsync(robot, pageSize: 7);
            Assert.Equal(before.Select(Text), after.Take(before.Count).Select(Text));
            Assert.Equal(Enumerable.Range(1, after.Count).Select(i => (long)i), after.Select(e => e.Sequence));
            Assert.Equal(after.Select(e => e.Epoch).Order(), after.Select(e => e.Epoch));
        }
    }

    private static async Task AssertReconnectedAsync(
        NodeProcess node, string robot, IReadOnlyList<EventDocument> before)
    {
        var events = await ToldConnectedAsync(node, robot);
        var since = events.Skip(before.Count).SkipWhile(e => e.Epoch == before[^1].Epoch).ToList();
        var told = string.Join('\n', events.Select(e => $"{e.Sequence} {e.Name} of epoch {e.Epoch} at {e.At}"));
        Assert.True(since is [{ Name: "link.lost" }, ..], $"{robot} was not lost by the restart:\n{told}");
        Assert.Equal("The node was restarted.", since[0].Data!["reason"]!.GetValue<string>());
        Assert.All(since, e => Assert.True(e.Epoch > before[^1].Epoch, $"The epoch does not grow:\n{told}"));
    }

    // What is measured is seen at once, the event comes with the next look at the link.
    private static Task<IReadOnlyList<EventDocument>> ToldConnectedAsync(NodeProcess node, string robot) =>
        Eventually.AnswersAsync(
            () => node.EventsAsync(robot),
            events => events.Select(e => e.Name).LastOrDefault(
                name => name.StartsWith("link.", StringComparison.Ordinal)) == "link.connected",
            $"{robot} is told to be connected");

    private static string Text(EventDocument @event) =>
        JsonSerializer.Serialize(@event, ContractsJson.Default.EventDocument);

    /// <summary>What the node had answered when it was killed.</summary>
    private sealed class Told
    {
        /// <summary>The last answer about each robot that came or went.</summary>
        public ConcurrentDictionary<string, HttpStatusCode> Answers { get; } = [];

        /// <summary>Events read, by robot.</summary>
        public Dictionary<string, IReadOnlyList<EventDocument>> Events { get; } = [];
    }
}
