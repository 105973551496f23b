using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Twins.Signals;

namespace TwinActors.Twins.RobotTwin;

/// <summary>What a robot was registered with.</summary>
public sealed record RobotDescription
{
    /// <summary>Most joints of a robot, those of its model and those that it only names: ten times a humanoid with
    /// hands. A sender that invents names cannot make its twin grow beyond it.</summary>
    public const int MostJoints = 1024;

    /// <summary>Name of the robot model: the URDF's robot name, or a built-in model; <see langword="null"/> when there
    /// is none.</summary>
    public string? Model { get; init; }

    /// <summary>URDF text of the model; <see langword="null"/> when the robot has none.</summary>
    public string? Urdf { get; init; }

    /// <summary>Kind of robot link: <c>ros2</c>, <c>simulated</c>, <c>replay</c>, <c>foxglove</c> or
    /// <c>rosbridge</c>.</summary>
    public required string Link { get; init; }

    /// <summary>What a robot of link <c>replay</c> plays; <see langword="null"/> for others.</summary>
    public ReplaySource? Replay { get; init; }

    /// <summary>WebSocket of the bridge of a robot of link <c>foxglove</c> or <c>rosbridge</c>;
    /// <see langword="null"/> for others.</summary>
    public string? Url { get; init; }

    /// <summary>Free labels, sorted, without repetition.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Joint names for joint states that carry no names; empty when none is configured.</summary>
    public ImmutableArray<string> JointOrder { get; init; } = [];

    /// <summary>Streams that differ from the configured defaults, or come beside them.</summary>
    public ImmutableArray<StreamOverride> Streams { get; init; } = [];

    /// <summary>Signals that are mapped beside, or otherwise than, the configured defaults; <see langword="null"/> when
    /// none are.</summary>
    public ImmutableArray<SignalMapping>? Signals { get; init; }

    /// <summary>Rate of its synchronizer [Hz], 1 to 1000; <see langword="null"/> takes the configured one.</summary>
    public double? SyncHz { get; init; }
}

/// <summary>A stream that differs from the configured default of its name, or comes beside the defaults.</summary>
/// <param name="Name">Name inside the robot, as <c>imu</c>.</param>
/// <param name="Topic">Absolute ROS topic; <c>&lt;id&gt;</c> stands for the robot's ROS name; <see langword="null"/>
/// keeps the default.</param>
/// <param name="Type">ROS type; <see langword="null"/> keeps the default.</param>
/// <param name="ExpectedHz">Expected rate [Hz]; <see langword="null"/> keeps the default.</param>
/// <param name="MaximumHz">Highest wanted rate [Hz]; <see langword="null"/> keeps the default.</param>
/// <param name="Enabled">False leaves the default stream out.</param>
public sealed record StreamOverride(
    string Name, string? Topic, string? Type, double? ExpectedHz, double? MaximumHz, bool Enabled);
