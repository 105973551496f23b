using System.Collections.Immutable;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Sensors;
using TwinActors.Kernel;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Simulation;
using TwinActors.Twins;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Actors;

public sealed class RobotTwinActorTests
{
    private static readonly JointLayout TwoJoints = new(["shoulder", "elbow"]);

    [Fact]
    public async Task A_registered_robot_has_its_children_and_an_open_link()
    {
        await using var fleet = new SimulatedFleet();

        Assert.Null(fleet.Register("Arm-1").Rejection);
        fleet.Simulation.Run();

        Assert.True(fleet.Link.IsOpen);
        Assert.Equal("/Arm_1/joint_states", fleet.Link.Options.Streams[0].Options.Topic);
        Assert.NotNull(fleet.Simulation.System.Inspect("/user/robots/arm-1/joints"));
        Assert.NotNull(fleet.Simulation.System.Inspect("/user/robots/arm-1/sensors/temperature"));
        Assert.NotNull(fleet.Simulation.System.Inspect("/user/gateway/arm-1"));
    }

    [Fact]
    public async Task Joint_states_are_mapped_by_name_in_whatever_order_they_come()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();

        fleet.Link.SendJoints(TwoJoints, [1, 2], [0.1, 0.2], [10, 20]);
        fleet.Link.SendJoints(new JointLayout(["elbow", "shoulder", "wrist"]), [5, 4, 6]);
        fleet.Simulation.Run();

