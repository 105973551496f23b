using System.Collections.Immutable;
using TwinActors.Robotics;

namespace TwinActors.Simulation;

/// <summary>Where the samples of a simulated robot go by default.</summary>
public static class SimulatedTopics
{
    // One value per joint, in the order of the joint states.
    private const string MotorType = "std_msgs/msg/Float64MultiArray";

    /// <summary>Each kind of sample with its topic below the robot's name and its ROS type.</summary>
    public static ImmutableArray<(SimulatedOutputs Output, string Topic, string Type)> All { get; } =
    [
        (SimulatedOutputs.Joints, "joint_states", "sensor_msgs/msg/JointState"),
        (SimulatedOutputs.Imu, "imu/data", "sensor_msgs/msg/Imu"),
        (SimulatedOutputs.Laser, "laser/scan", "sensor_msgs/msg/LaserScan"),
        (SimulatedOutputs.Odometry, "odom", "nav_msgs/msg/Odometry"),
        (SimulatedOutputs.MotorTemperature, "motor/temperature", MotorType),
        (SimulatedOutputs.MotorCurrent, "motor/current", MotorType),
        (SimulatedOutputs.MotorVoltage, "motor/voltage", MotorType),
        (SimulatedOutputs.MotorVibration, "motor/vibration", MotorType),
    ];

    /// <summary>Absolute topic name of a robot: <c>/arm1/joint_states</c>.</summary>
    public static string Absolute(RobotId robot, string topic) => $"/{robot.RosName}/{topic}";
}
