namespace TwinActors.Robotics.Links;

/// <summary>What a stream's frames hold.</summary>
public enum StreamKind
{
    /// <summary>Joint frames (<see cref="Rings.JointLayout"/>).</summary>
    Joints,

    /// <summary>Flat records of any other message type (<see cref="Rings.SampleLayout"/>).</summary>
    Sensor,
}

/// <summary>One configured stream of one robot.</summary>
public sealed record StreamOptions
{
    /// <summary>Name inside the robot, as <c>joint_states</c> or <c>imu</c>; unique per robot.</summary>
    public required string Name { get; init; }

    /// <summary>Absolute ROS topic name, as <c>/arm1/imu/data</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>ROS type, as <c>sensor_msgs/msg/Imu</c>.</summary>
    public required string Type { get; init; }

    /// <summary>What the frames hold.</summary>
    public required StreamKind Kind { get; init; }

    /// <summary>Rate at which samples should come [Hz], or <see langword="null"/> when none is expected.</summary>
    public double? ExpectedHz { get; init; }

    /// <summary>Samples above this rate are counted and thinned out [Hz]; <see langword="null"/> keeps every
    /// one.</summary>
    public double? MaximumHz { get; init; }

    /// <summary>Frames kept in the ring. A ring of joint frames grows up to 16 times as far while its reader is
    /// behind.</summary>
    public required int Slots { get; init; }

    /// <summary>Whether the sender latches the topic (transient-local durability): the newest sample is asked for on
    /// joining.</summary>
    public bool Latched { get; init; }
}
