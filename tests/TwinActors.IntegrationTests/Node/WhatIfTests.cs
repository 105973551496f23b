using System.Net;
using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Recordings;
using TwinActors.Contracts.Robots;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Robotics.State;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>What-if branches of a node that runs, from a live robot and from a recorded one.</summary>
[Collection(NodeRoom.Name)]
public sealed class WhatIfTests(SharedNode shared) : IDisposable
{
    private readonly NodeProcess _node = shared.Node;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_heavier_load_is_asked_of_a_live_robot_and_worked_out_saved_and_deleted()
    {
        await _node.RegisterAsync(new("branched1", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("branched1");

        var branch = await AskAsync(
            "branched1", """{"name": "heavier", "seconds": 2, "change": {"payload": {"link": "tool0", "mass": 3}}}""");
        var trajectory = await _node.GetAsync<BranchTrajectoryDocument>(
            $"robots/branched1/what-if/{branch.Id}/trajectory");
        var listed = Assert.Single(
            await _node.GetAsync<IReadOnlyList<BranchDocument>>("robots/branched1/what-if"));
        var deleted = await _node.SendAsync(HttpMethod.Delete, $"robots/branched1/what-if/{branch.Id}");
        var gone = await _node.SendAsync(HttpMethod.Get, $"robots/branched1/what-if/{branch.Id}");

        Assert.Equal(("done", "heavier", 6), (branch.State, branch.Name, branch.Joints!.Count));
        Assert.Contains(branch.Joints, joint => joint.Position.Largest != 0 && joint.Effort.BeyondAt is not null);
        Assert.Equal((6, 200), (trajectory.Joints.Count, trajectory.Seconds.Count));
        Assert.Equal(branch.Id, listed.Id);
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NotFound), (deleted.Status, gone.Status));
    }

    [Fact]
    public async Task A_recorded_robot_is_followed_from_the_instant_that_is_named()
    {
        await _node.RegisterAsync(new("branched2", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("branched2");
        await _node.SendAsync(HttpMethod.Post, "robots/branched2/recordings/start");
        await Eventually.AnswersAsync(
            () => _node.GetAsync<RecordingsDocument>("robots/branched2/recordings"),
            recordings => recordings.Messages > 200, "two seconds are recorded");
        await _node.SendAsync(HttpMethod.Post, "robots/branched2/recordings/stop");
        var file = Assert.Single((await _node.GetAsync<RecordingsDocument>("robots/branched2/recordings")).Files);
        var path = _folder.File("download.mcap");
        await File.WriteAllBytesAsync(path, await _node.Http.GetByteArrayAsync(
            new Uri($"/api/v1/robots/branched2/recordings/{file.Name}", UriKind.Relative),
            TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        using var bag = BagReader.Open(path);
        var state = RecordedJointState.Read(bag).ElementAt(50);
        var at = new Stamp(state.LogTimeNs);

        var branch = await AskAsync(
            "branched2",
            $$$"""
            {"at": "{{{at}}}", "seconds": 1, "change": {"joints": [{"joint": "shoulder_lift", "friction": 20}]}}
            """);
        var unknown = await _node.SendAsync(
            HttpMethod.Post, "robots/branched2/what-if", """{"at": "2020-01-01T00:00:00Z"}""");
        var noTime = await _node.SendAsync(HttpMethod.Post, "robots/branched2/what-if", """{"at": "yesterday"}""");

        Assert.Equal(("done", at.ToString()), (branch.State, branch.ForkedAt));
        Assert.Equal(
            state.Columns.Joints.Zip(state.Signal("position").ToArray()).Order(),
            branch.Start.Select(joint => (joint.Name, joint.Position)).Order());
        Assert.Equal(
            (HttpStatusCode.NotFound, HttpStatusCode.UnprocessableEntity), (unknown.Status, noTime.Status));
    }

    [Fact]
    public async Task What_cannot_be_worked_out_is_refused_with_the_reason()
    {
        await _node.RegisterAsync(new("branched3"));
        await _node.RegisterAsync(new("branched4", Model: "arm6"));

        var noModel = await _node.SendAsync(HttpMethod.Post, "robots/branched3/what-if", "{}");
        var noState = await _node.SendAsync(HttpMethod.Post, "robots/branched4/what-if", "{}");
        var nobody = await _node.SendAsync(HttpMethod.Post, "robots/branched5/what-if", "{}");
        var badName = await _node.SendAsync(HttpMethod.Get, "robots/branched4/what-if/..%2F..%2Fjournal.db");

        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, HttpStatusCode.Conflict, HttpStatusCode.NotFound,
                HttpStatusCode.NotFound),
            (noModel.Status, noState.Status, nobody.Status, badName.Status));
        Assert.Contains("has no model", noModel.Text, StringComparison.Ordinal);
        Assert.Contains("has told no position of", noState.Text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<BranchDocument> AskAsync(string robot, string body)
    {
        var asked = await _node.SendAsync(HttpMethod.Post, $"robots/{robot}/what-if", body);
        Assert.True(asked.Status == HttpStatusCode.Accepted, asked.Text);
        var branch = JsonSerializer.Deserialize(asked.Text, ContractsJson.Default.BranchDocument)!;
        return await Eventually.AnswersAsync(
            () => _node.GetAsync<BranchDocument>($"robots/{robot}/what-if/{branch.Id}"),
            answer => answer.State != "waiting", "the branch is worked out");
    }
}