        var joints = fleet.Ask<JointsReading>("arm1", reply => new RobotTwinMessage.ReadJoints(reply)).Value!;
        Assert.Equal(Quality.Measured, joints.Quality);
        Assert.Equal(
            [("shoulder", 4.0), ("elbow", 5.0), ("wrist", 6.0)],
            joints.Joints.Select(j => (j.Name, j.Position!.Value)));
        Assert.All(joints.Joints, joint => Assert.Null(joint.Velocity));
    }

    [Fact]
    public async Task Joints_of_the_model_come_first_and_a_position_outside_its_limits_is_marked()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1", new RobotDescription { Link = "ros2", Urdf = SampleRobots.FindUrdf("arm6") });
        fleet.Simulation.Run();
        var model = SampleRobots.Load("arm6");
        var first = model.MovableJoints[0];

        fleet.Link.SendJoints(new JointLayout(["unknown", first.Name]), [0, first.Limits!.Upper!.Value + 1]);
        fleet.Simulation.Run();

        var joints = fleet.Ask<JointsReading>("arm1", reply => new RobotTwinMessage.ReadJoints(reply)).Value!;
        Assert.Equal([.. model.MovableJoints.Select(j => j.Name), "unknown"], joints.Joints.Select(j => j.Name));
        Assert.True(joints.Joints[0].Implausible);
        Assert.Equal(Quality.Missing, joints.Joints[1].Quality);
        Assert.Null(joints.Joints[1].Position);
    }

    [Fact]
    public async Task Each_joint_stays_fresh_for_as_long_as_its_own_stream_allows()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1", new RobotDescription
        {
            Link = "ros2",
            Streams = [new("gripper", "/arm1/gripper", "sensor_msgs/msg/JointState", 1, null, Enabled: true)],
        });
        fleet.Simulation.Run();
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Link.SendJoints(new JointLayout(["finger"]), [3], stream: "gripper");

        // The arm sends at 100 Hz, the gripper at 1 Hz: 250 ms and 3 s.
        fleet.Simulation.Advance(TimeSpan.FromSeconds(2));

        var joints = fleet.Ask<JointsReading>("arm1", reply => new RobotTwinMessage.ReadJoints(reply)).Value!;
        Assert.Equal(
            [("finger", Quality.Measured), ("shoulder", Quality.Stale), ("elbow", Quality.Stale)],
            joints.Joints.Select(joint => (joint.Name, joint.Quality)));
    }

    [Fact]
    public async Task A_twin_has_a_limited_number_of_joints_and_turns_states_away_that_name_more()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var most = new JointLayout([.. Enumerable.Range(0, RobotDescription.MostJoints - 1).Select(i => $"joint{i}")]);
        fleet.Link.SendJoints(most, [.. Enumerable.Range(0, most.Names.Length)]);

        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Link.SendJoints(new JointLayout(["joint0", "shoulder"]), [7, 8]);
        fleet.Link.SendJoints(new JointLayout(["joint0", "elbow"]), [9, 9]);
        fleet.Simulation.Run();

        var joints = fleet.Ask<JointsReading>("arm1", reply => new RobotTwinMessage.ReadJoints(reply)).Value!;
        var stream = fleet.Twin("arm1").Value!.Streams[0];
        Assert.Equal(RobotDescription.MostJoints, joints.Joints.Length);
        Assert.Equal(("joint0", 7), (joints.Joints[0].Name, joints.Joints[0].Position));
        Assert.Equal(("shoulder", 8), (joints.Joints[^1].Name, joints.Joints[^1].Position));
        Assert.Equal((4, 2, 2), (stream.Received, stream.Rejected, stream.Reasons["too_many_joints"]));
    }

    [Fact]
    public async Task A_sensor_gives_its_newest_sample()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();

        fleet.Link.SendTemperature("temperature", 40);
        fleet.Link.SendTemperature("temperature", 41.5);
        fleet.Simulation.Run();

        var sensors = fleet.Ask<ImmutableArray<SensorReading>>(
            "arm1", reply => new RobotTwinMessage.ReadSensors(reply)).Value;
        var sensor = Assert.Single(sensors);
        Assert.Equal(41.5, new SampleReader(sensor.Layout!, sensor.Frame.Span).Number(0));
    }

    [Fact]
    public async Task Silence_makes_the_robot_stale_then_lost_and_data_brings_it_back_each_once_in_the_journal()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(LinkHealth.Connected, fleet.Twin("arm1").Value!.Link);

        fleet.Simulation.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(LinkHealth.Stale, fleet.Twin("arm1").Value!.Link);

        fleet.Simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(LinkHealth.Lost, fleet.Twin("arm1").Value!.Link);
        Assert.NotNull(fleet.Twin("arm1").Value!.LastSeen);

        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(
            ["robot.registered", "stream.first-data", "link.connected", "link.stale", "link.lost", "link.connected"],
            fleet.EventNames("arm1"));
    }

    [Fact]
    public async Task A_stream_of_joints_has_its_first_data_when_it_brings_some_not_when_another_does()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1", new RobotDescription
        {
            Link = "ros2",
            Streams = [new("gripper", "/arm1/gripper", "sensor_msgs/msg/JointState", null, null, true)],
        });
        fleet.Simulation.Run();

        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Link.Options.Streams.Last(stream => stream.Joints is not null).SignalNewFrames();
        fleet.Simulation.Advance(TimeSpan.FromSeconds(0.5));

        Assert.Equal(["robot.registered", "stream.first-data", "link.connected"], fleet.EventNames("arm1"));
    }

    [Fact]
    public async Task A_failing_child_is_restarted_alone_and_the_failure_becomes_an_event()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Register("arm2");
        fleet.Simulation.Run();
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Run();

        // A frame that is too short for its own layout: what a bug in a link would write.
        var ring = fleet.Link.Options.Streams.First(s => s.Joints is not null).Joints!;
        for (var i = 0; i < ring.Capacity / 4; i++)
        {
            ring.BeginWrite(8);
            ring.EndWrite(0, 1, 0);
        }

        fleet.Link.Options.Streams.First(s => s.Joints is not null).SignalNewFrames();
        fleet.Simulation.Run();
        Assert.Contains("child.failed", fleet.EventNames("arm2"));
        Assert.DoesNotContain("child.failed", fleet.EventNames("arm1"));
        Assert.Equal(0, fleet.Simulation.System.Inspect("/user/robots/arm2/sensors/temperature")!.Restarts);
    }

    [Fact]
    public async Task A_link_that_cannot_open_is_tried_again_ever_more_rarely_and_says_why_meanwhile()
    {
        await using var fleet = new SimulatedFleet { LinkFault = "libddsc is missing: apt install libddsc0debian" };
        fleet.Register("arm1");
        fleet.Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("libddsc", fleet.Twin("arm1").Value!.LinkReason, StringComparison.Ordinal);
        Assert.Empty(fleet.Links);

        fleet.LinkFault = null;
        fleet.Simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.True(fleet.Link.IsOpen);
    }

    [Fact]
    public async Task A_link_that_fails_later_is_opened_anew_with_the_same_streams()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var streams = fleet.Link.Options.Streams;

        fleet.Link.SetState(RobotLinkState.Failed, "the participant is gone");
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(2, fleet.Links.Count);
        Assert.False(fleet.Links[0].IsOpen);
        Assert.True(fleet.Links[1].IsOpen);
        Assert.Equal(streams, fleet.Links[1].Options.Streams);
    }

    [Fact]
    public async Task A_removed_robot_closes_its_link_keeps_its_history_and_its_id()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();

        var removed = fleet.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(
            new RobotTwinCommand.Remove(fleet.Simulation.Time.GetUtcNow()), null, reply));
        fleet.Simulation.Run();

        Assert.Null(removed.Rejection);
        Assert.False(fleet.Link.IsOpen);
        Assert.Empty(fleet.List());
        Assert.Equal(RejectionKind.Removed, fleet.Twin("arm1").Rejection!.Kind);
        Assert.Equal(RejectionKind.Conflict, fleet.Register("ARM1").Rejection!.Kind);
        Assert.Equal(["robot.registered", "robot.removed"], fleet.EventNames("arm1"));
    }

    [Fact]
    public async Task A_command_sent_again_gets_its_first_answer_and_its_id_serves_no_other_command()
    {
        var id = Guid.NewGuid();
        await using var first = new SimulatedFleet();
        Assert.Equal(1, first.Register("arm1", commandId: id).Value);
        first.Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, first.Register("arm1", commandId: id).Value);

        await using var second = first.Restart();
        Assert.Equal(1, second.Register("arm1", commandId: id).Value);
        var other = second.Register("arm1", new RobotDescription { Link = "simulated" }, id);
        var removal = second.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(
            new RobotTwinCommand.Remove(second.Simulation.Time.GetUtcNow()), id, reply));

        Assert.Equal(RejectionKind.Invalid, other.Rejection!.Kind);
        Assert.Contains($"{id} belongs to another command", other.Rejection.Message, StringComparison.Ordinal);
        Assert.Equal(RejectionKind.Invalid, removal.Rejection!.Kind);
        Assert.NotNull(second.Twin("arm1").Value);
    }

    [Fact]
    [Trait("Rule", "K-21")]
    public async Task A_twin_that_recovers_from_a_snapshot_is_the_one_that_recovers_from_all_events()
    {
        await using var first = new SimulatedFleet(snapshotEvery: 3);
        first.Register("arm1");
        first.Simulation.Run();
        for (var outage = 0; outage < 5; outage++)
        {
            first.Link.SendJoints(TwoJoints, [1, 2]);
            first.Simulation.Advance(TimeSpan.FromSeconds(0.5));
            first.Simulation.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.NotNull(first.Snapshot("arm1"));
        await using var second = first.Restart();
        var fromSnapshot = second.Twin("arm1").Value!;
        await using var third = first.Restart(withSnapshots: false);
        var fromEvents = third.Twin("arm1").Value!;

        Assert.Equal(fromEvents.Version, fromSnapshot.Version);
        Assert.Equal(
            (fromEvents.Robot, fromEvents.RegisteredAt, fromEvents.Link, fromEvents.LinkReason, fromEvents.LastSeen),
            (fromSnapshot.Robot, fromSnapshot.RegisteredAt, fromSnapshot.Link, fromSnapshot.LinkReason,
                fromSnapshot.LastSeen));
    }

    [Fact]
    public async Task Two_ids_with_one_ros_name_are_refused()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("amr-07");

        var refused = fleet.Register("amr_07").Rejection!;

        Assert.Equal(RejectionKind.Conflict, refused.Kind);
        Assert.Contains("amr-07", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restarted_node_finds_its_robots_lost_until_data_comes()
    {
        await using var first = new SimulatedFleet();
        first.Register("arm1");
        first.Simulation.Run();
        first.Link.SendJoints(TwoJoints, [1, 2]);
        first.Simulation.Advance(TimeSpan.FromSeconds(0.5));
        var seen = first.Twin("arm1").Value!.LastSeen;

        await using var second = first.Restart();
        second.Simulation.Run();
        var twin = second.Twin("arm1").Value!;
        Assert.Equal(LinkHealth.Lost, twin.Link);
        Assert.Equal("The node was restarted.", twin.LinkReason);
        Assert.NotNull(twin.LastSeen);
        Assert.True(twin.LastSeen <= seen);

        second.Link.SendJoints(TwoJoints, [3, 4]);
        second.Simulation.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(LinkHealth.Connected, second.Twin("arm1").Value!.Link);
    }

    [Fact]
    public async Task Robots_on_the_network_are_offered_when_they_send_something_usable()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Topics =
        [
            new DiscoveredTopic("/arm1/joint_states", "sensor_msgs/msg/JointState", 1),
            new DiscoveredTopic("/arm1/extra", "acme_msgs/msg/Odd", 1),
            new DiscoveredTopic("/tf", "tf2_msgs/msg/TFMessage", 3),
            new DiscoveredTopic("/planner/plan", "nav_msgs/msg/Path", 1),
        ];

        var found = Assert.Single(fleet.Discover());

        Assert.Equal("arm1", found.Id);
        Assert.Equal(2, found.Topics.Length);
        Assert.Null(found.Problem);
    }

    [Fact]
    public async Task An_unknown_robot_is_said_to_be_unknown()
    {
        await using var fleet = new SimulatedFleet();

        var refused = fleet.Twin("nobody").Rejection!;

        Assert.Equal(RejectionKind.Unknown, refused.Kind);
        Assert.Contains("nobody", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_feed_is_filled_while_somebody_looks_and_only_then()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var feed = fleet.Node.Feed.For(RobotId.Parse("arm1"));

        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Run();
        Assert.Equal(0, feed.Joints.Published);

        using (feed.Watch())
        {
            fleet.Link.SendJoints(TwoJoints, [3, 4]);
            fleet.Simulation.Run();
        }

        fleet.Link.SendJoints(TwoJoints, [5, 6]);
        fleet.Simulation.Run();
        Assert.Equal(1, feed.Joints.Published);
    }
}
