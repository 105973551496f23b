using TwinActors.Contracts.Robots;
using TwinActors.Simulation.WhatIf;

namespace TwinActors.Host.WhatIf;

/// <summary>What became of a branch, as the API says it.</summary>
internal static class BranchDocuments
{
    public static BranchJointDocument[] Joints(WhatIfOutcome outcome) =>
        [.. outcome.Joints.Select(joint => new BranchJointDocument(
            joint.Joint, Of(joint.Position), Of(joint.Velocity), Of(joint.Effort), Of(joint.Temperature)))];

    public static BranchTrajectoryDocument Trajectory(WhatIfOutcome outcome) => new(
        outcome.Seconds,
        [.. outcome.Joints.Select((joint, i) => new BranchMotionDocument(
            joint.Joint, [.. outcome.Base[i].Select(Rounded)], [.. outcome.Branch[i].Select(Rounded)]))]);

    private static BranchDifferenceDocument Of(Difference difference) =>
        new(difference.Largest, difference.LargestAt, difference.Rms, difference.BeyondAt);

    // A millionth is finer than any encoder, and a third of the text.
    private static double Rounded(double position) => Math.Round(position, 6);
}
