using System.Collections.Immutable;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Twins.Calibration;

namespace TwinActors.Host.WhatIf;

/// <summary>A robot model with the parameters that were approved for it.</summary>
/// <param name="Model">The model; its joints have the approved losses.</param>
/// <param name="Options">What a virtual robot of it is made of: approved rotors and payload.</param>
internal sealed record CalibratedModel(RobotModel Model, VirtualRobotOptions Options)
{
    /// <summary>Puts what was approved into a model; joints and links that it does not have are passed over.</summary>
    /// <param name="model">The model.</param>
    /// <param name="calibration">What was approved; null: nothing.</param>
    public static CalibratedModel Of(RobotModel model, RobotCalibration? calibration)
    {
        if (calibration is null)
        {
            return new CalibratedModel(model, new VirtualRobotOptions());
        }

        var approved = calibration.Joints.ToDictionary(joint => joint.Joint, StringComparer.Ordinal);
        var calibrated = new RobotModel(
            model.Name,
            model.Links,
            [.. model.Joints.Select(joint => approved.GetValueOrDefault(joint.Name) is { } found
                ? joint with { Dynamics = new JointDynamics(found.Damping, found.Friction) }
                : joint)],
            model.Materials);
        var payload = calibration.Payload is { } known && model.FindLink(known.Link) is not null
            ? (known.Link, known.Mass)
            : ((string, double)?)null;
        return new CalibratedModel(
            calibrated, new VirtualRobotOptions { Motors = MotorsOf(calibrated, approved), Payload = payload });
    }

    private static ImmutableArray<MotorModel> MotorsOf(
        RobotModel model, Dictionary<string, CalibratedJoint> approved) =>
        [.. VirtualRobot.MotorsOf(model).Zip(model.MovableJoints, (motor, joint) =>
            approved.GetValueOrDefault(joint.Name) is { } found
                ? motor with { RotorInertia = found.RotorInertia / (motor.GearRatio * motor.GearRatio) }
                : motor)];
}
