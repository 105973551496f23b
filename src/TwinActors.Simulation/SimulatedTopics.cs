using System.Collections.Immutable;
using TwinActors.Robotics;

namespace TwinActors.Simulation;

/// <summary>Where the samples of a simulated robot go by default.</summary>
public static class SimulatedTopics
{
    /// <summary>Each kind of sample with its topic below the robot's name and its ROS type.</summary>
    public static ImmutableArray<(SimulatedOutputs Output, string Topic, string Type)> All { get; } =
    [
        (SimulatedOutputs.Joints, "joint_states", "sensor_msgs/msg/JointState"),
        (SimulatedOutputs.Imu, "imu/data", "sensor_msgs/msg/Imu"),
        (SimulatedOutputs.Laser, "laser/scan", "sensor_msgs/msg/LaserScan"),
        (SimulatedOutputs.Odometry, "odom", "nav_msgs/msg/Odometry"),
    ];

    /// <summary>Absolute topic name of a robot: <c>/arm1/joint_states</c>.</summary>
    public static string Absolute(RobotId robot, string topic) => $"/{robot.RosName}/{topic}";
}
