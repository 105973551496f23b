using TwinActors.Host.WhatIf;
using TwinActors.Recording.Bags;
using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Host.WhatIf;

public sealed class RecordedEffortsTests : IDisposable
{
    private static readonly RobotModel Arm = SampleRobots.Load("arm6");
    private static readonly string[] Names = [.. Arm.MovableJoints.Select(joint => joint.Name)];

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Recorded_motion_has_the_stamps_the_efforts_and_the_delay_of_the_link()
    {
        var recordings = JointRecording.Write(
            _folder.File("arm1"), Names, 300, (at, joint) => at + joint, null, (at, joint) => at - joint);

        var read = RecordedEfforts.Read(
            recordings, Arm, new BagWindow(JointRecording.StartNs + 1_000_000_000, null))!;

        Assert.Equal(200, read.Motion.Seconds.Length);
        Assert.Equal(0.5, read.Motion.Seconds[50], 1e-9);
        Assert.Equal((3.5, -0.5), (read.Motion.Positions[2][50], read.Motion.Efforts[2][50]));
        Assert.Equal(3, read.LinkDelayMs!.Value, 1e-6);
        Assert.Equal(JointRecording.StartNs + 1_000_000_000, read.FromNs);
    }

    [Fact]
    public void A_robot_that_tells_no_efforts_has_nothing_to_be_identified_from()
    {
        var recordings = JointRecording.Write(_folder.File("arm1"), Names, 300, (at, _) => at, null);

        Assert.Null(RecordedEfforts.Read(recordings, Arm, default));
        Assert.Null(RecordedEfforts.Read(recordings, SampleRobots.Load("humanoid"), default));
    }

    public void Dispose() => _folder.Dispose();
}
