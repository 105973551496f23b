using System.Net;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Virtual robots of a node that runs.</summary>
[Collection(NodeRoom.Name)]
public sealed class SyncTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task The_virtual_robot_of_a_robot_that_sends_has_its_joints_and_a_pace()
    {
        await _node.RegisterAsync(new("synced1", Model: "arm6", Link: "simulated", SyncHz: 50));

        var sync = await Eventually.AnswersAsync(
            () => _node.GetAsync<SyncDocument>("robots/synced1/sync"),
            answer => answer is { Status: not null, PositionError: not null, Pace.AchievedHz: not null },
            "the synchronizer has compared a sample");

        Assert.Equal("shadow", sync.Mode);
        Assert.Equal(50, sync.Pace!.AskedHz);
        Assert.Equal(6, sync.Joints.Count);
        Assert.All(sync.Joints, joint => Assert.NotNull(joint.Position));
    }

    [Fact]
    public async Task A_mode_is_set_as_an_event_and_command_waits_for_the_gate()
    {
        await _node.RegisterAsync(new("synced2"));

        var advise = await _node.SendAsync(HttpMethod.Post, "robots/synced2/mode", """{"mode": "advise"}""");
        var command = await _node.SendAsync(HttpMethod.Post, "robots/synced2/mode", """{"mode": "command"}""");
        var other = await _node.SendAsync(HttpMethod.Post, "robots/synced2/mode", """{"mode": "fly"}""");

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.UnprocessableEntity),
            (advise.Status, command.Status, other.Status));
        Assert.Contains("waits for the gate", command.Text, StringComparison.Ordinal);
        var sync = await _node.GetAsync<SyncDocument>("robots/synced2/sync");
        Assert.Equal(("advise", null, "no_data"), (sync.Mode, sync.Status, sync.Reason));
        var events = await _node.GetAsync<EventPage>("robots/synced2/events");
        Assert.Contains(events.Events, e => e.Name == "mode.changed");
    }
}
