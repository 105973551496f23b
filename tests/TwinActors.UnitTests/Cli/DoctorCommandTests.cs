using System.Text.Json;
using TwinActors.Cli.Commands.Doctor;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

public sealed class DoctorCommandTests
{
    private const string Node = """
        {"name": "n1", "version": "1.0.0", "startedAt": "2026-11-03T09:00:00Z", "now": "2026-11-03T10:00:00Z",
         "robots": 2, "ros2": "domain 0", "processId": 1, "cpuSeconds": 1, "workingSetBytes": 1, "gen0Collections": 0}
        """;

    private const string Arm = """
        <robot name="arm">
          <link name="a"/><link name="b"/><link name="c"/><link name="d"/>
          <joint name="elbow" type="revolute">
            <parent link="a"/><child link="b"/><limit lower="-1" upper="1" effort="1" velocity="1"/>
          </joint>
          <joint name="shoulder" type="continuous"><parent link="b"/><child link="c"/></joint>
          <joint name="finger" type="continuous"><parent link="c"/><child link="d"/><mimic joint="elbow"/></joint>
        </robot>
        """;

    [Fact]
    public async Task A_node_that_does_not_answer_fails_and_this_machine_is_looked_at_all_the_same()
    {
        var run = await CommandLine.RunAsync("doctor", "--url", NodeProcess.FreeUrl());

        Assert.Equal(7, run.ExitCode);
        Assert.Contains("Connection refused", run.Output, StringComparison.Ordinal);
        Assert.Contains("libddsc", run.Output, StringComparison.Ordinal);
        Assert.Contains("network lo", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_fails_fails_the_doctor_with_the_nodes_own_words()
    {
        const string Health = """
            {"status": "unavailable", "checks": [{"name": "journal", "status": "unavailable", "detail": "disk full"},
             {"name": "ros2", "status": "degraded", "detail": "apt install libddsc0debian"}]}
            """;
        await using var node = new StubNode()
            .Answer("GET /api/v1/node", Node)
            .Answer("GET /health/ready", Health, 503)
            .Answer("GET /api/v1/robots", "[]");

        var run = await CommandLine.RunAsync("doctor", "--json", "--url", node.Url);

        Assert.Equal(7, run.ExitCode);
        var report = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("fail", report.GetProperty("verdict").GetString());
        var findings = report.GetProperty("findings").EnumerateArray().ToList();
        var journal = findings.Find(finding => finding.GetProperty("check").GetString() == "journal");
        Assert.Equal("fail", journal.GetProperty("verdict").GetString());
        Assert.Equal("disk full", journal.GetProperty("found").GetString());
        var ros2 = findings.Find(finding => finding.GetProperty("check").GetString() == "ros2");
        Assert.Equal("warn", ros2.GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_robot_is_looked_at_closely()
    {
        await using var node = new StubNode()
            .Answer("GET /api/v1/node", Node)
            .Answer("GET /health/ready", """{"status": "ok", "checks": []}""")
            .Answer("GET /api/v1/robots/arm1", Documents.Robot)
            .Answer("GET /api/v1/robots/arm1/urdf", Arm, type: "application/xml");

        var run = await CommandLine.RunAsync("doctor", "arm1", "--url", node.Url);

        Assert.Equal(7, run.ExitCode);
        Assert.Contains("in the URDF only: shoulder; in the joint", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_robot_is_not_found()
    {
        await using var node = new StubNode()
            .Answer("GET /api/v1/node", Node)
            .Answer("GET /health/ready", """{"status": "ok", "checks": []}""");

        var run = await CommandLine.RunAsync("doctor", "ghost", "--url", node.Url);

        Assert.Equal(3, run.ExitCode);
    }

    [Fact]
    public void Names_of_the_urdf_and_of_the_joint_states_are_compared_both_ways()
    {
        var robot = Robot() with { Joints = Joints(Joint("elbow"), Joint("wrist")) };

        var finding = Find(robot, "joint names");

        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.Equal("in the URDF only: shoulder; in the joint states only: wrist", finding.Text);
        Assert.NotNull(finding.Fix);
    }

    [Fact]
    public void A_joint_that_mimics_another_need_not_be_published()
    {
        var robot = Robot() with { Joints = Joints(Joint("elbow"), Joint("shoulder")) };

        Assert.Equal(Verdict.Pass, Find(robot, "joint names").Verdict);
    }

    [Fact]
    public void Without_a_model_names_and_limits_are_unknown_and_nothing_fails()
    {
        var findings = RobotChecks.Look(Robot() with { Streams = [] }, model: null).ToList();

        Assert.Equal(2, findings.Count(finding => finding.Verdict == Verdict.Unknown));
        Assert.DoesNotContain(findings, finding => finding.Verdict == Verdict.Fail);
    }

    [Fact]
    public void A_twin_that_does_not_answer_is_not_taken_for_a_robot_without_data()
    {
        var finding = RobotChecks.Link(Robot().Robot with { Id = "Arm1", Link = "unknown" }, reason: null);

        Assert.Equal((Verdict.Fail, "the twin does not answer"), (finding.Verdict, finding.Text));
        Assert.Contains("-s /user/robots/arm1", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_efforts_are_said_with_the_joints()
    {
        var some = Robot() with { Joints = Joints(Joint("elbow"), Joint("wrist") with { Effort = null }) };
        var all = Robot() with { Joints = Joints(Joint("elbow") with { Effort = null }) };

        Assert.Equal("absent for wrist", Find(some, "joint effort").Text);
        Assert.Equal("absent for all 1 joints", Find(all, "joint effort").Text);
        Assert.Equal(Verdict.Pass, Find(some, "joint velocity").Verdict);
    }

    [Fact]
    public void A_position_outside_the_limits_fails()
    {
        var robot = Robot() with { Joints = Joints(Joint("elbow") with { Implausible = true, Position = 57.3 }) };

        var finding = Find(robot, "joint limits");

        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.Equal("outside: elbow at 57.300000", finding.Text);
        Assert.Contains("degrees", finding.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Unknown")]
    [InlineData(-3.0, "Pass")]
    [InlineData(38.0, "Warn")]
    [InlineData(-5_000.0, "Fail")]
    [InlineData(-3e11, "Warn")]
    public void The_clock_is_judged_by_its_offset(double? offsetMs, string expected) =>
        Assert.Equal(expected, Find(Robot() with { ClockOffsetMs = offsetMs }, "clock").Verdict.ToString());

    [Theory]
    [InlineData(40, "Pass")]
    [InlineData(-150, "Warn")]
    public void The_clock_is_told_with_its_drift_and_how_far_that_is_known(double driftPpm, string expected)
    {
        var finding = Find(Robot() with { Clock = new ClockDocument(3, 0.5, driftPpm, 2, 60) }, "clock");

        Assert.Equal(expected, finding.Verdict.ToString());
        Assert.Contains(
            FormattableString.Invariant($"3 ms ± 0.5 ms ahead of the node's, drifts {driftPpm:0.0} ± 2.0 ppm"),
            finding.Text,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99.8, "Pass")]
    [InlineData(80.0, "Warn")]
    [InlineData(49.8, "Fail")]
    [InlineData(199.0, "Warn")]
    public void A_rate_is_judged_by_the_expected_one(double rateHz, string expected)
    {
        var finding = Assert.Single(StreamChecks.Look(Stream() with { RateHz = rateHz }));

        Assert.Equal(expected, finding.Verdict.ToString());
        Assert.Contains("100.0 Hz", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mismatched_policy_is_named()
    {
        var finding = Assert.Single(StreamChecks.Look(Stream() with { Received = 0, Problem = "durability" }));

        Assert.Equal(Verdict.Fail, finding.Verdict);
        Assert.Contains("durability", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rejected_samples_are_said_with_every_reason_and_the_fix_of_the_commonest()
    {
        var stream = Stream() with
        {
            Rejected = 12,
            Reasons = new Dictionary<string, long> { ["malformed"] = 2, ["unnamed"] = 10 },
        };

        var finding = StreamChecks.Look(stream).Last();

        Assert.Equal(Verdict.Warn, finding.Verdict);
        Assert.Equal("12 of 1000 samples rejected (unnamed 10, malformed 2)", finding.Text);
        Assert.Contains("--joint-order", finding.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_rejects_everything_fails() => Assert.Equal(
        Verdict.Fail,
        StreamChecks.Look(Stream() with
        {
            Rejected = 1000,
            Reasons = new Dictionary<string, long> { ["malformed"] = 1000 },
        }).Last().Verdict);

    [Fact]
    public void Silence_of_joint_states_fails_and_that_of_a_camera_does_not()
    {
        var joints = Stream() with { Received = 0, Publishers = 0 };
        var camera = joints with { Type = "sensor_msgs/msg/Image" };

        Assert.Equal(Verdict.Fail, Assert.Single(StreamChecks.Look(joints)).Verdict);
        Assert.Equal(Verdict.Unknown, Assert.Single(StreamChecks.Look(camera)).Verdict);
    }

    [Fact]
    public void A_topic_that_no_stream_takes_is_said_with_the_option_that_takes_it()
    {
        var finding = Assert.Single(StreamChecks.Look(Stream() with { State = "unmapped", Topic = "/arm1/fix" }));

        Assert.Equal(Verdict.Warn, finding.Verdict);
        Assert.Contains("--stream NAME=/arm1/fix:", finding.Fix, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "Pass")]
    [InlineData("42", "Pass")]
    [InlineData("150", "Warn")]
    [InlineData("300", "Fail")]
    [InlineData("zero", "Fail")]
    public void The_ros_domain_of_the_shell_is_judged(string? text, string expected) =>
        Assert.Equal(expected, MachineChecks.Domain(text).Verdict.ToString());

    private static Finding Find(RobotDocument robot, string check) =>
        RobotChecks.Look(robot, Model()).Single(finding => finding.Check == check);

    private static RobotModel Model() =>
        UrdfReader.Read(Arm, "arm.urdf").Model ?? throw new InvalidOperationException("The test's URDF is broken.");

    private static RobotDocument Robot() =>
        JsonSerializer.Deserialize(Documents.Robot, ContractsJson.Default.RobotDocument)! with
        {
            Joints = Joints(Joint("elbow")),
        };

    private static JointsDocument Joints(params JointDocument[] joints) =>
        new("2026-11-03T10:00:00Z", "2026-11-03T10:00:00Z", 1, "measured", joints);

    private static JointDocument Joint(string name) =>
        new(name, 0.5, 0, 0, "2026-11-03T10:00:00Z", "measured", Implausible: false);

    private static StreamDocument Stream() => new(
        "/arm1/joint_states", "sensor_msgs/msg/JointState", Received: 1000, Rejected: 0, Lost: 0, RateHz: 100,
        ExpectedHz: 100, JitterMs: 0.1, AgeMs: 5, "measured", new Dictionary<string, long>(), Publishers: 1, Thinned: 0,
        Problem: null);
}
