using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Simulation.WhatIf;
using TwinActors.UnitTests.Simulation.VirtualRobots;

namespace TwinActors.UnitTests.Simulation.WhatIf;

public sealed class WhatIfComparisonTests
{
    private static readonly RobotModel Arm = SampleRobots.Load("arm6");

    [Fact]
    public void A_branch_that_changes_nothing_is_nowhere_apart()
    {
        var start = Standing(Arm, 0.3);
        var run = new WhatIfRun(Away(Arm, start));

        var outcome = Run(Arm, start, 4, run, run);

        Assert.All(outcome.Joints, joint => Assert.Equal(
            (new Difference(0, 0, 0, null), new Difference(0, 0, 0, null)), (joint.Position, joint.Temperature)));
        Assert.Equal(outcome.Base.Select(row => row[^1]), outcome.Branch.Select(row => row[^1]));
    }

    [Fact]
    public void The_same_question_has_the_same_answer_to_the_bit()
    {
        var start = Standing(Arm, 0.3);
        var heavier = new WhatIfRun(Away(Arm, start)) { Payload = (Arm.Links[^1].Name, 3) };

        var (one, other) = (Run(Arm, start, 3, new(Away(Arm, start)), heavier),
            Run(Arm, start, 3, new(Away(Arm, start)), heavier));

        Assert.Equal(one.Joints, other.Joints);
        Assert.Equal(one.Branch.SelectMany(row => row), other.Branch.SelectMany(row => row));
    }

    // While a joint moves evenly, its drive gives what the friction takes: the difference is the friction's.
    [Fact]
    public void More_friction_costs_as_much_effort_and_warms_the_motor()
    {
        var model = Machine.Level();
        var start = new MotionKnot(0, [0], [0.5]);
        var evenly = MotionPath.Through([start, new MotionKnot(10, [5], [0.5])]);
        var stiffer = new WhatIfRun(evenly)
        {
            Options = new VirtualRobotOptions { Losses = [new JointDynamics(0.5, 2.5)] },
        };

        var joint = Assert.Single(Run(model, start, 9, new WhatIfRun(evenly), stiffer).Joints);

        Assert.Equal(1.5, joint.Effort.Rms, 0.05);
        Assert.InRange(joint.Effort.BeyondAt!.Value, 0.01, 0.5);
        Assert.True(joint.Temperature.Largest > 0.01, $"{joint.Temperature.Largest} °C");
        Assert.True(joint.Position.Largest < 0, "The joint lags behind.");
    }

    [Fact]
    public void A_weight_sinks_until_the_controller_holds_it()
    {
        var start = new MotionKnot(0, [0], [0]);
        var stays = new WhatIfRun(MotionPath.Hold(start.Positions));
        var model = Machine.Pendulum(new JointDynamics(0.1, 0));
        // The pendulum's own link is the weight, and its origin on the axis: a slide shows the weight itself.
        var slide = Machine.Slide(new JointDynamics(1, 0));
        var loaded = stays with { Payload = (slide.Links[^1].Name, 0.5) };

        var outcome = Run(slide, start, 10, stays, loaded);

        // In the end the drive gives the additional weight: M·ω²·Δq = m·g, M with the rotor, ω = 40 rad/s.
        var mass = Machine.Mass + new VirtualRobot(slide).Motor(0).Armature;
        var sag = 0.5 * RigidBodyDynamics.StandardGravity.Z / (mass * 40 * 40);
        Assert.Equal(sag, outcome.Branch[0][^1] - outcome.Base[0][^1], Math.Abs(sag) / 50);
        Assert.Equal(0, Run(model, start, 1, stays, stays).Joints[0].Position.Rms);
    }

    [Fact]
    public void A_fault_begins_when_it_is_said_to()
    {
        var start = Standing(Arm, 0.2);
        var stays = new WhatIfRun(MotionPath.Hold(start.Positions));
        var joint = Arm.MovableJoints[1].Name;
        var drifting = stays with
        {
            Faults = [new Fault(FaultKind.EncoderDrift, joint, 1) { Begin = TimeSpan.FromSeconds(2) }],
        };

        var row = Run(Arm, start, 5, stays, drifting).Joints[1];

        Assert.InRange(row.Position.BeyondAt!.Value, 2, 2.5);
        // The controller believes the encoder and goes the other way.
        Assert.Equal(-0.05, row.Position.Largest, 0.02);
    }

    [Fact]
    public void What_only_sensors_tell_has_no_place_in_a_what_if()
    {
        var problem = WhatIfRun.WhyNot(Arm, new Fault(FaultKind.SensorNoise, Arm.MovableJoints[0].Name, 1));

        Assert.Contains("not how the robot moves", problem, StringComparison.Ordinal);
        Assert.Null(WhatIfRun.WhyNot(Arm, new Fault(FaultKind.FrictionRise, Arm.MovableJoints[0].Name, 1)));
        Assert.Contains(
            "has no component 'nose'", WhatIfRun.WhyNot(Arm, new Fault(FaultKind.FrictionRise, "nose", 1)),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3601)]
    [InlineData(double.NaN)]
    public void A_time_outside_its_range_is_refused(double seconds)
    {
        var start = Standing(Arm, 0);
        var run = new WhatIfRun(MotionPath.Hold(start.Positions));

        var refused = Assert.Throws<ArgumentOutOfRangeException>(() => Run(Arm, start, seconds, run, run));

        Assert.Contains("at most 3600 s", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_run_keeps_its_trajectory_short()
    {
        var start = new MotionKnot(0, [0], [0]);
        var run = new WhatIfRun(MotionPath.Hold(start.Positions));

        var outcome = Run(Machine.Level(), start, 60, run, run);

        Assert.InRange(outcome.Seconds.Length, 400, WhatIfComparison.MostInstants);
        Assert.Equal(60, outcome.Seconds[^1], 0.2);
    }

    [Fact]
    public void A_run_that_is_given_up_ends_early()
    {
        var start = new MotionKnot(0, [0], [0]);
        var run = new WhatIfRun(MotionPath.Hold(start.Positions));

        Assert.Throws<OperationCanceledException>(() => WhatIfComparison.Run(
            Machine.Level(), start, 3600, run, run, new(), new CancellationToken(canceled: true)));
    }

    private static WhatIfOutcome Run(
        RobotModel model, MotionKnot start, double seconds, WhatIfRun one, WhatIfRun other) =>
        WhatIfComparison.Run(model, start, seconds, one, other, new DifferenceThresholds(), CancellationToken.None);

    private static MotionKnot Standing(RobotModel model, double position) => new(
        0,
        [.. model.MovableJoints.Select(joint => Math.Clamp(
            position, joint.Limits?.Lower ?? position, joint.Limits?.Upper ?? position))],
        [.. new double[model.MovableJoints.Length]]);

    private static MotionPath Away(RobotModel model, MotionKnot start) => MotionPath.ThroughPoints(
        start.Positions, [(2, [.. start.Positions.Select(position => position + 0.2)])]);
}
