using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>The description that a node gives of its API.</summary>
[Collection(NodeRoom.Name)]
public sealed class OpenApiTests(SharedNode shared)
{
    // Other programs are generated from these names: a change here is a change for them.
    private static readonly string[] Routes =
    [
        "DELETE /api/v1/robots/{id} RemoveRobot: 204 404 410 422",
        "DELETE /api/v1/robots/{id}/what-if/{branch} DeleteBranch: 204 404 422",
        "GET /api/v1/actors GetActors: 200 404 422",
        "GET /api/v1/actors/mailboxes GetMailboxes: 200 404",
        "GET /api/v1/actors/stuck GetStuckActors: 200 422",
        "GET /api/v1/actors/tap TapActor: 200 404 422",
        "GET /api/v1/deadletters GetDeadLetters: 200",
        "GET /api/v1/journal/lag GetJournalLag: 200",
        "GET /api/v1/log GetLog: 200 422",
        "GET /api/v1/log/stream FollowLog: 200 422",
        "GET /api/v1/node GetNode: 200",
        "GET /api/v1/robots ListRobots: 200",
        "GET /api/v1/robots/discovered DiscoverRobots: 200",
        "GET /api/v1/robots/discovered/{id}/urdf GetDiscoveredUrdf: 200 404 504",
        "GET /api/v1/robots/{id} GetRobot: 200 404 410 422",
        "GET /api/v1/robots/{id}/calibration GetCalibration: 200 404 410 422",
        "GET /api/v1/robots/{id}/events GetEvents: 200 404 422",
        "GET /api/v1/robots/{id}/joints GetJoints: 200 404 410 422",
        "GET /api/v1/robots/{id}/link/replay GetReplay: 200 404 409 410 422",
        "GET /api/v1/robots/{id}/recordings GetRecordings: 200 404 410 422",
        "GET /api/v1/robots/{id}/recordings/lookup FindRecordedMessage: 200 404 422",
        "GET /api/v1/robots/{id}/recordings/message GetRecordedMessage: 200 404 422",
        "GET /api/v1/robots/{id}/recordings/{file} DownloadRecording: 200 404 422",
        "GET /api/v1/robots/{id}/replay ReplayRobot: 200 404 409 422",
        "GET /api/v1/robots/{id}/sensors GetSensors: 200 404 410 422",
        "GET /api/v1/robots/{id}/signals GetSignals: 200 404 410 422",
        "GET /api/v1/robots/{id}/snapshots GetSnapshots: 200 404 422",
        "GET /api/v1/robots/{id}/state GetRobotState: 200 404 410 422 501",
        "GET /api/v1/robots/{id}/streams GetStreams: 200 404 410 422",
        "GET /api/v1/robots/{id}/sync GetSync: 200 404 410 422",
        "GET /api/v1/robots/{id}/urdf GetUrdf: 200 404 410 422",
        "GET /api/v1/robots/{id}/verification VerifyRobot: 200 404 422",
        "GET /api/v1/robots/{id}/what-if ListBranches: 200 422",
        "GET /api/v1/robots/{id}/what-if/{branch} GetBranch: 200 404 422",
        "GET /api/v1/robots/{id}/what-if/{branch}/trajectory GetBranchTrajectory: 200 404 422",
        "GET /health/live HealthLive: 200",
        "GET /health/ready HealthReady: 200 503",
        "POST /api/v1/robots RegisterRobot: 201 400 409 413 415 422",
        "POST /api/v1/robots/{id}/calibration ApproveCalibration: 200 400 404 410 415 422",
        "POST /api/v1/robots/{id}/calibration/proposal ProposeCalibration: 200 400 404 410 415 422",
        "POST /api/v1/robots/{id}/link/replay ControlReplay: 200 400 404 409 410 415 422",
        "POST /api/v1/robots/{id}/mode SetMode: 200 400 404 409 410 415 422",
        "POST /api/v1/robots/{id}/recordings/start StartRecording: 200 404 410 422",
        "POST /api/v1/robots/{id}/recordings/stop StopRecording: 200 404 410 422",
        "POST /api/v1/robots/{id}/what-if AskWhatIf: 202 400 404 409 410 415 422",
    ];

    private readonly NodeProcess _node = shared.Node;

    [Fact]
    public async Task Every_route_is_described_with_its_name_and_answers()
    {
        using var document = await ReadAsync();

        var described = from path in document.RootElement.GetProperty("paths").EnumerateObject()
                        from operation in path.Value.EnumerateObject()
                        let name = operation.Value.GetProperty("operationId").GetString()
                        let answers = operation.Value.GetProperty("responses").EnumerateObject().Select(a => a.Name)
                        select $"{operation.Name.ToUpperInvariant()} {path.Name} {name}: {string.Join(' ', answers)}";
        Assert.Equal(Routes, described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_answer_with_a_body_has_a_shape_that_the_document_holds()
    {
        using var document = await ReadAsync();
        var schemas = document.RootElement.GetProperty("components").GetProperty("schemas");

        Assert.StartsWith("3.", document.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var shapes = Shapes(document.RootElement.GetProperty("paths")).ToList();
        Assert.True(shapes.Count > 30);
        Assert.All(References(document.RootElement), reference => Assert.True(
            reference.StartsWith("#/components/schemas/", StringComparison.Ordinal)
                && schemas.TryGetProperty(reference["#/components/schemas/".Length..], out _),
            $"{reference} leads nowhere."));
        Assert.All(shapes, shape => Assert.True(
            shape.TryGetProperty("$ref", out _) || shape.TryGetProperty("type", out _), shape.ToString()));
    }

    [Fact]
    public async Task A_robot_document_has_exactly_the_members_that_are_described()
    {
        await _node.RegisterAsync(new("openapi1", Model: "arm6", Link: "simulated"));
        await _node.ConnectedAsync("openapi1");
        using var document = await ReadAsync();

        var answer = (await _node.SendAsync(HttpMethod.Get, "robots/openapi1")).Json;

        AssertMembers(document, "RobotDocument", answer);
        AssertMembers(document, "RobotSummary", answer["robot"]!);
        AssertMembers(document, "JointDocument", answer["joints"]!["joints"]![0]!);
        AssertMembers(document, "StreamDocument", answer["streams"]![0]!);
    }

    private async Task<JsonDocument> ReadAsync() => JsonDocument.Parse(await _node.Http.GetByteArrayAsync(
        new Uri("/openapi/v1.json", UriKind.Relative), TestContext.Current.CancellationToken));

    private static void AssertMembers(JsonDocument document, string schema, JsonNode answer)
    {
        var described = document.RootElement.GetProperty("components").GetProperty("schemas").GetProperty(schema)
            .GetProperty("properties").EnumerateObject().Select(member => member.Name);
        Assert.Equal(described.Order(), answer.AsObject().Select(member => member.Key).Order());
    }

    private static IEnumerable<JsonElement> Shapes(JsonElement paths) =>
        from path in paths.EnumerateObject()
        from operation in path.Value.EnumerateObject()
        from answer in operation.Value.GetProperty("responses").EnumerateObject()
        where answer.Value.TryGetProperty("content", out _)
        from content in answer.Value.GetProperty("content").EnumerateObject()
        select content.Value.GetProperty("schema");

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member =>
            member is { Name: "$ref", Value.ValueKind: JsonValueKind.String }
                ? [member.Value.GetString()!]
                : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
