using TwinActors.Host.WhatIf;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Host.WhatIf;

public sealed class RecordedMotionTests : IDisposable
{
    private static readonly RobotModel Arm = SampleRobots.Load("arm6");

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void The_state_at_an_instant_is_the_newest_one_by_then()
    {
        var recordings = Write(withVelocities: true);

        var (state, at) = RecordedMotion.FindState(recordings, Arm, JointRecording.StartNs + 1_005_000_000)!.Value;

        Assert.Equal(JointRecording.StartNs + 1_000_000_000, at);
        Assert.Equal((Position(1, 2), Velocity(1, 2)), (state.Positions[2], state.Velocities[2]));
    }

    [Fact]
    public void Where_nothing_is_recorded_there_is_no_state()
    {
        var recordings = Write(withVelocities: true);

        Assert.Null(RecordedMotion.FindState(recordings, Arm, JointRecording.StartNs - 1));
        Assert.Null(RecordedMotion.FindState(recordings, Arm, JointRecording.StartNs + 60_000_000_000));
        Assert.Null(RecordedMotion.FindState(
            recordings, SampleRobots.Load("humanoid"), JointRecording.StartNs + 1_000_000_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_path_is_where_the_robot_was_also_between_two_of_its_states(bool withVelocities)
    {
        var recordings = Write(withVelocities);
        var (state, at) = RecordedMotion.FindState(recordings, Arm, JointRecording.StartNs + 1_000_000_000)!.Value;

        var path = RecordedMotion.PathOf(recordings, Arm, state, at, 2);

        var (positions, velocities) = (new double[6], new double[6]);
        path.Evaluate(0.505, positions, velocities);
        Assert.Equal(Position(1.505, 3), positions[3], 1e-5);
        Assert.Equal(Velocity(1.505, 3), velocities[3], 1e-3);
        Assert.InRange(path.Seconds, 2, 3.01);
    }

    [Fact]
    public void A_path_along_a_recording_that_ends_stands_still_there()
    {
        var recordings = Write(withVelocities: true);
        var (state, at) = RecordedMotion.FindState(recordings, Arm, JointRecording.StartNs + 3_900_000_000)!.Value;

        Assert.Equal(0.09, RecordedMotion.PathOf(recordings, Arm, state, at, 60).Seconds, 1e-9);
    }

    public void Dispose() => _folder.Dispose();

    private static double Position(double seconds, int joint) => 0.1 * (joint + 1) * Math.Sin(2 * seconds);

    private static double Velocity(double seconds, int joint) => 0.2 * (joint + 1) * Math.Cos(2 * seconds);

    private RecordingFolder Write(bool withVelocities) => JointRecording.Write(
        _folder.File("arm1"), [.. Arm.MovableJoints.Select(joint => joint.Name)], 400, Position,
        withVelocities ? Velocity : null);
}
