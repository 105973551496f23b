using TwinActors.Cli.Commands.Robots;
using TwinActors.Cli.Output;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.Model;

namespace TwinActors.Cli.Commands.Doctor;

/// <summary>Judges one robot by its document and its model; pure.</summary>
internal static class RobotChecks
{
    // Two machines that keep time by NTP on one network agree within a few milliseconds.
    private const double ClockOffsetMs = 20;

    // A quartz is right to 100 ppm or so, and one that a time source corrects to a few.
    private const double DriftPpm = 100;
    private const double ClockOffsetOfAnotherTimeMs = 86_400_000;
    private const double ClockOffsetTooLargeMs = 1_000;

    /// <summary>Judges everything about a robot.</summary>
    /// <param name="robot">Its document.</param>
    /// <param name="model">Its model; null when it has none.</param>
    public static IEnumerable<Finding> Look(RobotDocument robot, RobotModel? model) =>
    [
        Link(robot.Robot, robot.LinkReason),
        .. robot.Streams.SelectMany(StreamChecks.Look),
        .. JointNames(robot, model),
        .. Quantities(robot.Joints.Joints),
        Plausibility(robot.Joints.Joints, model),
        Clock(robot.Clock?.OffsetMs ?? robot.ClockOffsetMs, robot.Clock),
    ];

    /// <summary>Judges the state of a robot link.</summary>
    /// <param name="robot">Row of the fleet list.</param>
    /// <param name="reason">Why the link is in its state; null when not known.</param>
    public static Finding Link(RobotSummary robot, string? reason)
    {
        var check = $"link of {robot.Id}";
        var why = reason is null ? "" : $": {reason}";
        var age = robot.AgeMs is null ? "" : $", newest sample {Figures.Age(robot.AgeMs)} ago";
        return robot.Link switch
        {
            "connected" => Finding.Pass(check, $"connected{age}{why}"),
            "stale" => Finding.Warn(
                check, $"stale{age}{why}", "Something between robot and node holds samples back: look at the streams."),
            "lost" => Finding.Fail(
                check, $"lost{age}{why}", "Is the robot on, and its driver running? The node reconnects by itself."),
            "unknown" => Finding.Fail(
                check,
                "the twin does not answer",
                $"'twin actor hierarchy -s /user/robots/{robot.Id.ToLowerInvariant()}' tells why."),
            _ => Finding.Fail(
                check,
                $"nothing has come in yet{why}",
                $"'twin robots discover' shows what is published; {robot.Id} is expected under /{robot.Id}."),
        };
    }

    private static IEnumerable<Finding> JointNames(RobotDocument robot, RobotModel? model)
    {
        const string Check = "joint names";
        var seen = robot.Joints.Joints.Where(joint => joint.Stamp is not null).Select(joint => joint.Name).ToList();
        if (model is null)
        {
            yield return Finding.Unknown(
                Check,
                "the robot has no model to compare with",
                "Register it with --urdf: limits, 3D view and this check need one.");
            yield break;
        }

        if (seen.Count == 0)
        {
            yield return Finding.Unknown(Check, "no joint state has arrived to compare the model with");
            yield break;
        }

        // A joint that mimics another need not be published: its position follows.
        var movable = model.MovableJoints.Where(joint => joint.Mimic is null).Select(joint => joint.Name);
        var missing = movable.Except(seen, StringComparer.Ordinal).ToList();
        var extra = seen.Where(name => model.FindJoint(name) is null).ToList();
        if (missing.Count == 0 && extra.Count == 0)
        {
            yield return Finding.Pass(Check, $"all {seen.Count} of the joint states are in the model");
            yield break;
        }

        yield return Finding.Fail(
            Check,
            $"in the URDF only: {Figures.List(missing)}; in the joint states only: {Figures.List(extra)}",
            "Give both the same names: load the URDF that the robot's driver uses, or rename in the driver.");
    }

    private static IEnumerable<Finding> Quantities(IReadOnlyList<JointDocument> joints)
    {
        var seen = joints.Where(joint => joint.Stamp is not null).ToList();
        if (seen.Count == 0)
        {
            yield break;
        }

        yield return Quantity("velocity", seen, joint => joint.Velocity);
        yield return Quantity("effort", seen, joint => joint.Effort);
    }

    private static Finding Quantity(string name, List<JointDocument> seen, Func<JointDocument, double?> value)
    {
        var absent = seen.Where(joint => value(joint) is null).Select(joint => joint.Name).ToList();
        if (absent.Count == 0)
        {
            return Finding.Pass($"joint {name}", $"given for all {seen.Count} joints");
        }

        var whose = absent.Count == seen.Count ? $"all {seen.Count} joints" : Figures.List(absent);
        return Finding.Warn(
            $"joint {name}",
            $"absent for {whose}",
            $"The robot's driver leaves it out of JointState.{name}; everything that needs it stays empty.");
    }

    private static Finding Plausibility(IReadOnlyList<JointDocument> joints, RobotModel? model)
    {
        const string Check = "joint limits";
        if (model is null)
        {
            return Finding.Unknown(Check, "the robot has no model that would tell its limits");
        }

        var outside = joints.Where(joint => joint.Implausible)
            .Select(joint => $"{joint.Name} at {Figures.Quantity(joint.Position)}")
            .ToList();
        return outside.Count == 0
            ? Finding.Pass(Check, "every position lies inside the model's limits")
            : Finding.Fail(
                Check,
                $"outside: {Figures.List(outside)}",
                "Compare unit (rad, not degrees), sign and zero of the driver with the URDF, and the URDF's limits.");
    }

    private static Finding Clock(double? offsetMs, ClockDocument? clock)
    {
        const string Check = "clock";
        if (offsetMs is not { } offset)
        {
            return Finding.Unknown(Check, "no sample with a stamp has arrived");
        }

        var side = offset < 0 ? "behind" : "ahead of";
        var uncertainty = clock is null ? "" : ClockText.Uncertainty(clock);
        var drift = clock is null ? "" : ClockText.Drift(clock);
        var found = $"the robot's clock is {Figures.Age(Math.Abs(offset))}{uncertainty} {side} the node's{drift}";
        if (Math.Abs(offset) <= ClockOffsetMs && Math.Abs(clock?.DriftPpm ?? 0) - clock?.DriftUncertaintyPpm > DriftPpm)
        {
            return Finding.Warn(Check, found, "No time source corrects one of the clocks: chrony, or PTP.");
        }

        return Math.Abs(offset) switch
        {
            <= ClockOffsetMs => Finding.Pass(Check, found),
            >= ClockOffsetOfAnotherTimeMs => Finding.Warn(
                Check, found, "Stamps of another time: right for a played bag or simulated time only."),
            >= ClockOffsetTooLargeMs => Finding.Fail(Check, found, "Set both by one time source: chrony, or PTP."),
            _ => Finding.Warn(Check, found, "Set both by one time source: chrony, or PTP. Delay counts as behind."),
        };
    }
}
