using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using TwinActors.Cli;
using TwinActors.Cli.Node;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

public sealed class RobotCommandTests
{
    [Fact]
    public async Task The_fleet_is_a_table_of_one_line_per_robot()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots", Documents.Fleet);

        var run = await CommandLine.RunAsync("robots", "list", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            """
            ID      MODEL  LINK       MODE        RATE   AGE  HEALTH  SYNC  ALERTS  TAGS
            arm1    arm6   connected  shadow  100.0 Hz  8 ms       -  -          -  cell-2, blue
            amr-07  -      none       shadow         -     -       -  -          -  -

            """,
            run.Output);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task With_json_the_document_goes_through_as_the_node_wrote_it()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots", Documents.Fleet);

        var run = await CommandLine.RunAsync("robots", "list", "--json", "--url", node.Url);

        Assert.Equal(Documents.Fleet + Environment.NewLine, run.Output);
    }

    [Fact]
    public async Task The_address_comes_from_the_environment_when_no_option_names_it()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots", "[]");

        var run = await CommandLine.RunAsync(name => name == "TWIN_URL" ? node.Url : null, "robots", "list");

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("No robot is registered", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_robot_is_shown_with_its_link_and_its_streams()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1", Documents.Robot);

        var run = await CommandLine.RunAsync("robots", "show", "arm1", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("clock offset  38 ms", run.Output, StringComparison.Ordinal);
        Assert.Contains("implausible   elbow", run.Output, StringComparison.Ordinal);
        Assert.Contains("reliability: the publisher offers best effort", run.Output, StringComparison.Ordinal);
        Assert.Contains("unnamed 2", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("robots show ghost")]
    [InlineData("robots remove ghost")]
    [InlineData("joints ghost")]
    [InlineData("watch ghost")]
    public async Task An_unknown_robot_has_an_exit_code_of_its_own(string line)
    {
        await using var node = new StubNode();

        var run = await CommandLine.RunAsync([.. line.Split(' '), "--url", node.Url]);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("There is no such robot.", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_node_that_is_not_there_has_an_exit_code_of_its_own_and_a_way_out()
    {
        var run = await CommandLine.RunAsync("robots", "list", "--url", NodeProcess.FreeUrl());

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("Connection refused", run.Error, StringComparison.Ordinal);
        Assert.Contains("TWIN_URL", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, 4)]
    [InlineData(403, 4)]
    [InlineData(404, 3)]
    [InlineData(409, 1)]
    [InlineData(410, 3)]
    [InlineData(503, 1)]
    [InlineData(504, 6)]
    public async Task Every_refusal_has_its_exit_code_and_its_words(int status, int exitCode)
    {
        const string Problem = """
            {"title": "No", "detail": "Because.", "errors": {"id": ["too long", "too odd"]}, "wayOut": "Try another."}
            """;
        await using var node = new StubNode().Answer("GET /api/v1/robots", Problem, status, "application/problem+json");

        var run = await CommandLine.RunAsync("robots", "list", "--url", node.Url);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal("Because.\n  id: too long\n  id: too odd\nTry another.\n", run.Error);
    }

    [Fact]
    public async Task A_reason_that_is_the_detail_is_said_once()
    {
        const string Problem = """{"title": "No", "detail": "Too long.", "problems": ["Too long.", "Too odd."]}""";
        await using var node = new StubNode().Answer("GET /api/v1/robots", Problem, 422, "application/problem+json");

        var run = await CommandLine.RunAsync("robots", "list", "--url", node.Url);

        Assert.Equal("Too long.\n  Too odd.\n", run.Error);
    }

    [Fact]
    public async Task A_gateway_without_a_node_behind_it_counts_as_unreachable()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots", "<html></html>", 503, "text/html");

        var run = await CommandLine.RunAsync("robots", "list", "--url", node.Url);

        Assert.Equal(5, run.ExitCode);
        Assert.Contains("503", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_no_node_is_told_apart()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots", "<html></html>", type: "text/html");

        var run = await CommandLine.RunAsync("robots", "list", "--url", node.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Is this a TwinActors node", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_robot_is_registered_as_the_options_say_and_its_streams_are_shown()
    {
        await using var node = new StubNode()
            .Answer("POST /api/v1/robots", "{}", 201)
            .Answer("GET /api/v1/robots/arm1", Documents.Robot);

        var run = await CommandLine.RunAsync(
            "robots", "add", "--model", "arm6", "--link", "simulated", "--tag", "blue", "--tag", "cell-2", "arm1",
            "--joint-order", "elbow, wrist", "--stream", "gps=/arm1/fix:sensor_msgs/msg/NavSatFix",
            "--stream", "imu=off", "--wait", "0", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("sensor_msgs/msg/JointState  99.9 Hz", run.Output, StringComparison.Ordinal);
        var sent = node.Requests.First(request => request.Line == "POST /api/v1/robots");
        var body = JsonDocument.Parse(sent.Body).RootElement;
        Assert.Equal("arm1", body.GetProperty("id").GetString());
        Assert.Equal("arm6", body.GetProperty("model").GetString());
        Assert.Equal("simulated", body.GetProperty("link").GetString());
        Assert.Equal("""["blue","cell-2"]""", body.GetProperty("tags").GetRawText());
        Assert.Equal("""["elbow","wrist"]""", body.GetProperty("jointOrder").GetRawText());
        var streams = body.GetProperty("streams");
        Assert.Equal("/arm1/fix", streams[0].GetProperty("topic").GetString());
        Assert.Equal("sensor_msgs/msg/NavSatFix", streams[0].GetProperty("type").GetString());
        Assert.Equal("imu", streams[1].GetProperty("name").GetString());
        Assert.False(streams[1].GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task A_broken_urdf_is_refused_with_its_place_before_anything_is_sent()
    {
        await using var node = new StubNode();
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.urdf");
        const string Broken = "<robot name='a'>\n  <link name='x'>\n</robot>";
        await File.WriteAllTextAsync(file, Broken, TestContext.Current.CancellationToken);
        try
        {
            var run = await CommandLine.RunAsync("robots", "add", "arm1", "--urdf", file, "--url", node.Url);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"{Path.GetFileName(file)}:3:3: error:", run.Error, StringComparison.Ordinal);
            Assert.Empty(node.Requests);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_node_whose_connections_nobody_takes_is_unreachable()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog: 0);
        // One connection waits, the next one is left without an answer.
        using var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await waiting.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var node = new NodeClient(
            new Uri($"http://{listener.LocalEndPoint}"), TimeSpan.FromSeconds(1), TimeProvider.System);

        var failure = await Assert.ThrowsAsync<CliException>(
            () => node.GetAsync("robots", TestContext.Current.CancellationToken));

        Assert.Equal(5, failure.ExitCode);
    }

    [Fact]
    public async Task A_timeout_of_the_environment_that_is_not_understood_is_a_usage_error()
    {
        var run = await CommandLine.RunAsync(name => name == "TWIN_TIMEOUT" ? "601" : null, "robots", "list");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("timeout is \"601\"", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_urdf_that_a_robot_gives_is_taken()
    {
        const string Urdf = "<robot name='a'><link name='x'/></robot>";
        await using var node = new StubNode()
            .Answer("GET /api/v1/robots/discovered/arm_1/urdf", Urdf)
            .Answer("POST /api/v1/robots", "{}", 201)
            .Answer("GET /api/v1/robots/arm-1", Documents.Robot);

        var run = await CommandLine.RunAsync(
            "robots", "add", "arm-1", "--urdf", "from-topic", "--wait", "0", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        using var sent = JsonDocument.Parse(
            node.Requests.First(request => request.Line == "POST /api/v1/robots").Body);
        Assert.Equal(Urdf, sent.RootElement.GetProperty("urdf").GetString());
    }

    [Fact]
    public async Task A_robot_that_gives_a_broken_urdf_is_not_registered()
    {
        await using var node = new StubNode()
            .Answer("GET /api/v1/robots/discovered/arm1/urdf", "<robot name='a'>");

        var run = await CommandLine.RunAsync("robots", "add", "arm1", "--urdf", "from-topic", "--url", node.Url);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("/arm1/robot_description:1:", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_urdf_file_that_does_not_exist_is_not_found()
    {
        var run = await CommandLine.RunAsync("robots", "add", "arm1", "--urdf", "/nowhere/arm.urdf");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("/nowhere/arm.urdf", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"id\": \"arm1\",\n \"modell\": \"arm6\"}]", ":2:", "modell")]
    [InlineData("[{\"id\": \"arm1\"}, {\"id\": \"ARM1\"}]", "robot 2", "robot 1")]
    [InlineData("[{\"id\": \"1arm\"}]", "robot 1", "'1' at character 1")]
    [InlineData("[]", "holds no robot", "")]
    public async Task A_broken_robots_file_is_refused_with_its_place(string text, string place, string what)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        try
        {
            var run = await CommandLine.RunAsync("robots", "add", "--file", file);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains(place, run.Error, StringComparison.Ordinal);
            Assert.Contains(what, run.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Joints_are_a_table_with_the_implausible_ones_named()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots/arm1/joints", Documents.Joints);

        var run = await CommandLine.RunAsync("joints", "arm1", "--url", node.Url);

        Assert.Equal(
            """
            #  JOINT  POSITION   VELOCITY  EFFORT  QUALITY   NOTE
            0  elbow  1.250000  -0.500000       -  measured  outside the model's limits
            1  wrist         -          -       -  missing

            """,
            run.Output);
        Assert.Contains("4 ms old", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_from_the_network_cannot_control_the_terminal()
    {
        await using var node = new StubNode().Answer(
            "GET /api/v1/robots/arm1/joints",
            Documents.Joints.Replace("elbow", "\\u001b[2Jelbow", StringComparison.Ordinal));

        var run = await CommandLine.RunAsync("joints", "arm1", "--url", node.Url);

        Assert.Contains("\\u001b[2Jelbow", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Actors_are_shown_down_to_the_depth_asked_for()
    {
        await using var node = new StubNode()
            .Answer("GET /api/v1/actors", Documents.Actors)
            .Answer("GET /api/v1/actors?path=%2Fuser", Documents.Actors);

        var all = await CommandLine.RunAsync("actor", "hierarchy", "--url", node.Url);
        var some = await CommandLine.RunAsync("actor", "hierarchy", "-d", "1", "-s", "/user", "--url", node.Url);

        Assert.Equal(
            """
            PATH          TYPE      STATE    WAITING  HANDLED  RESTARTS     IDLE  LAST FAILURE
            /             Root      running        0        0         0        -  -
            /user         Guardian  running        0        2         0  1.0 min  -
            /user/robots  Robots    running        3        9         1    12 ms  disk full

            """,
            all.Output);
        Assert.DoesNotContain("/user/robots", some.Output, StringComparison.Ordinal);
        Assert.Contains("1 actors deeper than 1 levels", some.Error, StringComparison.Ordinal);
    }
}
