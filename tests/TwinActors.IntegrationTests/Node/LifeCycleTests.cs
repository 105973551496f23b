using System.Net;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>How robots come into the fleet and leave it, over HTTP.</summary>
[Collection(NodeRoom.Name)]
public sealed class LifeCycleTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task A_node_whose_address_is_taken_says_so_in_one_line_and_ends()
    {
        using var folder = new TemporaryFolder();
        await using var second = ChildProcess.Start(
            BuiltTree.Host, _node.Environment,
            "--urls", _node.Address.GetLeftPart(UriPartial.Authority), "--data", folder.File("data"));

        await second.EndAsync();

        Assert.Contains("already in use. Is another node running? --urls", second.Words, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_robot_comes_is_known_and_goes_and_its_history_stays()
    {
        var unknown = await _node.SendAsync(HttpMethod.Get, "robots/life1");
        var unwritten = await _node.SendAsync(HttpMethod.Get, "robots/life1/events");
        var created = await _node.PostAsync(new RegisterRobotRequest("life1", Model: "arm6", Tags: ["b", "a"]));
        var again = await _node.PostAsync(new RegisterRobotRequest("LIFE1"));
        var found = await _node.GetAsync<RobotDocument>("robots/life1");
        var removed = await _node.SendAsync(HttpMethod.Delete, "robots/life1");
        var gone = await _node.SendAsync(HttpMethod.Get, "robots/life1");
        var goneAgain = await _node.SendAsync(HttpMethod.Delete, "robots/life1");
        var taken = await _node.PostAsync(new RegisterRobotRequest("life1"));
        var events = await _node.EventsAsync("life1");

        AssertProblem(HttpStatusCode.NotFound, "life1", unknown);
        AssertProblem(HttpStatusCode.NotFound, "life1", unwritten);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal("/api/v1/robots/life1", created.Location?.ToString());
        Assert.Equal("life1", created.Json["id"]!.GetValue<string>());
        AssertProblem(HttpStatusCode.Conflict, "life1", again);
        Assert.Equal(["a", "b"], found.Robot.Tags);
        Assert.Equal("none", found.Robot.Link);
        Assert.Equal("missing", found.Joints.Quality);
        Assert.All(found.Joints.Joints, joint => Assert.Null(joint.Position));
        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        AssertProblem(HttpStatusCode.Gone, "life1", gone);
        AssertProblem(HttpStatusCode.Gone, "life1", goneAgain);
        AssertProblem(HttpStatusCode.Conflict, "life1", taken);
        Assert.Equal(["robot.registered", "robot.removed"], events.Select(e => e.Name));
        Assert.Equal([1, 2], events.Select(e => e.Sequence));
        Assert.DoesNotContain(
            await _node.GetAsync<IReadOnlyList<RobotSummary>>("robots"), robot => robot.Id == "life1");
    }

    [Theory]
    [InlineData("joints")]
    [InlineData("sensors")]
    [InlineData("streams")]
    [InlineData("urdf")]
    [InlineData("state")]
    public async Task A_part_of_a_robot_that_is_not_there_is_not_found(string part)
    {
        AssertProblem(HttpStatusCode.NotFound, "ghost", await _node.SendAsync(HttpMethod.Get, $"robots/ghost/{part}"));
    }

    [Fact]
    public async Task Two_robots_do_not_share_a_ROS_name()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("twin-a"));

        var collision = await _node.PostAsync(new RegisterRobotRequest("twin_a"));
        var unknown = await _node.SendAsync(HttpMethod.Get, "robots/twin_a");

        AssertProblem(HttpStatusCode.Conflict, "twin_a", collision);
        AssertProblem(HttpStatusCode.NotFound, "twin_a", unknown);
    }

    [Fact]
    public async Task A_command_that_is_sent_again_is_answered_again_and_done_once()
    {
        var (register, remove) = (Guid.NewGuid(), Guid.NewGuid());
        var robot = new RegisterRobotRequest("once1", Model: "base");

        var first = await _node.PostAsync(robot, register);
        var second = await _node.PostAsync(robot, register);
        var otherKey = await _node.PostAsync(robot, Guid.NewGuid());
        var removed = await _node.SendAsync(HttpMethod.Delete, "robots/once1", command: remove);
        var removedAgain = await _node.SendAsync(HttpMethod.Delete, "robots/once1", command: remove);
        var events = await _node.EventsAsync("once1");

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first, second);
        Assert.Equal(HttpStatusCode.Conflict, otherKey.Status);
        Assert.Equal(HttpStatusCode.NoContent, removed.Status);
        Assert.Equal(removed, removedAgain);
        Assert.Equal([register, remove], events.Select(e => e.Command));
    }

    [Fact]
    public async Task Robots_that_are_registered_at_the_same_time_under_one_id_are_one()
    {
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => _node.PostAsync(new RegisterRobotRequest("race1"))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(7, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Single(await _node.EventsAsync("race1"));
    }

    [Fact]
    public async Task Pages_of_events_follow_each_other_without_gap_or_repetition()
    {
        await _node.RegisterAsync(new RegisterRobotRequest("pages1", Model: "arm6", Link: "simulated"));
        await Eventually.AnswersAsync(
            () => _node.EventsAsync("pages1"), events => events.Count >= 3, "pages1 has a history");
        await _node.SendAsync(HttpMethod.Delete, "robots/pages1");

        var whole = await _node.EventsAsync("pages1");
        var single = await _node.EventsAsync("pages1", pageSize: 1);
        var late = await _node.GetAsync<EventPage>(
            $"robots/pages1/events?after={Uri.EscapeDataString(whole[0].Position)}");

        Assert.True(whole.Count >= 4);
        Assert.Equal(whole.Select(e => e.Position), single.Select(e => e.Position));
        Assert.Equal(whole.Skip(1).Select(e => e.Position), late.Events.Select(e => e.Position));
        Assert.Null(late.Next);
    }

    private static void AssertProblem(HttpStatusCode status, string word, NodeAnswer answer)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Equal((int)status, answer.Json["status"]!.GetValue<int>());
        Assert.Contains(word, answer.Json["detail"]!.GetValue<string>(), StringComparison.OrdinalIgnoreCase);
    }
}
