using System.Net;
using System.Text;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Requests that are wrong: each gets a problem with the place and the way out, and changes nothing.</summary>
[Collection(NodeRoom.Name)]
public sealed class BadRequestTests(SharedNode shared)
{
    private readonly NodeProcess _node = shared.Node;

    public static TheoryData<string> BadIds => new(
        "", " ", "../etc/passwd", "arm 1", "1arm", "arm1~replay-3", "arm/1", "ärm", "arm1\n", "_arm",
        new string('a', 64));

    [Theory]
    [MemberData(nameof(BadIds))]
    public async Task An_id_that_is_none_is_refused_with_the_rule(string id)
    {
        var posted = await _node.PostAsync(new RegisterRobotRequest(id));

        AssertProblem(HttpStatusCode.UnprocessableEntity, "A robot id is a letter followed by", posted);
        if (id.Trim().Length > 0)
        {
            var asked = await _node.SendAsync(HttpMethod.Get, $"robots/{Uri.EscapeDataString(id)}");
            AssertProblem(HttpStatusCode.UnprocessableEntity, "A robot id is a letter followed by", asked);
        }
    }

    [Fact]
    public async Task A_model_with_an_error_is_refused_with_line_and_column()
    {
        const string Urdf = """
            <robot name="r">
              <link name="a"/>
              <joint name="j" type="revolute"><parent link="a"/><child link="b"/></joint>
            </robot>
            """;

        var answer = await _node.PostAsync(new RegisterRobotRequest("urdf1", Urdf: Urdf));

        AssertProblem(HttpStatusCode.UnprocessableEntity, "urdf:3:", answer);
        Assert.All(
            answer.Json["problems"]!.AsArray(),
            problem => Assert.Matches(@"^urdf:\d+:\d+: error: ", problem!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.NotFound, (await _node.SendAsync(HttpMethod.Get, "robots/urdf1")).Status);
    }

    [Theory]
    [InlineData("""{"id": "bad1", "urdf": "<robot name='r'><link name='a'></robot>"}""", "urdf:1:")]
    [InlineData("""{"id": "bad1", "model": "arm9"}""", "arm6")]
    [InlineData("""{"id": "bad1", "model": "arm6", "urdf": "<robot/>"}""", "not both")]
    [InlineData("""{"id": "bad1", "link": "carrier-pigeon"}""", "ros2, simulated, replay, foxglove, rosbridge")]
    [InlineData("""{"id": "bad1", "link": "simulated"}""", "needs a robot model")]
    [InlineData("""{"id": "bad1", "link": "foxglove"}""", "one like ws://127.0.0.1:8765")]
    [InlineData("""{"id": "bad1", "link": "foxglove", "url": "http://127.0.0.1:1"}""", "one like ws://127.0.0.1:8765")]
    [InlineData("""{"id": "bad1", "link": "rosbridge", "url": "ws://10.0.0.7:9090"}""", "bridge.loopback-only")]
    [InlineData("""{"id": "bad1", "url": "ws://127.0.0.1:9090"}""", "links of kind foxglove and rosbridge have one")]
    [InlineData("""{"id": "bad1", "jointOrder": ["a", "b", "a"]}""", "a 2 times")]
    [InlineData("""{"id": "bad1", "jointOrder": ["a", null]}""", "names of 1 to 255 characters")]
    [InlineData("""{"id": "bad1", "jointOrder": [""]}""", "names of 1 to 255 characters")]
    [InlineData("""{"id": "bad1", "tags": [""]}""", "1 to 64 characters")]
    [InlineData("""{"id": "bad1", "tags": [null]}""", "1 to 64 characters")]
    [InlineData("""{"id": "bad1", "streams": [null]}""", "1 to 63 letters")]
    [InlineData("""{"id": "bad1", "streams": [{"name": "joints", "topic": "joint states"}]}""", "absolute ROS topic")]
    [InlineData("""{"id": "bad1", "streams": [{"name": "sonar"}]}""", "needs a topic and a type")]
    [InlineData("""{"id": "bad1", "streams": [{"name": "joints", "expectedHz": -1}]}""", "above 0")]
    [InlineData("""{"id": "bad1", "streams": [{"name": "joints", "topic": "/bad1/odom"}]}""", "streams[0].topic:")]
    public async Task A_registration_that_cannot_be_is_refused_with_the_way_out(string body, string words)
    {
        var answer = await _node.SendAsync(HttpMethod.Post, "robots", body);

        AssertProblem(HttpStatusCode.UnprocessableEntity, words, answer);
        Assert.Equal(HttpStatusCode.NotFound, (await _node.SendAsync(HttpMethod.Get, "robots/bad1")).Status);
    }

    [Fact]
    public async Task An_id_that_is_a_route_already_is_refused()
    {
        var answer = await _node.PostAsync(new RegisterRobotRequest("Discovered"));

        AssertProblem(HttpStatusCode.UnprocessableEntity, "name of a route", answer);
    }

    [Theory]
    [InlineData("""{"id": "bad2", "coulour": "red"}""", "coulour")]
    [InlineData("""{"id": "bad2", "streams": [{"name": "imu", "hz": 5}]}""", "hz")]
    [InlineData("""{"id": 7}""", "$.id")]
    [InlineData("""{"id": "bad2", "tags": "a"}""", "$.tags")]
    [InlineData("""{"id": "bad2",""", "LineNumber")]
    [InlineData("not JSON at all", "invalid JSON literal")]
    [InlineData("[]", "could not be converted")]
    public async Task A_body_that_cannot_be_read_is_refused_with_the_place(string body, string words)
    {
        AssertProblem(HttpStatusCode.BadRequest, words, await _node.SendAsync(HttpMethod.Post, "robots", body));
        Assert.Equal(HttpStatusCode.NotFound, (await _node.SendAsync(HttpMethod.Get, "robots/bad2")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    public async Task A_body_that_says_nothing_is_refused(string body)
    {
        var answer = await _node.SendAsync(HttpMethod.Post, "robots", body);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.MediaType));
    }

    [Fact]
    public async Task A_body_of_another_type_is_refused()
    {
        using var content = new StringContent("id: bad3", Encoding.UTF8, "application/yaml");

        using var answer = await _node.Http.PostAsync(
            new Uri("/api/v1/robots", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("application/json", await answer.Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_large_is_refused_with_both_numbers(bool saysItsLength)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/robots");
        request.Content = new StringContent(
            $$"""{"id": "bad4", "urdf": "{{new string(' ', 1024 * 1024)}}"}""", Encoding.UTF8, "application/json");
        request.Headers.TransferEncodingChunked = !saysItsLength;

        using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("the most is 1048576 bytes (api.maximum-body)", text, StringComparison.Ordinal);
        Assert.Contains(saysItsLength ? "1048602 bytes" : "too long", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:8050", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("evil.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("evil.example:8050", HttpStatusCode.MisdirectedRequest)]
    public async Task A_node_answers_to_its_own_names_only(string host, HttpStatusCode status)
    {
        foreach (var path in (string[])["/", "/api/v1/robots", "/health/live", "/openapi/v1.json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Host = host;

            using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(status, answer.StatusCode);
            var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
            Assert.Equal(status != HttpStatusCode.OK, isProblem);
        }
    }

    [Theory]
    [InlineData("GET", "robotz", HttpStatusCode.NotFound)]
    [InlineData("POST", "robotz", HttpStatusCode.NotFound)]
    [InlineData("GET", "robots/a/b/c", HttpStatusCode.NotFound)]
    [InlineData("PUT", "robots", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "robots/arm1/joints", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "", HttpStatusCode.NotFound)]
    [InlineData("POST", "robots/arm1/stop", HttpStatusCode.NotImplemented)]
    [InlineData("GET", "robots/arm1/maintenance/7/report", HttpStatusCode.NotImplemented)]
    [InlineData("DELETE", "replays/7", HttpStatusCode.NotImplemented)]
    [InlineData("GET", "alerts/stream", HttpStatusCode.NotImplemented)]
    [InlineData("GET", "../../metrics", HttpStatusCode.NotImplemented)]
    [InlineData("GET", "../../foxglove", HttpStatusCode.UpgradeRequired)]
    [InlineData("GET", "../../health/deep", HttpStatusCode.NotFound)]
    [InlineData("POST", "../../health/live", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "../../openapi/yaml", HttpStatusCode.NotFound)]
    [InlineData("GET", "../../ws/v2/telemetry", HttpStatusCode.NotFound)]
    [InlineData("GET", "robots/arm1/state?at=2026-01-01T00:00:00Z", HttpStatusCode.NotImplemented)]
    [InlineData("GET", "actors?path=/user/nobody", HttpStatusCode.NotFound)]
    [InlineData("GET", "actors?depth=-1", HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "actors?depth=deep", HttpStatusCode.BadRequest)]
    [InlineData("GET", "robots/arm1/events?after=yesterday", HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "robots/arm1/events?limit=0", HttpStatusCode.UnprocessableEntity)]
    [InlineData("GET", "robots/arm1/events?limit=100000", HttpStatusCode.UnprocessableEntity)]
    public async Task Every_route_answers_with_a_problem_when_it_has_one(
        string method, string path, HttpStatusCode status)
    {
        var answer = await _node.SendAsync(HttpMethod.Parse(method), path);

        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.NotEmpty(answer.Json["detail"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_take_is_refused_with_those_that_it_takes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/robots");

        using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["GET", "POST"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("/api/v1/robots", HttpStatusCode.OK)]
    [InlineData("/api/v1/robots/nobody", HttpStatusCode.NotFound)]
    [InlineData("/health/live", HttpStatusCode.OK)]
    [InlineData("/openapi/v1.json", HttpStatusCode.OK)]
    public async Task What_can_be_got_can_be_asked_for_without_its_body(string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);

        using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("text/plain")]
    public async Task A_client_that_wants_no_JSON_gets_the_problem_all_the_same(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/robots");
        request.Headers.Add("Accept", accept);
        request.Content = new StringContent("{", Encoding.UTF8, "application/json");

        using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("cannot be read", await answer.Content.ReadAsStringAsync(
            TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idempotency_key_that_is_none_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/robots/arm1");
        request.Headers.Add("Idempotency-Key", "yesterday");

        using var answer = await _node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task An_idempotency_key_of_another_command_of_the_robot_is_refused()
    {
        var key = Guid.CreateVersion7();
        var robot = new RegisterRobotRequest("keyed") { Tags = ["cell-1"] };
        Assert.Equal(HttpStatusCode.Created, (await _node.PostAsync(robot, key)).Status);
        Assert.Equal(HttpStatusCode.Created, (await _node.PostAsync(robot, key)).Status);

        var other = await _node.PostAsync(robot with { Tags = ["cell-2"] }, key);
        var removal = await _node.SendAsync(HttpMethod.Delete, "robots/keyed", command: key);

        AssertProblem(HttpStatusCode.UnprocessableEntity, "belongs to another command", other);
        AssertProblem(HttpStatusCode.UnprocessableEntity, "belongs to another command", removal);
        Assert.Equal(HttpStatusCode.Created, (await _node.PostAsync(robot, key)).Status);
    }

    private static void AssertProblem(HttpStatusCode status, string words, NodeAnswer answer)
    {
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Contains(words, answer.Json["detail"]!.GetValue<string>(), StringComparison.Ordinal);
    }
}
