using TwinActors.Contracts.Robots;
using TwinActors.Host.WhatIf;
using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Simulation.WhatIf;

namespace TwinActors.UnitTests.Host.WhatIf;

public sealed class WhatIfPlanTests
{
    private static readonly RobotModel Arm = SampleRobots.Load("arm6");
    private static readonly CalibratedModel Calibrated = CalibratedModel.Of(Arm, null);
    private static readonly string Joint = Arm.MovableJoints[1].Name;
    private static readonly MotionKnot Start =
        new(0, [.. new double[Arm.MovableJoints.Length]], [.. new double[Arm.MovableJoints.Length]]);

    public static TheoryData<WhatIfRequest, string> Refused => new()
    {
        { new(Seconds: 0), "\"seconds\" is 0; above 0 and at most 3600 are possible." },
        { new(At: "2026-03-01T12:00:00Z", Seconds: 601), "at most 600 are possible along a recording" },
        { new(Name: new string('x', 101)), "\"name\" has 101 characters; 100 are possible." },
        { new(Thresholds: new(Effort: -1)), "\"thresholds.effort\" is -1" },
        { new(Change: new(Bandwidth: 0)), "\"change.bandwidth\" is 0 rad/s; 0.1 to 100 rad/s is possible." },
        { new(Change: new(Payload: new("nose", 1))), "\"change.payload.link\" is \"nose\"" },
        { new(Change: new(Payload: new(Arm.Links[^1].Name, -1))), "\"change.payload.mass\" is -1" },
        { new(Change: new(Joints: [new("nose", 1)])), "names joint \"nose\"; model" },
        { new(Change: new(Joints: [new(Joint, Damping: -2)])), $"damping of {Joint}" },
        { new(Change: new(Faults: [new(Joint, "rust")])), "There is no fault 'rust'" },
        { new(Change: new(Faults: [new(Joint, "sensor-noise")])), "not how the robot moves" },
        { new(Change: new(Faults: [new(Joint, "friction-rise", 2)])), "0 to 1, not 2" },
        { new(Change: new(Faults: [new(Joint, "friction-rise", 1, AfterSeconds: -1)])), "\"afterSeconds\"" },
        { new(Trajectory: [Point(100, 1)]), $"moves {Joint} to 100; its model allows" },
        { new(Trajectory: [Point(0.1, 2), Point(0.2, 1)]), "is at 1 s, the one before at 2 s" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_asked_is_refused_with_what_can(WhatIfRequest request, string words)
    {
        WhatIfPlan.Read(Calibrated, request, Start, out var problems);

        Assert.Contains(words, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_asked_is_ten_seconds_of_standing_still()
    {
        var plan = WhatIfPlan.Read(Calibrated, new WhatIfRequest(), Start, out var problems);

        Assert.Empty(problems);
        Assert.Equal((10, false), (plan.Seconds, plan.IsRecorded));
        Assert.Equal(0, plan.BranchOf(Start, null).Path.Seconds);
    }

    [Fact]
    public void The_branch_has_what_is_changed_and_the_base_has_not()
    {
        var request = new WhatIfRequest(
            Trajectory: [Point(0.4)],
            Change: new(
                [new(Joint, Friction: 7)], new(Arm.Links[^1].Name, 2), 20, [new(Joint, "bearing-wear", 0.5, 60)]));

        var plan = WhatIfPlan.Read(Calibrated, request, Start, out var problems);
        var (asItIs, branch) = (plan.BaseOf(Start, null), plan.BranchOf(Start, null));

        Assert.Empty(problems);
        Assert.Equal((null, 40, 0), (asItIs.Payload, asItIs.Options.Bandwidth, asItIs.Faults.Length));
        Assert.Equal(
            ((Arm.Links[^1].Name, 2), 20, 1),
            (branch.Payload!.Value, branch.Options.Bandwidth, branch.Faults.Length));
        Assert.Equal(7, branch.Options.Losses[1]!.Friction);
        Assert.Equal(Arm.MovableJoints[1].Dynamics!.Damping, branch.Options.Losses[1]!.Damping);
        // At half its speed limit, 1.5 times the mean speed in the middle.
        Assert.Equal(1.5 * 0.4 / (0.5 * Arm.MovableJoints[1].Limits!.Velocity!.Value), asItIs.Path.Seconds, 1e-9);
        Assert.Equal(asItIs.Path.Seconds, branch.Path.Seconds);
    }

    [Fact]
    public void Both_follow_the_recording_unless_they_are_told_to_move()
    {
        var recorded = MotionPath.ThroughPoints(Start.Positions, [(3, Start.Positions)]);
        var along = WhatIfPlan.Read(Calibrated, new WhatIfRequest(At: "2026-03-01T12:00:00Z"), Start, out _);
        var told = WhatIfPlan.Read(
            Calibrated, new WhatIfRequest(At: "2026-03-01T12:00:00Z", Trajectory: [Point(0.1, 1)]), Start, out _);

        Assert.Equal((true, 3), (along.IsRecorded, along.BranchOf(Start, recorded).Path.Seconds));
        Assert.Equal((false, 1), (told.IsRecorded, told.BranchOf(Start, recorded).Path.Seconds));
    }

    private static WhatIfPointRequest Point(double position, double? seconds = null) =>
        new(new Dictionary<string, double> { [Joint] = position }, seconds);
}
