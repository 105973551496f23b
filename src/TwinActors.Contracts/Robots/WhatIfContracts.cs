using System.Text.Json.Serialization;

namespace TwinActors.Contracts.Robots;

/// <summary>Body of <c>POST /robots/{id}/what-if</c>: two virtual robots go on from one state of the robot, one as it
/// is and one with what is changed, and are compared.</summary>
/// <param name="Name">What the branch is about, for people, at most 100 characters; null: nothing.</param>
/// <param name="At">Instant of a recording from which both go on, RFC 3339; both follow the recorded motion then,
/// unless they are told to move. Null: the robot's state now.</param>
/// <param name="Seconds">Simulated time, above 0 and at most 3600, along a recording 600 [s]; null: 10.</param>
/// <param name="Trajectory">Where both move; null or empty: along the recording, or nowhere.</param>
/// <param name="Change">What is other with the branch; null: nothing.</param>
/// <param name="Thresholds">From when on the two count as apart; null: the defaults.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfRequest(
    string? Name = null,
    string? At = null,
    double? Seconds = null,
    IReadOnlyList<WhatIfPointRequest>? Trajectory = null,
    WhatIfChangeRequest? Change = null,
    WhatIfThresholdsRequest? Thresholds = null);

/// <summary>A point that the joints go through.</summary>
/// <param name="Positions">Joint names with their positions [rad or m]; a joint that is not named stays where the point
/// before has it.</param>
/// <param name="Seconds">When, since the fork and rising from point to point [s]; null: when the slowest joint gets
/// there at half its speed limit.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfPointRequest(IReadOnlyDictionary<string, double>? Positions, double? Seconds = null);

/// <summary>What is other with the branch. The robot's controller knows nothing of changed joints, payload and
/// faults.</summary>
/// <param name="Joints">Losses of joints.</param>
/// <param name="Payload">A weight on a link.</param>
/// <param name="Bandwidth">Gain of the controller: its natural frequency, 0.1 to 100 [rad/s]; null: 40, as the base
/// has.</param>
/// <param name="Faults">What goes wrong.</param>
/// <param name="Trajectory">Where the branch moves instead.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfChangeRequest(
    IReadOnlyList<WhatIfJointRequest>? Joints = null,
    WhatIfPayloadRequest? Payload = null,
    double? Bandwidth = null,
    IReadOnlyList<WhatIfFaultRequest>? Faults = null,
    IReadOnlyList<WhatIfPointRequest>? Trajectory = null);

/// <summary>Losses of one joint.</summary>
/// <param name="Joint">Name of the joint.</param>
/// <param name="Friction">Coulomb friction, not negative [N·m or N]; null: as it is.</param>
/// <param name="Damping">Viscous friction, not negative [N·m·s/rad or N·s/m]; null: as it is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfJointRequest(string? Joint, double? Friction = null, double? Damping = null);

/// <summary>A weight at the origin of a link.</summary>
/// <param name="Link">Name of the link.</param>
/// <param name="Mass">Mass, not negative [kg].</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfPayloadRequest(string? Link, double? Mass);

/// <summary>A fault, as <c>twin sim fault</c> gives it.</summary>
/// <param name="Component">Where: a joint; for <c>payload-change</c> a link.</param>
/// <param name="Kind">What: <c>bearing-wear</c>, <c>friction-rise</c>, <c>motor-overheating</c>, <c>backlash</c>,
/// <c>encoder-drift</c>, <c>brake-failure</c> or <c>payload-change</c>.</param>
/// <param name="Severity">How bad it gets, 0 to 1 [1]; null: 1.</param>
/// <param name="OverSeconds">How long that takes [s]; null: it is so at once.</param>
/// <param name="AfterSeconds">When it begins, since the fork [s]; null: with it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfFaultRequest(
    string? Component,
    string? Kind,
    double? Severity = null,
    double? OverSeconds = null,
    double? AfterSeconds = null);

