using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using TwinActors.Host.Configuration;
using TwinActors.Host.Configuration.Hocon;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed partial class NodeConfigurationTests : IDisposable
{
    private static readonly ConfigurationLayers Defaults = new() { Environment = _ => null, MachineName = "testhost" };

    private readonly ConfigurationFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void The_defaults_are_valid()
    {
        var options = Load(Defaults).Options;

        Assert.Equal("testhost", options.Node.Name);
        Assert.Equal([new Uri("http://127.0.0.1:8050")], options.Node.Urls);
        Assert.Equal(TimeSpan.FromSeconds(2), options.Journal.AppendDeadline);
        Assert.Equal(1 << 20, options.Journal.BatchBytes);
        Assert.Equal(256, options.Journal.Shards);
        Assert.Equal(0, options.Ros2.DomainId);
        Assert.True(options.Ros2.LoopbackOnly);
        Assert.Null(options.Ros2.Interface);
        Assert.Equal(LogLevel.Information, options.Logging.Level["default"]);
    }

    [Fact]
    public void The_default_streams_are_those_of_the_ROS_2_table()
    {
        var streams = Load(Defaults).Options.Robot.Streams;

        Assert.Equal(
            [
                ("joints", "/arm_1/joint_states", "sensor_msgs/msg/JointState"),
                ("imu", "/arm_1/imu/data", "sensor_msgs/msg/Imu"),
                ("laser", "/arm_1/laser/scan", "sensor_msgs/msg/LaserScan"),
                ("camera", "/arm_1/camera/image_raw", "sensor_msgs/msg/Image"),
                ("odometry", "/arm_1/odom", "nav_msgs/msg/Odometry"),
                ("diagnostics", "/arm_1/diagnostics", "diagnostic_msgs/msg/DiagnosticArray"),
                ("battery", "/arm_1/battery_state", "sensor_msgs/msg/BatteryState"),
            ],
            streams.Select(stream => (stream.Name, stream.TopicOf("arm_1"), stream.Type)));
    }

    [Fact]
    public void Every_key_of_the_reference_is_a_member_and_every_member_a_key()
    {
        var tree = Load(Defaults).Tree;
        var twin = Assert.IsType<HoconObject>(tree.Find("twin"));
        var keys = ConfigurationReport.Leaves(twin, []).Select(leaf => Key(leaf.Path)).Distinct().Order(
            StringComparer.Ordinal);

        Assert.Equal(Members(typeof(TwinOptions), "").Order(StringComparer.Ordinal), keys);

        // Streams and log levels have free names: one entry stands for all.
        static string Key(IReadOnlyList<string> path) => string.Join('.', path.Select((name, i)
            => i > 0 && path[i - 1] is "streams" or "level" ? "*" : name));
    }

    [Fact]
    public void Every_key_of_the_reference_is_explained()
    {
        var lines = NodeConfiguration.ReferenceText().Split('\n');
        var comments = string.Join('\n', lines.Where(line => line.TrimStart().StartsWith('#')));
        var unexplained = lines.Index()
            .Where(line => KeyLine().IsMatch(line.Item) && !line.Item.Contains("${?", StringComparison.Ordinal))
            .Where(line => !lines[line.Index - 1].TrimStart().StartsWith('#'))
            .Select(line => line.Item.Trim().Split(' ')[0])
            .Where(key => !comments.Contains($"#   {key} ", StringComparison.Ordinal)
                && !comments.Contains($"`{key}`", StringComparison.Ordinal));

        Assert.Empty(unexplained);
    }

    [Fact]
    public void Every_example_file_is_valid()
    {
        var files = Directory.GetFiles(RepositoryFolder("hocon"), "*.conf");
        Assert.Contains(files, file => file.EndsWith("edge.conf", StringComparison.Ordinal));

        foreach (var file in files)
        {
            Load(Defaults with { File = file });
        }

        Assert.Equal(File.ReadAllText(RepositoryFolder("hocon/reference.conf")), NodeConfiguration.ReferenceText());
    }

    [Fact]
    public void The_file_is_over_the_reference_the_environment_over_the_file_and_arguments_over_all()
    {
        var file = _files.Write("twin { api { page-size = 1, ask-deadline = 1 s }, telemetry.maximum-hz = 1 }");
        var configuration = Load(Defaults with
        {
            File = file,
            EnvironmentText = "twin.api.ask-deadline = 2 s\ntwin.telemetry.maximum-hz = 2",
            Overrides =
            [
                "twin.telemetry.maximum-hz=3",
                "twin.node.data-directory=http://x",
                "twin.node.name=edge-7",
                "twin.ros2.peers=[\"127.0.0.1\"]",
            ],
        });

        Assert.Equal(1, configuration.Options.Api.PageSize);
        Assert.Equal(TimeSpan.FromSeconds(2), configuration.Options.Api.AskDeadline);
        Assert.Equal(3, configuration.Options.Telemetry.MaximumHz);
        Assert.Equal("http://x", configuration.Options.Node.DataDirectory);
        Assert.Equal("edge-7", configuration.Options.Node.Name);
        Assert.Equal(["127.0.0.1"], configuration.Options.Ros2.Peers);
        Assert.Equal($"{file}:1", Origin("api", "page-size"));
        Assert.Equal("TWIN_CONFIG:1", Origin("api", "ask-deadline"));
        Assert.Equal("-D twin.telemetry.maximum-hz", Origin("telemetry", "maximum-hz"));
        Assert.StartsWith("reference.conf:", Origin("telemetry", "keep-alive"), StringComparison.Ordinal);

        string Origin(string section, string key) => configuration.Tree.Find("twin", section, key)!.Origin.ToString();
    }

    [Fact]
    public void ROS_DOMAIN_ID_is_honoured_and_the_file_wins()
    {
        var inDomain = Defaults with { Environment = name => name == "ROS_DOMAIN_ID" ? "42" : null };

        Assert.Equal(42, Load(inDomain).Options.Ros2.DomainId);
        Assert.Equal(7, Load(inDomain with { Overrides = ["twin.ros2.domain-id=7"] }).Options.Ros2.DomainId);
        Assert.Equal(
            "ros2.domain-id is 300; the highest supported is 232 (environment variable ROS_DOMAIN_ID).",
            Problem(Defaults with { Environment = name => name == "ROS_DOMAIN_ID" ? "300" : null }));
    }

    [Fact]
    public void A_stream_can_be_changed_removed_and_added()
    {
        var streams = Load(Defaults with
        {
            EnvironmentText = """
                twin.robot.streams {
                  camera = null
                  imu.maximum-hz = 400
                  gripper = ${twin.robot.streams.joints} { topic = "/<id>/gripper/joint_states", expected-hz = 20 }
                }
                """,
        }).Options.Robot.Streams;

        Assert.Equal(["joints", "imu", "laser", "odometry", "diagnostics", "battery", "gripper"], streams.Select(
            stream => stream.Name));
        Assert.Equal(400, streams[1].MaximumHz);
        Assert.Equal(20, streams[^1].ExpectedHz);
    }

    [Theory]
    [InlineData("ros2.domain-id = 240", "ros2.domain-id is 240; the highest supported is 232")]
    [InlineData("ros2.domain-id = -1", "ros2.domain-id is -1; the lowest supported is 0")]
    [InlineData("ros2.domain-id = 1.5", "ros2.domain-id is 1.5; a whole number is needed")]
    [InlineData("ros2.domain-id = many", "ros2.domain-id is \"many\"; a whole number is needed")]
    [InlineData("ros2.domain-id = null", "ros2.domain-id is null; a whole number is needed")]
    [InlineData("ros2.domain-id = [1]", "ros2.domain-id is an array; a whole number is needed")]
    [InlineData("ros2.domain = 1", "ros2.domain is no key of this version; did you mean domain-id?")]
    [InlineData("ros2.domainId = 1", "ros2.domainId is no key of this version; did you mean domain-id?")]
    [InlineData(
        "api.zzz = 1",
        "api.zzz is no key of this version; the keys here are ask-deadline, page-size, maximum-body, allowed-hosts.")]
    [InlineData("api.maximum-body = 1 GB", "api.maximum-body is 1 GB; the highest supported is 64 MiB")]
    [InlineData(
        "api.allowed-hosts = [\"a b\"]",
        "api.allowed-hosts has \"a b\"; a host name or an IP address without port is needed")]
    [InlineData(
        "api.allowed-hosts = [\"twins.example:8050\"]",
        "api.allowed-hosts has \"twins.example:8050\"; a host name or an IP address without port is needed")]
    [InlineData("jurnal.shards = 1", "jurnal is no key of this version; did you mean journal?")]
    [InlineData("journal = 5", "journal is a number; an object is needed")]
    [InlineData("journal.store = oracle", "journal.store is \"oracle\"; the choices are sqlite, postgres")]
    [InlineData(
        "journal.store = postgres",
        "journal.connection is null while store is postgres; a connection string is needed, like "
            + "\"Host=10.0.0.7;Database=twin;Username=twin\"")]
    [InlineData(
        "journal.connection = \"Host=db; password = x\"",
        "journal.connection holds a password, and configuration is shown to people; put it into a password file and "
            + "name that by Passfile=, or into the environment variable PGPASSWORD")]
    [InlineData("journal.append-deadline = 5 ms", "journal.append-deadline is 5 ms; the lowest supported is 10 ms")]
    [InlineData(
        "journal.append-deadline = 15",
        "journal.append-deadline is 15; a duration with its unit is needed, for example 10 ms, 2 s, 1 h")]
    [InlineData("journal.batch-bytes = 1 GB", "journal.batch-bytes is 1 GB; the highest supported is 16 MiB")]
    [InlineData(
        "journal.batch-bytes = 1000",
        "journal.batch-bytes is 1000; a size with its unit is needed, for example 64 KiB, 10 MB")]
    [InlineData("ros2.enabled = maybe", "ros2.enabled is \"maybe\"; true or false is needed")]
    [InlineData(
        "ros2.interface = eth0",
        "ros2.interface is eth0 while loopback-only is true; set loopback-only = false or leave it null")]
    [InlineData(
        "ros2.peers = [\"10.0.0.7\"]",
        "ros2.peers has 10.0.0.7 while loopback-only is true; set loopback-only = false to reach it")]
    [InlineData(
        "ros2 { loopback-only = false, peers = [\"a b\"] }",
        "ros2.peers has \"a b\"; a host name or an IP address is needed")]
    [InlineData(
        "ros2.peers = \"127.0.0.1\"",
        "ros2.peers is \"127.0.0.1\"; an array of texts is needed, for example [\"a\", \"b\"]")]
    [InlineData("node.urls = []", "node.urls is empty; at least one address is needed, like http://127.0.0.1:8050")]
    [InlineData(
        "node.urls = [\"https://127.0.0.1\"]",
        "node.urls has \"https://127.0.0.1\"; an http address without a path is needed, like http://127.0.0.1:8050")]
    [InlineData(
        "node.urls = [\"http://0.0.0.0:8050\"]",
        "node.urls has http://0.0.0.0:8050, which other machines can reach; only loopback is allowed, because this version "
            + "has no authentication. Put a proxy with authentication in front, or use an SSH tunnel")]
    [InlineData("node.name = \"a b\"", "node.name is \"a b\"; 1 to 63 letters, digits, '-', '_', '.' are allowed")]
    [InlineData("node.data-directory = \"\"", "node.data-directory is \"\"; a text is needed")]
    [InlineData("telemetry.maximum-hz = 2000", "telemetry.maximum-hz is 2000; the highest supported is 1000")]
    [InlineData("telemetry.maximum-hz = 0", "telemetry.maximum-hz is 0; it must be above 0")]
    [InlineData("robot.lost-after = 100 ms", "robot.lost-after is 100 ms; it must be above stale-after, 1 s")]
    [InlineData(
        "robot.reconnect-maximum = 20 ms",
        "robot.reconnect-maximum is 20 ms; it must be at least reconnect-minimum, 250 ms")]
    [InlineData("robot.streams.imu.slots = 100", "robot.streams.imu.slots is 100; a power of two is needed, like 128")]
    [InlineData(
        "robot.streams.imu.topic = imu",
        "robot.streams.imu.topic is \"imu\"; a ROS topic from the root is needed, like /<id>/imu/data")]
    [InlineData(
        "robot.streams.imu.type = Imu",
        "robot.streams.imu.type is \"Imu\"; package/msg/Name is needed, like sensor_msgs/msg/Imu")]
    [InlineData(
        "robot.streams.camera.expected-hz = 60",
        "robot.streams.camera.expected-hz is 60; it must not be above maximum-hz, 30")]
    [InlineData(
        "robot.streams.imu.topic = \"/<id>/odom\"",
        "robot.streams.odometry has the topic /<id>/odom, which imu has already; a topic feeds one stream")]
    [InlineData(
        "logging.level.default = loud",
        "logging.level.default is \"loud\"; the choices are trace, debug, information, warning, error, critical, none")]
    public void A_value_that_cannot_be_is_refused_with_its_place(string key, string sentence)
    {
        var problem = Problem(Defaults with { EnvironmentText = $"twin.{key}" });

        Assert.StartsWith(sentence, problem, StringComparison.Ordinal);
        Assert.Matches(@" \((TWIN_CONFIG|reference\.conf):[0-9]+\)\.?$", problem);
    }

    [Fact]
    public void A_section_without_the_root_key_is_a_mistake_with_a_hint()
        => Assert.Equal(
            "ros2 is no key of this version; did you mean twin.ros2? (TWIN_CONFIG:1)",
            Problem(Defaults with { EnvironmentText = "ros2.domain-id = 5" }));

    [Fact]
    public void All_problems_are_reported_at_once()
    {
        Assert.Null(NodeConfiguration.Load(
            Defaults with { EnvironmentText = "twin { api.page-size = 0, nod = 1, journal.shards = 5000 }" },
            out var problems));

        Assert.Equal(3, problems.Length);
    }

    [Fact]
    public void A_file_that_is_missing_or_broken_is_named()
    {
        var broken = _files.Write("twin {\n  ros2.enabled = }\n");

        Assert.StartsWith(
            "nowhere.conf cannot be read: ",
            Problem(Defaults with { File = "nowhere.conf" }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            $"{broken}:2:18: a value is expected", Problem(Defaults with { File = broken }), StringComparison.Ordinal);
        Assert.StartsWith(
            "TWIN_CONFIG is the name of a file",
            Problem(Defaults with { EnvironmentText = broken }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "-D twin.x has no value", Problem(Defaults with { Overrides = ["twin.x"] }), StringComparison.Ordinal);
        Assert.StartsWith(
            "-D twin.x: ", Problem(Defaults with { Overrides = ["twin.x=[1"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_includes_files_beside_it()
    {
        _files.Write("""{"twin": {"api": {"page-size": 10}, "node": {"name": "json"}}}""", "site.json");
        _files.Write("twin.node.name = conf", "site.conf");
        var main = _files.Write("include \"site\"\ninclude required(file(\"site.conf\"))\ninclude \"none\"");

        var options = Load(Defaults with { File = main }).Options;

        Assert.Equal(10, options.Api.PageSize);
        Assert.Equal("conf", options.Node.Name);
    }

    [Fact]
    public void A_list_of_robots_is_a_file_of_its_own()
    {
        var robots = _files.Write(
            "[\n  { id = arm1, link = simulated, tags = [cell-3] }\n  { id = arm2 } // spare\n]", "robots.conf");
        var broken = _files.Write("[ { id = ${nobody} } ]", "broken.conf");

        var list = HoconDocument.Read(robots, out var none);

        Assert.Empty(none);
        Assert.Equal("""[{"id":"arm1","link":"simulated","tags":["cell-3"]},{"id":"arm2"}]""", HoconJson.Render(list!));
        Assert.Null(HoconDocument.Read(broken, out var problems));
        Assert.StartsWith(
            $"{broken}:1:10: ${{nobody}} is defined nowhere",
            Assert.Single(problems).Sentence,
            StringComparison.Ordinal);
        Assert.Null(HoconDocument.Read("nowhere.conf", out problems));
        Assert.StartsWith("nowhere.conf cannot be read: ", Assert.Single(problems).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_name_may_be_asked_of_the_environment_of_the_process()
    {
        var layers = ConfigurationLayers.OfProcess() with
        {
            EnvironmentText = "twin.node.name = n${?\"\"}${?\"=\"}${?\"a\\u0000b\"}",
        };

        Assert.Equal("n", Load(layers).Options.Node.Name);
    }

    [GeneratedRegex(@"^\s*[a-z][a-z0-9-]* =")]
    private static partial Regex KeyLine();

    private static NodeConfiguration Load(ConfigurationLayers layers)
    {
        var configuration = NodeConfiguration.Load(layers, out var problems);
        Assert.Empty(problems);
        return configuration!;
    }

    private static string Problem(ConfigurationLayers layers)
    {
        Assert.Null(NodeConfiguration.Load(layers, out var problems));
        return Assert.Single(problems).Sentence;
    }

    private static string RepositoryFolder(string relative)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "TwinActors.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, relative);
    }

    private static IEnumerable<string> Members(Type section, string path)
        => section.GetProperties()
            .Where(member => member.IsDefined(typeof(System.Runtime.CompilerServices.RequiredMemberAttribute), false))
            .SelectMany(member => (path.Length == 0 ? "" : path + ".") + Kebab(member.Name) is var key
                && member.PropertyType.Name.EndsWith("Section", StringComparison.Ordinal)
                    ? Members(member.PropertyType, key)
                    : member.Name switch
                    {
                        "Streams" => Members(typeof(StreamSection), $"{key}.*").Except([$"{key}.*.name"]),
                        "Level" => [$"{key}.*"],
                        _ => [key],
                    });

    private static string Kebab(string name)
        => WordStart().Replace(name, match => $"-{match.Value}").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex WordStart();
}
