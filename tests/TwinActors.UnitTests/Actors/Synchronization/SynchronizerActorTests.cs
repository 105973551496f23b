using TwinActors.Actors.Robots;
using TwinActors.Actors.Synchronization;
using TwinActors.Kernel;
using TwinActors.Robotics.Rings;
using TwinActors.Simulation;
using TwinActors.Testing;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Actors.Synchronization;

public sealed class SynchronizerActorTests
{
    private static readonly SyncSettings Settings = new();
    private static readonly JointLayout TwoJoints = new(["shoulder", "elbow"]);

    [Fact]
    public async Task A_robot_in_motion_is_followed_and_its_word_is_shown()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Assert.Null(fleet.Twin("arm1").Value!.Sync);
        Assert.Null(Sync(fleet).Word);

        Move(fleet, seconds: 3);

        var sync = Sync(fleet);
        Assert.Equal(new SyncWord(SyncStatus.Excellent, SyncReason.None), sync.Word);
        Assert.Equal(sync.Word, fleet.Twin("arm1").Value!.Sync);
        Assert.True(sync.Last.IsSynchronized);
        Assert.Equal(["shoulder", "elbow"], sync.Joints.Select(joint => joint.Name));
        Assert.Equal(sync.Joints[0].Compensated, sync.Joints[0].Position, 0.002);
        Assert.Equal(100, sync.Pace!.AchievedHz!.Value, 0.5);
        Assert.Equal((0, 0), (sync.Pace.Late, sync.Pace.Missed));
    }

    [Fact]
    public async Task A_robot_that_falls_silent_is_disconnected_and_costs_next_to_nothing()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Move(fleet, seconds: 1);

        fleet.Simulation.Advance(TimeSpan.FromSeconds(10));

        var sync = Sync(fleet);
        Assert.Equal(new SyncWord(SyncStatus.Disconnected, SyncReason.Stale), sync.Word);
        Assert.Null(sync.Pace);
        Move(fleet, seconds: 1);
        Assert.Equal(SyncStatus.Excellent, Sync(fleet).Word!.Value.Status);
    }

    [Fact]
    public async Task The_registration_may_name_a_rate()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1", new RobotDescription { Link = "ros2", SyncHz = 200 });
        fleet.Simulation.Run();

        Move(fleet, seconds: 2);

        Assert.Equal(200, Sync(fleet).Pace!.AskedHz);
        Assert.Equal(200, Sync(fleet).Pace!.AchievedHz!.Value, 1.0);
    }

    [Fact]
    public async Task Joint_states_in_parts_are_one_sample_and_joints_of_the_model_come_first()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1", new RobotDescription { Link = "ros2", Urdf = SampleRobots.FindUrdf("arm6") });
        fleet.Simulation.Run();
        var model = SampleRobots.Load("arm6").MovableJoints.Select(joint => joint.Name).ToArray();
        var arm = new JointLayout([.. model]);
        var finger = new JointLayout(["finger"]);

        for (var i = 0; i < 100; i++)
        {
            fleet.Link.SendJoints(arm, new double[model.Length], new double[model.Length]);
            fleet.Link.SendJoints(finger, [0.02], [0]);
            fleet.Simulation.Advance(TimeSpan.FromMilliseconds(10));
        }

        var sync = Sync(fleet);
        Assert.Equal([.. model, "finger"], sync.Joints.Select(joint => joint.Name));
        Assert.Equal(model.Length + 1, sync.Last.Joints);
        Assert.Equal(0.02, sync.Joints[^1].Position, 1e-9);
    }

    [Fact]
    public async Task A_mode_is_told_to_the_synchronizer_and_survives_a_restart()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Move(fleet, seconds: 1);
        Assert.True(double.IsNaN(Sync(fleet).Joints[0].Advice));
        var id = Guid.NewGuid();

        Assert.Null(SetMode(fleet, SyncMode.Advise, id).Rejection);
        Assert.Null(SetMode(fleet, SyncMode.Advise, id).Rejection);
        var taken = SetMode(fleet, SyncMode.Mirror, id);

        Assert.Contains("belongs to another command", taken.Rejection!.Message, StringComparison.Ordinal);
        Assert.False(double.IsNaN(Sync(fleet).Joints[0].Advice));
        Assert.Single(fleet.EventNames("arm1"), name => name == "mode.changed");
        await using var again = fleet.Restart();
        again.Simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SyncMode.Advise, again.Twin("arm1").Value!.Mode);
    }

    [Fact]
    public async Task A_synchronizer_whose_tick_fails_is_restarted_alone_and_follows_again()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Move(fleet, seconds: 1);
        // A frame whose bytes are too few for its layout: no link writes such a one.
        var ring = fleet.Link.Options.Streams[0].Joints!;
        ring.BeginWrite(8);
        ring.EndWrite(1, 1, ring.AddLayout(new JointLayout(["elbow", "wrist", "finger"])));

        fleet.Simulation.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Null(fleet.Twin("arm1").Value!.Sync);
        Move(fleet, seconds: 2);

        Assert.Contains("child.failed", fleet.EventNames("arm1"));
        Assert.Equal(1, fleet.Simulation.System.Inspect("/user/robots/arm1/synchronizer")!.Restarts);
        Assert.Equal(SyncStatus.Excellent, Sync(fleet).Word!.Value.Status);
    }

    [Fact]
    public async Task A_robot_that_leaves_its_model_is_one_alert_falls_back_to_shadow_and_recovers()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Move(fleet, seconds: 3);
        SetMode(fleet, SyncMode.Mirror, Guid.NewGuid());

        // Jumps by half a radian at every sample, as no joint can.
        for (var i = 0; i < 1000; i++)
        {
            fleet.Link.SendJoints(TwoJoints, [i % 2 * 0.5, 0.5 - (i % 2 * 0.5)], [0, 0]);
            fleet.Simulation.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.Equal(SyncCause.Model, Sync(fleet).Failure);
        Assert.Equal(SyncMode.Shadow, fleet.Twin("arm1").Value!.Mode);
        Move(fleet, seconds: 5);

        Assert.Null(Sync(fleet).Failure);
        Assert.Equal(
            ["mode.changed", "sync.failed", "mode.changed", "sync.recovered"],
            fleet.EventNames("arm1").Where(name => name is "mode.changed" or "sync.failed" or "sync.recovered"));
    }

    [Fact]
    public async Task A_removed_robot_has_no_ticks_and_a_node_without_synchronizers_says_so()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Move(fleet, seconds: 1);
        fleet.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(
            new RobotTwinCommand.Remove(fleet.Simulation.Time.GetUtcNow()), null, reply));
        fleet.Simulation.Run();
        Assert.Null(fleet.Simulation.System.Inspect("/user/robots/arm1/synchronizer"));

        await using var without = new SimulatedFleet();
        without.Register("arm1");
        without.Simulation.Run();

        Assert.False(Sync(without).IsOn);
    }

    [Fact]
    public async Task The_virtual_robot_is_written_for_pages_only_while_one_looks()
    {
        await using var fleet = new SimulatedFleet(sync: Settings);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var feed = fleet.Node.Feed.For(TwinActors.Robotics.RobotId.Parse("arm1"));
        Move(fleet, seconds: 1);
        Assert.Equal(0, feed.Virtual.Published);

        using (feed.WatchVirtual())
        {
            Move(fleet, seconds: 1);
        }

        var written = feed.Virtual.Published;
        Move(fleet, seconds: 1);
        Assert.InRange(written, 99, 101);
        Assert.Equal(written, feed.Virtual.Published);
        Assert.Equal(["shoulder", "elbow"], feed.Virtual.Layouts[0].Names);
    }

    private static SyncReading Sync(SimulatedFleet fleet) =>
        fleet.Ask<SyncReading>("arm1", reply => new RobotTwinMessage.ReadSync(reply)).Value!;

    private static Answer<long> SetMode(SimulatedFleet fleet, SyncMode mode, Guid id) =>
        fleet.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(
            new RobotTwinCommand.SetMode(fleet.Simulation.Time.GetUtcNow(), mode), id, reply));

    // At 100 Hz, one rad/s.
    private static void Move(SimulatedFleet fleet, double seconds)
    {
        for (var i = 0; i < seconds * 100; i++)
        {
            var t = fleet.Simulation.Time.Elapsed.TotalSeconds;
            fleet.Link.SendJoints(TwoJoints, [t, -t], [1, -1]);
            fleet.Simulation.Advance(TimeSpan.FromMilliseconds(10));
        }
    }
}
