using System.Net;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Calibration of a node that runs.</summary>
[Collection(NodeRoom.Name)]
public sealed class CalibrationTests(SharedNode shared)
{
    private const string Approval = """
        {"joints": [{"joint": "elbow", "friction": 2.5, "damping": 0.5, "rotorInertia": 0.1}],
         "payload": {"link": "tool0", "mass": 0.8}, "effortDelayMs": 2}
        """;

    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task An_approval_is_an_event_and_holds_for_what_is_asked_later()
    {
        await _node.RegisterAsync(new("calibrated1", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("calibrated1");
        var before = await _node.GetAsync<CalibrationDocument>("robots/calibrated1/calibration");

        var approved = await _node.SendAsync(HttpMethod.Post, "robots/calibrated1/calibration", Approval);

        var after = await _node.GetAsync<CalibrationDocument>("robots/calibrated1/calibration");
        await _node.SendAsync(HttpMethod.Post, "robots/calibrated1/what-if", """{"seconds": 0.1}""");
        var branch = Assert.Single(
            await _node.GetAsync<IReadOnlyList<BranchDocument>>("robots/calibrated1/what-if"));
        Assert.Equal((HttpStatusCode.OK, null), (approved.Status, before.ApprovedAt));
        Assert.Equal(
            (new CalibratedJointParameters("elbow", 2.5, 0.5, 0.1), 0.8, 2),
            (after.Parameters!.Joints![0], after.Parameters.Payload!.Mass, after.Parameters.EffortDelayMs));
        Assert.Equal(0.8, branch.Calibration!.Payload!.Mass);
        Assert.Contains(await _node.EventsAsync("calibrated1"), e => e.Name == "calibration.approved");
    }

    [Theory]
    [InlineData("calibration/proposal", "{}", HttpStatusCode.NotFound, "at least are needed")]
    [InlineData("calibration/proposal", """{"payloadLink": "nose"}""", HttpStatusCode.UnprocessableEntity, "nose")]
    [InlineData("calibration/proposal", """{"from": "now"}""", HttpStatusCode.UnprocessableEntity, "RFC 3339")]
    [InlineData("calibration/proposal", """{"seconds": 601}""", HttpStatusCode.UnprocessableEntity, "at most 600")]
    [InlineData("calibration", """{"joints": [{"joint": "nose"}]}""", HttpStatusCode.UnprocessableEntity, "no joint")]
    [InlineData("calibration", """{"joints": [{"joint": "elbow"}]}""", HttpStatusCode.UnprocessableEntity, "0 or more")]
    [InlineData("calibration", """{"payload": {"link": "nose"}}""", HttpStatusCode.UnprocessableEntity, "no link")]
    public async Task What_cannot_be_identified_or_approved_is_refused_with_the_reason(
        string route, string body, HttpStatusCode status, string words)
    {
        await _node.SendAsync(HttpMethod.Post, "robots", """{"id": "calibrated2", "model": "arm6"}""");

        var answer = await _node.SendAsync(HttpMethod.Post, $"robots/calibrated2/{route}", body);

        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }
}
