using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Model;

/// <summary>Connection between two links, which lets the child move against the parent.</summary>
/// <param name="Name">Unique name within the model.</param>
/// <param name="Type">How the child may move.</param>
/// <param name="Parent">Name of the parent link.</param>
/// <param name="Child">Name of the child link.</param>
/// <param name="Origin">Pose of the joint's frame, and so of the child link at position 0, in the parent link's
/// frame.</param>
/// <param name="Axis">Unit vector in the joint's frame: axis of rotation or translation, or normal of the
/// plane.</param>
/// <param name="Limits">Limits of motion, or <see langword="null"/> when the model gives none.</param>
/// <param name="Dynamics">Damping and friction, or <see langword="null"/> when the model gives none.</param>
/// <param name="Mimic">The joint that this one follows, or <see langword="null"/>.</param>
/// <param name="Safety">Soft limits of the robot's own controller, or <see langword="null"/>.</param>
/// <param name="Calibration">Reference positions, or <see langword="null"/>.</param>
public sealed record Joint(
    string Name,
    JointType Type,
    string Parent,
    string Child,
    Pose Origin,
    Vector3 Axis,
    JointLimits? Limits = null,
    JointDynamics? Dynamics = null,
    JointMimic? Mimic = null,
    SafetyController? Safety = null,
    JointCalibration? Calibration = null)
{
    /// <summary>Whether the joint has exactly one position, so that it appears in a joint state.</summary>
    public bool IsMovable => Type is JointType.Revolute or JointType.Continuous or JointType.Prismatic;

    /// <summary>Whether its position is a length [m] and its effort a force [N] rather than an angle and a
    /// torque.</summary>
    public bool IsLinear => Type is JointType.Prismatic;
}

/// <summary>How a joint's child may move against its parent.</summary>
public enum JointType
{
    /// <summary>Not at all.</summary>
    Fixed,

    /// <summary>Rotation about the axis between two limits.</summary>
    Revolute,

    /// <summary>Rotation about the axis without position limits.</summary>
    Continuous,

    /// <summary>Translation along the axis between two limits.</summary>
    Prismatic,

    /// <summary>Freely, six degrees of freedom.</summary>
    Floating,

    /// <summary>In the plane normal to the axis, three degrees of freedom.</summary>
    Planar,
}

/// <summary>Motion limits of one joint, taken from the URDF <c>&lt;limit&gt;</c> element.</summary>
/// <remarks>
/// Revolute joints use rad, rad/s and N·m; prismatic ones m, m/s and N. A continuous joint has no position limits:
/// both bounds are <see langword="null"/>, never ±∞ or NaN. Many exporters write 0 for a speed or effort that they do
/// not know; such a value is <see langword="null"/> too, and the reader warns.
/// </remarks>
/// <param name="Lower">Lowest allowed position [rad or m], or <see langword="null"/> when unbounded.</param>
/// <param name="Upper">Highest allowed position [rad or m], or <see langword="null"/> when unbounded.</param>
/// <param name="Velocity">Highest allowed speed, sign ignored [rad/s or m/s]; positive, or
/// <see langword="null"/>.</param>
/// <param name="Effort">Highest allowed effort, sign ignored [N·m or N]; positive, or <see langword="null"/>.</param>
public sealed record JointLimits(double? Lower, double? Upper, double? Velocity, double? Effort)
{
    /// <summary>How far a position is outside the limits [rad or m]; 0 inside, never negative.</summary>
    /// <param name="position">Position [rad or m]; finite.</param>
    public double Excess(double position)
    {
        var below = Lower - position ?? 0;
        var above = position - Upper ?? 0;
        return Math.Max(0, Math.Max(below, above));
    }
}

/// <summary>Losses of one joint.</summary>
/// <param name="Damping">Viscous coefficient [N·m·s/rad or N·s/m]; not negative.</param>
/// <param name="Friction">Static friction [N·m or N]; not negative.</param>
public sealed record JointDynamics(double Damping, double Friction);

/// <summary>Follows another joint: position = multiplier × its position + offset.</summary>
/// <param name="Joint">Name of the followed joint.</param>
/// <param name="Multiplier">Factor [1, or rad/m or m/rad between unlike joints].</param>
/// <param name="Offset">Offset [rad or m].</param>
public sealed record JointMimic(string Joint, double Multiplier, double Offset);

/// <summary>Soft limits and gains of the robot's own safety controller.</summary>
/// <param name="SoftLower">Position at which the controller begins to slow down [rad or m], or
/// <see langword="null"/>.</param>
/// <param name="SoftUpper">Position at which the controller begins to slow down [rad or m], or
/// <see langword="null"/>.</param>
/// <param name="PositionGain">Speed limit per distance to a soft limit [1/s], or <see langword="null"/>.</param>
/// <param name="VelocityGain">Effort limit per speed over the limit [N·m·s/rad or N·s/m].</param>
public sealed record SafetyController(double? SoftLower, double? SoftUpper, double? PositionGain, double VelocityGain);

/// <summary>Positions at which the joint's reference switch changes.</summary>
/// <param name="Rising">Position of the rising edge [rad or m], or <see langword="null"/>.</param>
/// <param name="Falling">Position of the falling edge [rad or m], or <see langword="null"/>.</param>
public sealed record JointCalibration(double? Rising, double? Falling);
