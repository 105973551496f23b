using TwinActors.Host.WhatIf;
using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Twins.Calibration;

namespace TwinActors.UnitTests.Host.WhatIf;

public sealed class CalibratedModelTests
{
    private static readonly RobotModel Arm = SampleRobots.Load("arm6");

    [Fact]
    public void Approved_values_are_those_of_the_virtual_robot_and_the_others_stay_the_models()
    {
        var joint = Arm.MovableJoints[1].Name;

        var calibrated = CalibratedModel.Of(Arm, new RobotCalibration(
            [new CalibratedJoint(joint, 9, 4, 0.5), new CalibratedJoint("nose", 1, 1, 1)],
            new CalibratedPayload("tool0", 1.5), null));

        var losses = VirtualRobot.LossesOf(calibrated.Model);
        Assert.Equal(new JointDynamics(4, 9), losses[1]);
        Assert.Equal(VirtualRobot.LossesOf(Arm)[0], losses[0]);
        Assert.Equal(0.5, calibrated.Options.Motors[1].Armature, 1e-12);
        Assert.Equal(("tool0", 1.5), calibrated.Options.Payload);
    }

    // A controller that knows of a weight holds it where it should be, and one that does not lets it sink.
    [Fact]
    public void The_controller_knows_of_an_approved_payload()
    {
        var calibrated = CalibratedModel.Of(
            Arm, new RobotCalibration([], new CalibratedPayload("tool0", 2), null));
        var (known, unknown) = (new VirtualRobot(calibrated.Model, calibrated.Options), new VirtualRobot(Arm));
        unknown.SetPayload("tool0", 2);
        var (target, still) = (new double[6], new double[6]);
        (target[1], target[2]) = (0.5, 0.5);

        foreach (var robot in (VirtualRobot[])[known, unknown])
        {
            robot.Place(target, still);
            for (var step = 0; step < 300; step++)
            {
                robot.Step(0.01, target, still, still);
            }
        }

        Assert.Equal(target[1], known.Positions[1], 1e-3);
        Assert.True(
            Math.Abs(known.Efforts[1] - unknown.Efforts[1]) < 1,
            $"Both carry it: {known.Efforts[1]} and {unknown.Efforts[1]} N·m.");
    }

    [Fact]
    public void Without_an_approval_it_is_the_model() =>
        Assert.Equal((Arm, new VirtualRobotOptions()),
            (CalibratedModel.Of(Arm, null).Model, CalibratedModel.Of(Arm, null).Options));
}
