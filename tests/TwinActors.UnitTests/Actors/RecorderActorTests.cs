using TwinActors.Actors.Recorder;
using TwinActors.Actors.Robots;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Rings;
using TwinActors.Testing;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Actors;

/// <summary>Recording a robot: decided by its twin, done by a child of it.</summary>
public sealed class RecorderActorTests : IDisposable
{
    private static readonly JointLayout TwoJoints = new(["shoulder", "elbow"]);

    private readonly TemporaryFolder _folder = new();

    private RecordingOptions Recording => new() { Root = _folder.Path };

    private RecordingFolder Folder => RecordingFolder.Of(_folder.Path, RobotId.Parse("arm1"));

    [Fact]
    public async Task What_comes_between_start_and_stop_is_in_a_file_that_the_journal_vouches_for()
    {
        await using var fleet = new SimulatedFleet(recording: Recording);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        fleet.Link.SendJoints(TwoJoints, [0, 0]);
        Assert.False(Read(fleet).IsOn);

        Execute(fleet, new RobotTwinCommand.StartRecording(fleet.Simulation.Time.GetUtcNow()));
        for (var i = 1; i <= 5; i++)
        {
            fleet.Link.SendJoints(TwoJoints, [i, 2 * i]);
            fleet.Link.SendTemperature("temperature", 20 + i);
            fleet.Simulation.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((true, 10, 0), (Read(fleet).IsOn, Read(fleet).FileMessages, Read(fleet).Lost));
        Execute(fleet, new RobotTwinCommand.StopRecording(fleet.Simulation.Time.GetUtcNow()));
        fleet.Link.SendJoints(TwoJoints, [6, 6]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(
            ["recording.started", "recording.stopped", "recording.sealed"],
            fleet.EventNames("arm1").Where(name => name.StartsWith("recording", StringComparison.Ordinal)));
        using var bag = BagReader.Open(Folder.PathOf(Assert.Single(Folder.Names)));
        Assert.Equal(10, JointRows.Read(bag).Count());
    }

    [Fact]
    public async Task The_id_of_a_start_is_refused_for_a_stop_and_taken_for_a_resend_of_the_start()
    {
        await using var fleet = new SimulatedFleet(recording: Recording);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        var (now, id) = (fleet.Simulation.Time.GetUtcNow(), Guid.NewGuid());

        foreach (var time in (DateTimeOffset[])[now, now + TimeSpan.FromSeconds(1)])
        {
            var start = new RobotTwinCommand.StartRecording(time);
            Assert.Null(fleet.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(start, id, reply)).Rejection);
        }

        var stop = new RobotTwinCommand.StopRecording(now);
        var taken = fleet.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(stop, id, reply));

        Assert.Contains("belongs to another command", taken.Rejection!.Message, StringComparison.Ordinal);
        Assert.True(Read(fleet).IsOn);
        Assert.Single(fleet.EventNames("arm1"), name => name == "recording.started");
    }

    [Fact]
    public async Task A_robot_is_recorded_again_after_a_restart_and_the_open_file_of_the_crash_is_sealed()
    {
        await using var fleet = new SimulatedFleet(recording: Recording);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Execute(fleet, new RobotTwinCommand.StartRecording(fleet.Simulation.Time.GetUtcNow()));
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(Folder.Names);

        await using var next = fleet.Restart();
        next.Simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.Single(Folder.Names);
        Assert.Contains("recording.sealed", next.EventNames("arm1"));
        Assert.True(Read(next).IsOn);
    }

    [Fact]
    public async Task A_robot_that_nobody_decided_about_is_recorded_when_the_node_does_so_by_itself()
    {
        await using var fleet = new SimulatedFleet(recording: Recording with { IsAutomatic = true });
        fleet.Register("arm1");
        fleet.Simulation.Run();

        Assert.True(Read(fleet).IsOn);
        Execute(fleet, new RobotTwinCommand.StopRecording(fleet.Simulation.Time.GetUtcNow()));
        Assert.False(Read(fleet).IsOn);
    }

    [Fact]
    public async Task A_recorder_that_cannot_write_says_so_in_the_journal_and_again_when_it_can()
    {
        var place = _folder.Write("taken", "a file where the folder should be");
        await using var fleet = new SimulatedFleet(recording: Recording with { Root = place });
        fleet.Register("arm1");
        fleet.Simulation.Run();
        Execute(fleet, new RobotTwinCommand.StartRecording(fleet.Simulation.Time.GetUtcNow()));
        fleet.Link.SendJoints(TwoJoints, [1, 2]);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull(Read(fleet).Problem);

        File.Delete(place);
        fleet.Simulation.Advance(TimeSpan.FromSeconds(20));

        Assert.Null(Read(fleet).Problem);
        Assert.Equal(
            ["recording.started", "recording.failed", "recording.resumed"],
            fleet.EventNames("arm1").Where(name => name.StartsWith("recording", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Old_recordings_are_given_up_in_the_journal_and_deleted()
    {
        var old = "20250101T000000.000Z.mcap";
        Directory.CreateDirectory(Folder.Path);
        await using var fleet = new SimulatedFleet(recording: Recording);
        fleet.Register("arm1");
        fleet.Simulation.Run();
        File.WriteAllText(Folder.PathOf(old), "old");

        fleet.Simulation.Advance(TimeSpan.FromMinutes(2));

        Assert.Empty(Folder.Names);
        Assert.Contains("recording.expired", fleet.EventNames("arm1"));
    }

    public void Dispose() => _folder.Dispose();

    private static void Execute(SimulatedFleet fleet, RobotTwinCommand command)
    {
        Assert.Null(fleet.Ask<long>("arm1", reply => new RobotTwinMessage.Execute(command, null, reply)).Rejection);
        fleet.Simulation.Run();
    }

    private static RecorderReading Read(SimulatedFleet fleet) =>
        fleet.Ask<RecorderReading>("arm1", reply => new RobotTwinMessage.ReadRecorder(reply)).Value!;
}
