using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Sensors;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Testing;
using TwinActors.Twins;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Actors;

/// <summary>Parts that fail or fall silent: what is not known is not shown as good.</summary>
public sealed class OutageTests
{
    private static readonly JointLayout TwoJoints = new(["shoulder", "elbow"]);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Joints_that_are_started_anew_count_as_lost_what_nobody_took_and_send_nothing_twice_to_pages()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var feed = fleet.Node.Feed.For(RobotId.Parse("arm1"));
        using var looking = feed.Watch();
        for (var i = 0; i < 100; i++)
        {
            fleet.Link.SendJoints(TwoJoints, [i, i]);
            fleet.Simulation.Run();
        }

        WriteBrokenFrame(fleet);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));

        // The broken frame fails the child once; the next instance leaves it out.
        for (var i = 0; i < 20; i++)
        {
            fleet.Link.SendJoints(TwoJoints, [i, i]);
        }

        fleet.Simulation.Advance(TimeSpan.FromSeconds(30));
        fleet.Link.SendJoints(TwoJoints, [7, 7]);
        fleet.Simulation.Run();

        Assert.Contains("child.failed", fleet.EventNames("arm1"));
        Assert.Equal(1, fleet.Twin("arm1").Value!.Streams[0].Lost);
        Assert.Equal(100 + 20 + 1, feed.Joints.Published);
    }

    [Fact]
    public async Task A_stream_without_frames_has_no_first_data_because_another_one_has()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1", new RobotDescription
        {
            Link = "ros2",
            Streams = [new("zhand", "/arm1/hand", "sensor_msgs/msg/JointState", null, null, Enabled: true)],
        });
        fleet.Simulation.Run();
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Run();

        fleet.Link.Options.Streams.First(stream => stream.Options.Name == "zhand").SignalNewFrames();
        fleet.Simulation.Run();

        Assert.Single(fleet.EventNames("arm1"), "stream.first-data");
    }

    [Fact]
    public async Task A_sensor_that_does_not_answer_is_missing_not_left_out()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        fleet.Link.SendTemperature("temperature", 40);
        fleet.Simulation.Run();
        var stream = fleet.Link.Options.Streams.First(one => one.Samples is not null);
        stream.Samples!.BeginWrite(8);
        stream.Samples.EndWrite(0, 1, layoutId: 9);
        stream.SignalNewFrames();
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));

        var asked = fleet.Node.Robots.AskAsync<ImmutableArray<SensorReading>>(
            RobotId.Parse("arm1"), reply => new RobotTwinMessage.ReadSensors(reply),
            TestContext.Current.CancellationToken);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Quality.Missing, Assert.Single(fleet.Complete(asked).Value).Quality);
    }

    [Fact]
    public async Task A_stream_whose_samples_are_all_turned_away_is_not_measured()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var counters = fleet.Link.Options.Streams[0].Counters;
        for (var i = 0; i < 10; i++)
        {
            fleet.Simulation.Advance(TimeSpan.FromMilliseconds(10));
            counters.Count(8, Stamp.From(fleet.Simulation.Time.GetUtcNow()).Nanoseconds);
            counters.Reject("malformed");
        }

        var stream = fleet.Twin("arm1").Value!.Streams[0];

        Assert.Equal((10, 10, Quality.Missing), (stream.Received, stream.Rejected, stream.Quality));
        Assert.NotNull(stream.RateHz);
    }

    [Fact]
    public async Task A_link_that_fails_in_an_unknown_way_says_so()
    {
        await using var fleet = new SimulatedFleet { LinkFailure = new DllNotFoundException("libodd is missing") };
        fleet.Register("arm1");
        fleet.Simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("libodd", fleet.Twin("arm1").Value!.LinkReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_is_restarted_opens_the_links_of_its_twins_again()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Register("arm2");
        fleet.Simulation.Run();
        fleet.Ask<long>("arm2", reply => new RobotTwinMessage.Execute(
            new RobotTwinCommand.Remove(fleet.Simulation.Time.GetUtcNow()), null, reply));
        fleet.Simulation.Run();

        fleet.TopicsFailure = new InvalidOperationException("the graph is gone");
        var asked = fleet.Node.Robots.DiscoverAsync(TestContext.Current.CancellationToken);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAsync<AskTimeoutException>(asked.AsTask);
        Assert.Equal(1, fleet.Simulation.System.Inspect("/user/gateway")!.Restarts);
        Assert.Equal(["arm1", "arm2", "arm1"], fleet.Links.Select(link => link.Options.Robot.Key));
        Assert.Equal([false, false, true], fleet.Links.Select(link => link.IsOpen));
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(LinkHealth.Connected, fleet.Twin("arm1").Value!.Link);
    }

    [Fact]
    public async Task A_twin_whose_journal_failed_does_not_say_that_its_node_was_restarted()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(0.5));

        fleet.Journal.Plan(JournalAppendFault.LoseRequest);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(2));

        var twin = fleet.Twin("arm1").Value!;
        Assert.Equal(LinkHealth.Lost, twin.Link);
        Assert.StartsWith(
            "The twin was restarted: robot/arm1: journal append has an unknown outcome", twin.LinkReason,
            StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "K-25")]
    public async Task A_twin_with_an_event_that_this_program_does_not_know_ends_once_and_says_which()
    {
        await using var first = new SimulatedFleet();
        first.Register("arm1");
        first.Register("arm2");
        var head = first.Complete(first.Journal.ReadHeadAsync(RobotTwinActor.KeyOf("arm1"), Stop));
        first.Complete(first.Journal.AppendAsync(
            new AppendRequest
            {
                Entity = RobotTwinActor.KeyOf("arm1"),
                Epoch = head.Epoch,
                ExpectedSequence = head.Sequence,
                Events = [new NewEvent(new EventName("robot.painted", 1), "{}"u8.ToArray())],
                AtNs = 0,
            },
            Stop));

        await using var second = first.Restart();
        var failures = new List<ActorFailed>();
        using var subscription = second.Simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        second.Simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<RecoveryFailedException>(Assert.Single(failures).Cause);
        foreach (var refusal in new[] { second.Twin("arm1").Rejection!, second.Register("arm1").Rejection! })
        {
            Assert.Equal(RejectionKind.Unavailable, refusal.Kind);
            Assert.Contains("Event 2 of robot/arm1 cannot be read", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("robot.painted v1", refusal.Message, StringComparison.Ordinal);
        }

        Assert.NotNull(second.Twin("arm2").Value);
    }

    [Fact]
    [Trait("Rule", "K-24")]
    public async Task A_node_that_lost_its_shards_writes_nothing_more_and_shows_nothing_as_live()
    {
        await using var stale = new SimulatedFleet();
        stale.Register("arm1");
        stale.Simulation.Run();
        stale.Link.SendJoints(TwoJoints, [1, 2]);
        stale.Simulation.Advance(TimeSpan.FromSeconds(0.5));
        await using var owner = stale.Restart();
        owner.Simulation.Run();
        var written = owner.EventNames("arm1").Count;

        for (var outage = 0; outage < 5; outage++)
        {
            stale.Simulation.Advance(TimeSpan.FromSeconds(10));
            stale.Link.SendJoints(TwoJoints, [3, 4]);
            stale.Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(stale.Journal.Appends > 1, "The stale node tried to write.");
        Assert.Equal(written, owner.EventNames("arm1").Count);
        var asked = stale.Node.Robots.AskAsync<TwinReading>(
            RobotId.Parse("arm1"), reply => new RobotTwinMessage.ReadTwin(reply), Stop).AsTask();
        stale.Simulation.Advance(TimeSpan.FromSeconds(3));
        Assert.NotNull((await asked).Rejection);
        Assert.NotNull(owner.Twin("arm1").Value);
    }

    [Fact]
    public async Task A_region_that_is_restarted_knows_the_robots_that_were_registered_since_the_start()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();

        FailRegion(fleet);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("arm1", Assert.Single(fleet.List()).Key);
        Assert.Null(fleet.Twin("arm1").Rejection);
        Assert.Equal(RejectionKind.Conflict, fleet.Register("arm1").Rejection!.Kind);
        Assert.True(fleet.Link.IsOpen);
        Assert.Equal(2, fleet.Links.Count);
    }

    [Fact]
    public async Task A_region_whose_journal_is_away_asks_it_again_until_it_is_back()
    {
        await using var fleet = new SimulatedFleet();
        fleet.Register("arm1");
        fleet.Simulation.Run();
        fleet.JournalFailure = new JournalException(JournalFault.NotWritable, "the disk is gone");

        FailRegion(fleet);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));
        fleet.JournalFailure = null;
        fleet.Simulation.Advance(TimeSpan.FromSeconds(20));

        Assert.Null(fleet.Twin("arm1").Rejection);
    }

    // A failure of nobody: what a bug elsewhere would tell.
    private static void FailRegion(SimulatedFleet fleet)
    {
        fleet.Simulation.System.EventStream.Publish(
            new ActorFailed(null!, new InvalidOperationException("a bug"), null, null));
        fleet.Simulation.Run();
        Assert.Equal(ActorState.Restarting, fleet.Simulation.System.Inspect("/user/robots")!.State);
    }

    private static void WriteBrokenFrame(SimulatedFleet fleet)
    {
        var stream = fleet.Link.Options.Streams[0];
        stream.Joints!.BeginWrite(8);
        stream.Joints.EndWrite(0, 1, 0);
        stream.SignalNewFrames();
    }
}
