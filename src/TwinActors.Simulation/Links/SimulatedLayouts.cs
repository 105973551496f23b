using TwinActors.Robotics.Rings;

namespace TwinActors.Simulation.Links;

/// <summary>Frame layouts of the simulated sensors: the fields of the ROS messages, in message order.</summary>
internal static class SimulatedLayouts
{
    public static SampleLayout Imu { get; } = new("sensor_msgs/msg/Imu",
    [
        .. Header,
        .. Turn("orientation"), ("orientation_covariance", FieldKind.Numbers),
        .. Vector("angular_velocity"), ("angular_velocity_covariance", FieldKind.Numbers),
        .. Vector("linear_acceleration"), ("linear_acceleration_covariance", FieldKind.Numbers),
    ]);

    public static SampleLayout LaserScan { get; } = new("sensor_msgs/msg/LaserScan",
    [
        .. Header,
        ("angle_min", FieldKind.Number), ("angle_max", FieldKind.Number), ("angle_increment", FieldKind.Number),
        ("time_increment", FieldKind.Number), ("scan_time", FieldKind.Number),
        ("range_min", FieldKind.Number), ("range_max", FieldKind.Number),
        ("ranges", FieldKind.Floats), ("intensities", FieldKind.Floats),
    ]);

    public static SampleLayout Odometry { get; } = new("nav_msgs/msg/Odometry",
    [
        .. Header,
        ("child_frame_id", FieldKind.Text),
        .. Vector("pose.pose.position"), .. Turn("pose.pose.orientation"), ("pose.covariance", FieldKind.Numbers),
        .. Vector("twist.twist.linear"), .. Vector("twist.twist.angular"), ("twist.covariance", FieldKind.Numbers),
    ]);

    public static SampleLayout Motors { get; } = new("std_msgs/msg/Float64MultiArray",
    [
        ("layout.dim[]", FieldKind.Integer), ("layout.data_offset", FieldKind.Integer), ("data", FieldKind.Numbers),
    ]);

    private static (string, FieldKind)[] Header =>
    [
        ("header.stamp.sec", FieldKind.Integer),
        ("header.stamp.nanosec", FieldKind.Integer),
        ("header.frame_id", FieldKind.Text),
    ];

    private static (string, FieldKind)[] Vector(string path) =>
        [($"{path}.x", FieldKind.Number), ($"{path}.y", FieldKind.Number), ($"{path}.z", FieldKind.Number)];

    private static (string, FieldKind)[] Turn(string path) => [.. Vector(path), ($"{path}.w", FieldKind.Number)];
}