/// <summary>Differences from which on the two count as apart; null: the default.</summary>
/// <param name="Position">Default 0.01 [rad or m].</param>
/// <param name="Velocity">Default 0.1 [rad/s or m/s].</param>
/// <param name="Effort">Default 1 [N·m or N].</param>
/// <param name="Temperature">Default 5 [°C].</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WhatIfThresholdsRequest(
    double? Position = null, double? Velocity = null, double? Effort = null, double? Temperature = null);

/// <summary>A branch of a robot: what was asked, and what became of it.</summary>
/// <param name="Id">Its id: when it was asked for.</param>
/// <param name="Name">What it is about; null: nothing was said.</param>
/// <param name="CreatedAt">When it was asked for, RFC 3339.</param>
/// <param name="ForkedAt">Instant of the robot's state from which it goes on, on the robot's clock, RFC 3339.</param>
/// <param name="State"><c>waiting</c> for a free processor or running; <c>done</c>; <c>failed</c>.</param>
/// <param name="Problem">Why it failed; null otherwise.</param>
/// <param name="Seconds">Simulated time [s].</param>
/// <param name="Request">What was asked.</param>
/// <param name="Start">The joints at the fork, in model order.</param>
/// <param name="Calibration">Parameters of the robot that were approved when the branch was asked for; null: those of
/// its model.</param>
/// <param name="Joints">How far the branch is from the base, one row per movable joint in model order; null until it is
/// done.</param>
public sealed record BranchDocument(
    string Id,
    string? Name,
    string CreatedAt,
    string ForkedAt,
    string State,
    string? Problem,
    double Seconds,
    WhatIfRequest Request,
    IReadOnlyList<BranchStartDocument> Start,
    CalibrationParameters? Calibration,
    IReadOnlyList<BranchJointDocument>? Joints);

/// <summary>A joint at the fork.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Position">Position [rad or m].</param>
/// <param name="Velocity">Velocity [rad/s or m/s].</param>
public sealed record BranchStartDocument(string Name, double Position, double Velocity);

/// <summary>How far the branch is from the base in one joint.</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Position">Position [rad or m].</param>
/// <param name="Velocity">Velocity [rad/s or m/s].</param>
/// <param name="Effort">Effort of the drive [N·m or N].</param>
/// <param name="Temperature">Temperature of the motor's winding [°C]; at the fork both have that of the air.</param>
public sealed record BranchJointDocument(
    string Name,
    BranchDifferenceDocument Position,
    BranchDifferenceDocument Velocity,
    BranchDifferenceDocument Effort,
    BranchDifferenceDocument Temperature);

/// <summary>Branch minus base in one quantity.</summary>
/// <param name="Largest">The difference of the largest size, with its sign.</param>
/// <param name="LargestAt">When it is that far, since the fork [s].</param>
/// <param name="Rms">Root of the mean square.</param>
/// <param name="BeyondAt">When its size is beyond the threshold for the first time, since the fork [s]; null when it
/// never is.</param>
public sealed record BranchDifferenceDocument(double Largest, double LargestAt, double Rms, double? BeyondAt);

/// <summary>Positions of both robots of a branch, at most 500 instants, evenly spaced.</summary>
/// <param name="Seconds">The instants, since the fork [s].</param>
/// <param name="Joints">One row per movable joint, in model order.</param>
public sealed record BranchTrajectoryDocument(
    IReadOnlyList<double> Seconds, IReadOnlyList<BranchMotionDocument> Joints);

/// <summary>Positions of one joint, one per instant, to a millionth [rad or m].</summary>
/// <param name="Name">Joint name.</param>
/// <param name="Base">Of the robot as it is.</param>
/// <param name="Branch">Of the robot with what is changed.</param>
public sealed record BranchMotionDocument(string Name, IReadOnlyList<double> Base, IReadOnlyList<double> Branch);
