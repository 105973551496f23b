using System.Collections.Immutable;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.State;
using TwinActors.Simulation.Calibration;
using TwinActors.Twins.Calibration;

namespace TwinActors.Host.WhatIf;

/// <summary>Calibrations as the API says and reads them.</summary>
internal static class CalibrationDocuments
{
    public static CalibrationProposalDocument Proposal(RecordedEfforts recorded, IdentifiedParameters found)
    {
        var joints = found.Joints.Where(joint => joint.Refusal is null).ToArray();
        var payload = found.Payload is { Mass: { } mass, Link: var link }
            ? new WhatIfPayloadRequest(link, mass)
            : null;
        return new CalibrationProposalDocument(
            new Stamp(recorded.FromNs).ToString(),
            new Stamp(recorded.ToNs).ToString(),
            recorded.Motion.Seconds.Length,
            found.EffortDelay * 1e3,
            recorded.LinkDelayMs,
            [.. found.Joints.Select(joint => new CalibrationJointDocument(
                joint.Joint, joint.Friction, joint.Damping, joint.RotorInertia, joint.ResidualBefore,
                joint.ResidualAfter, joint.Condition, joint.Refusal))],
            found.Payload is { } weight
                ? new CalibrationPayloadDocument(weight.Link, weight.Mass, weight.Deviation, weight.Refusal)
                : null,
            joints.Length == 0
                ? null
                : new CalibrationParameters(
                    [.. joints.Select(joint => new CalibratedJointParameters(
                        joint.Joint, joint.Friction, joint.Damping, joint.RotorInertia))],
                    payload,
                    found.EffortDelay * 1e3));
    }

    public static CalibrationParameters? Parameters(RobotCalibration? calibration) => calibration is null
        ? null
        : new CalibrationParameters(
            [.. calibration.Joints.Select(joint => new CalibratedJointParameters(
                joint.Joint, joint.Friction, joint.Damping, joint.RotorInertia))],
            calibration.Payload is { } payload ? new WhatIfPayloadRequest(payload.Link, payload.Mass) : null,
            calibration.EffortDelay * 1e3);

    /// <summary>Reads parameters that are complete.</summary>
    public static RobotCalibration? Read(CalibrationParameters? parameters) => parameters is null
        ? null
        : new RobotCalibration(
            [.. (parameters.Joints ?? []).Select(joint => new CalibratedJoint(
                joint.Joint ?? "", joint.Friction ?? double.NaN, joint.Damping ?? double.NaN,
                joint.RotorInertia ?? double.NaN))],
            parameters.Payload is { } payload
                ? new CalibratedPayload(payload.Link ?? "", payload.Mass ?? double.NaN)
                : null,
            parameters.EffortDelayMs / 1e3);

    /// <summary>What a model lacks of the joints and links that parameters name; null when nothing.</summary>
    public static string? Missing(CalibrationParameters parameters, RobotModel model)
    {
        ImmutableArray<string> joints = [.. model.MovableJoints.Select(joint => joint.Name)];
        if ((parameters.Joints ?? []).FirstOrDefault(joint => !joints.Contains(joint?.Joint ?? "")) is { } unknown)
        {
            return $"Model {model.Name} has no joint {unknown.Joint}; it has {string.Join(", ", joints)}.";
        }

        return parameters.Payload is { } payload && model.FindLink(payload.Link ?? "") is null
            ? $"Model {model.Name} has no link {payload.Link}; it has "
                + $"{string.Join(", ", model.Links.Select(link => link.Name))}."
            : null;
    }
}
