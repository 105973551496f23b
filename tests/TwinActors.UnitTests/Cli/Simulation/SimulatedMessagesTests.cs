using System.Text.Json.Nodes;
using TwinActors.Cli.Simulation;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;
using TwinActors.Simulation;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli.Simulation;

public sealed class SimulatedMessagesTests
{
    private const long StampNs = 1_700_000_000_123_456_789;

    private readonly SimulatedRobot _robot = new(SampleRobots.Load("base"), new SimulationOptions { LaserBeams = 8 });
    private readonly SimulatedMessages _messages;

    public SimulatedMessagesTests()
    {
        _messages = new SimulatedMessages(_robot);
        for (var step = 0; step < 10; step++)
        {
            _robot.Step();
        }
    }

    [Fact]
    public void A_joint_state_has_the_robots_joints_and_the_stamp()
    {
        var message = Decode(SimulatedOutputs.Joints, "sensor_msgs/msg/JointState");

        Assert.Equal(1_700_000_000, (int)message["header"]!["stamp"]!["sec"]!);
        Assert.Equal(123_456_789u, (uint)message["header"]!["stamp"]!["nanosec"]!);
        Assert.Equal(_robot.JointNames, message["name"]!.AsArray().Select(name => (string)name!));
        Assert.Equal(_robot.Positions.ToArray(), Numbers(message["position"]));
        Assert.Equal(_robot.Velocities.ToArray(), Numbers(message["velocity"]));
        Assert.Equal(_robot.Efforts.ToArray(), Numbers(message["effort"]));
    }

    [Fact]
    public void Motor_values_are_an_array_with_one_value_per_joint()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("base"), new SimulationOptions { IsDynamic = true });
        var payload = new SimulatedMessages(robot).Write(SimulatedOutputs.MotorTemperature, StampNs);

        Assert.True(RosJson.TryDecode(
            RosSchemaSet.Standard.Get("std_msgs/msg/Float64MultiArray"), payload, out var message));
        Assert.Equal("joint", (string)message["layout"]!["dim"]![0]!["label"]!);
        Assert.Equal(2u, (uint)message["layout"]!["dim"]![0]!["size"]!);
        Assert.Equal(
            robot.MotorValues(SimulatedOutputs.MotorTemperature).ToArray(), Numbers(message["data"]));
    }

    [Fact]
    public void An_imu_message_has_its_frame_gravity_and_covariances()
    {
        var message = Decode(SimulatedOutputs.Imu, "sensor_msgs/msg/Imu");

        Assert.Equal("imu_link", (string)message["header"]!["frame_id"]!);
        Assert.Equal(9.8, (double)message["linear_acceleration"]!["z"]!, 0.3);
        Assert.Equal([4e-6, 0, 0, 0, 4e-6, 0, 0, 0, 4e-6], Numbers(message["angular_velocity_covariance"]));
    }

    [Fact]
    public void A_scan_has_a_range_for_each_beam()
    {
        var message = Decode(SimulatedOutputs.Laser, "sensor_msgs/msg/LaserScan");

        Assert.Equal("laser_link", (string)message["header"]!["frame_id"]!);
        Assert.Equal(MathF.Tau / 8, (float)message["angle_increment"]!, 6);
        Assert.Equal(8, message["ranges"]!.AsArray().Count);
        Assert.Empty(message["intensities"]!.AsArray());
    }

    [Fact]
    public void Odometry_leads_from_odom_to_the_root_link()
    {
        var message = Decode(SimulatedOutputs.Odometry, "nav_msgs/msg/Odometry");

        var sample = _robot.ReadOdometry();
        Assert.Equal("odom", (string)message["header"]!["frame_id"]!);
        Assert.Equal("base_footprint", (string)message["child_frame_id"]!);
        Assert.Equal(sample.Pose.Translation.X, (double)message["pose"]!["pose"]!["position"]!["x"]!);
        Assert.Equal(sample.Forward, (double)message["twist"]!["twist"]!["linear"]!["x"]!);
        Assert.Equal(sample.YawRate, (double)message["twist"]!["twist"]!["angular"]!["z"]!);
        Assert.Equal(sample.PositionVariance, Numbers(message["pose"]!["covariance"])[0]);
    }

    [Fact]
    public void A_text_message_holds_the_whole_model()
    {
        var urdf = SampleRobots.FindUrdf("humanoid")!;

        var isRead = RosJson.TryDecode(
            RosSchemaSet.Standard.Get("std_msgs/msg/String"), SimulatedMessages.Text(urdf), out var message);

        Assert.True(isRead);
        Assert.Equal(urdf, (string)message!["data"]!);
    }

    [Fact]
    public void Writing_allocates_nothing_once_the_buffer_fits() => Assert.Equal(0, Allocations.Of(WriteAll));

    private static double[] Numbers(JsonNode? array) => [.. array!.AsArray().Select(number => (double)number!)];

    private JsonObject Decode(SimulatedOutputs output, string type)
    {
        var isRead = RosJson.TryDecode(
            RosSchemaSet.Standard.Get(type),
            _messages.Write(output, StampNs),
            out var message);
        Assert.True(isRead);
        return message!;
    }

    private void WriteAll()
    {
        _messages.Write(SimulatedOutputs.Joints, StampNs);
        _messages.Write(SimulatedOutputs.Imu, StampNs);
        _messages.Write(SimulatedOutputs.Laser, StampNs);
        _messages.Write(SimulatedOutputs.Odometry, StampNs);
    }
}
