using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Simulation;

public sealed class SimulatedRobotTests
{
    private static readonly SimulationOptions Exact = new() { NoiseScale = 0 };

    public static TheoryData<string> Robots => ["humanoid", "arm6", "base", "synthetic"];

    public static MatrixTheoryData<string, bool> RobotsEitherWay =>
        new(["humanoid", "arm6", "base", "synthetic"], [false, true]);

    [Theory]
    [MemberData(nameof(RobotsEitherWay))]
    public void Joints_stay_inside_their_limits_for_two_minutes(string name, bool isDynamic)
    {
        var robot = new SimulatedRobot(Model(name), Exact with { IsDynamic = isDynamic });
        var outside = new HashSet<string>();

        for (var step = 0; step < 12_000; step++)
        {
            robot.Step();
            for (var i = 0; i < robot.JointNames.Length; i++)
            {
                var limits = robot.Model.MovableJoints[i].Limits!;
                if (limits.Excess(robot.Positions[i]) > 0
                    || Math.Abs(robot.Velocities[i]) > limits.Velocity
                    || Math.Abs(robot.Efforts[i]) > limits.Effort)
                {
                    outside.Add(robot.JointNames[i]);
                }
            }
        }

        Assert.Empty(outside);
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void Velocity_is_the_derivative_of_position_and_has_no_jumps(string name)
    {
        var robot = new SimulatedRobot(Model(name), Exact with { RateHz = 1000, Seed = 3 });
        var joints = robot.JointNames.Length;
        var (before, now) = (new double[joints], robot.Positions.ToArray());
        var velocity = robot.Velocities.ToArray();
        var (error, change) = (0.0, 0.0);

        for (var step = 0; step < 15_000; step++)
        {
            robot.Step();
            for (var i = 0; i < joints; i++)
            {
                // Central difference around the sample before: two encoder steps of 4.8e-5 rad in 2 ms.
                var derivative = (robot.Positions[i] - before[i]) / 0.002;
                error = step == 0 ? 0 : Math.Max(error, Math.Abs(derivative - velocity[i]));
                change = Math.Max(change, Math.Abs(robot.Velocities[i] - velocity[i]));
            }

            (before, now) = (now, before);
            robot.Positions.CopyTo(now);
            robot.Velocities.CopyTo(velocity);
        }

        Assert.True(error < 0.03, $"{error} rad/s");

        // Twice continuously differentiable: between two samples 1 ms apart the velocity changes by a · 1 ms only.
        Assert.True(change < 0.05, $"{change} rad/s");
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void Every_joint_of_a_robot_moves_on_its_own_account(string name)
    {
        var robot = new SimulatedRobot(Model(name), Exact);
        var joints = robot.JointNames.Length;
        var (lowest, highest) = (robot.Positions.ToArray(), robot.Positions.ToArray());

        for (var step = 0; step < 6000; step++)
        {
            robot.Step();
            for (var i = 0; i < joints; i++)
            {
                lowest[i] = Math.Min(lowest[i], robot.Positions[i]);
                highest[i] = Math.Max(highest[i], robot.Positions[i]);
            }
        }

        Assert.All(Enumerable.Range(0, joints), i => Assert.True(highest[i] - lowest[i] > 0.03, robot.JointNames[i]));
    }

    [Theory]
    [MemberData(nameof(RobotsEitherWay))]
    public void The_same_seed_and_steps_give_the_same_bytes(string name, bool isDynamic)
    {
        var options = new SimulationOptions { Seed = 42, IsDynamic = isDynamic };

        Assert.Equal(Digest(name, options), Digest(name, options));
        Assert.NotEqual(Digest(name, options), Digest(name, options with { Seed = 43 }));
    }

    [Fact]
    public void Samples_come_at_their_own_rates()
    {
        var robot = new SimulatedRobot(Model("base"), new() { ImuHz = 100, LaserHz = 10, OdometryHz = 30 });
        var counts = new Dictionary<SimulatedOutputs, int>();

        for (var step = 0; step < 1000; step++)
        {
            var outputs = robot.Step();
            foreach (var output in Enum.GetValues<SimulatedOutputs>().Where(o => o != 0 && outputs.HasFlag(o)))
            {
                counts[output] = counts.GetValueOrDefault(output) + 1;
            }
        }

        Assert.Equal(1000, counts[SimulatedOutputs.Joints]);
        Assert.Equal(1000, counts[SimulatedOutputs.Imu]);
        Assert.Equal(100, counts[SimulatedOutputs.Laser]);
        Assert.Equal(300, counts[SimulatedOutputs.Odometry]);
    }

    [Fact]
    public void A_model_without_masses_has_no_efforts_and_without_sensor_links_no_sensors()
    {
        var robot = new SimulatedRobot(
            UrdfReader.Read(
                """
                <robot name="r"><link name="a"/><link name="b"/><joint name="j" type="continuous">
                <parent link="a"/><child link="b"/></joint></robot>
                """,
                "test").Model!,
            new SimulationOptions());

        Assert.Equal(SimulatedOutputs.Joints, robot.Step());
        Assert.True(robot.Efforts.IsEmpty);
        Assert.True(robot.LaserRanges.IsEmpty);
        Assert.Throws<InvalidOperationException>(() => robot.ReadImu());
        Assert.Throws<InvalidOperationException>(() => robot.ReadOdometry());
    }

    [Fact]
    public void A_pendulum_held_out_sideways_needs_the_torque_of_its_weight()
    {
        // 2 kg at 0.5 m from a level axis; the continuous joint sweeps by one radian about 0, where the arm is level.
        var robot = new SimulatedRobot(
            UrdfReader.Read(
                """
                <robot name="r"><link name="a"/><link name="b"><inertial><origin xyz="0.5 0 0"/><mass value="2"/>
                <inertia ixx="0.01" iyy="0.01" izz="0.01"/></inertial></link>
                <joint name="j" type="continuous"><parent link="a"/><child link="b"/><axis xyz="0 1 0"/></joint></robot>
                """,
                "test").Model!,
            Exact);

        for (var step = 0; step < 500; step++)
        {
            robot.Step();
            // Turning about y by q moves the weight to z = −0.5 sin q, so ∂V/∂q = −m g 0.5 cos q.
            Assert.Equal(-2 * 9.80665 * 0.5 * Math.Cos(robot.Positions[0]), robot.Efforts[0], 1e-3);
        }
    }

    [Fact]
    public void A_vertical_slide_carries_its_weight()
    {
        var robot = new SimulatedRobot(
            UrdfReader.Read(
                """
                <robot name="r"><link name="a"/><link name="b"><inertial><mass value="3"/>
                <inertia ixx="0.01" iyy="0.01" izz="0.01"/></inertial></link>
                <joint name="j" type="prismatic"><parent link="a"/><child link="b"/><axis xyz="0 0 1"/>
                <limit lower="0" upper="1" velocity="1" effort="100"/></joint></robot>
                """,
                "test").Model!,
            Exact);

        robot.Step();

        Assert.Equal(3 * 9.80665, robot.Efforts[0], 6);
    }

    [Fact]
    public void A_mimic_follows_its_joint()
    {
        var robot = new SimulatedRobot(
            UrdfReader.Read(
                """
                <robot name="r"><link name="a"/><link name="b"/><link name="c"/>
                <joint name="second" type="continuous"><parent link="a"/><child link="c"/>
                <mimic joint="first" multiplier="-2" offset="0.5"/></joint>
                <joint name="first" type="continuous"><parent link="a"/><child link="b"/></joint></robot>
                """,
                "test").Model!,
            Exact);

        for (var step = 0; step < 100; step++)
        {
            robot.Step();
            Assert.Equal(0.5 - (2 * robot.Positions[1]), robot.Positions[0], 2e-4);
            Assert.Equal(-2 * robot.Velocities[1], robot.Velocities[0], 9);
        }
    }

    [Fact]
    public void Skipped_steps_leave_the_robot_where_walking_them_would()
    {
        var (walked, skipped) = (new SimulatedRobot(Model("arm6"), Exact), new SimulatedRobot(Model("arm6"), Exact));

        for (var step = 0; step < 777; step++)
        {
            walked.Step();
        }

        skipped.Skip(777);

        Assert.Equal(walked.Positions, skipped.Positions);
        Assert.Equal(walked.ElapsedNanoseconds, skipped.ElapsedNanoseconds);
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void A_robot_moved_by_forces_is_where_the_motion_wants_it(string name)
    {
        var (planned, moved) =
            (new SimulatedRobot(Model(name), Exact), new SimulatedRobot(Model(name), Exact with { IsDynamic = true }));
        var worst = 0.0;

        for (var step = 0; step < 3000; step++)
        {
            planned.Step();
            moved.Step();
            for (var i = 0; i < planned.JointNames.Length; i++)
            {
                worst = Math.Max(worst, Math.Abs(planned.Positions[i] - moved.Positions[i]));
            }
        }

        Assert.InRange(worst, 0, 0.005);
    }

    [Fact]
    public void Motors_are_measured_ten_times_a_second_and_get_warm_at_work()
    {
        var robot = new SimulatedRobot(Model("arm6"), new SimulationOptions { IsDynamic = true });
        var samples = 0;
        var coldest = robot.MotorValues(SimulatedOutputs.MotorTemperature).ToArray();

        for (var step = 0; step < 12_000; step++)
        {
            samples += (robot.Step() & SimulatedOutputs.Motors) == SimulatedOutputs.Motors ? 1 : 0;
        }

        Assert.Equal(1200, samples);
        Assert.Equal(22, coldest[1], 1.0);
        Assert.InRange(robot.MotorValues(SimulatedOutputs.MotorTemperature)[1], 25, 90);
        Assert.InRange(Math.Abs(robot.MotorValues(SimulatedOutputs.MotorCurrent)[1]), 0.1, 20);
        Assert.All(robot.MotorValues(SimulatedOutputs.MotorVibration).ToArray(), rms => Assert.InRange(rms, 0.03, 1));
    }

    [Fact]
    public void A_robot_without_forces_has_no_motor_values()
    {
        var robot = new SimulatedRobot(Model("arm6"), Exact);

        Assert.Equal(SimulatedOutputs.None, robot.Outputs & SimulatedOutputs.Motors);
        Assert.Throws<InvalidOperationException>(() => robot.MotorValues(SimulatedOutputs.MotorCurrent).Length);
    }

    [Theory]
    [MemberData(nameof(RobotsEitherWay))]
    public void A_saved_robot_and_a_fork_go_on_to_the_same_bytes(string name, bool isDynamic)
    {
        var options = new SimulationOptions { Seed = 7, IsDynamic = isDynamic };
        var (straight, late) = (new SimulatedRobot(Model(name), options), new SimulatedRobot(Model(name), options));
        Run(straight, 77);
        var saved = straight.Save();
        var fork = straight.Fork();
        Run(straight, 200);

        late.Restore(saved);
        Run(late, 200);
        Run(fork, 200);

        Assert.Equal(straight.Save(), late.Save());
        Assert.Equal(straight.Save(), fork.Save());
    }

    [Theory]
    [MemberData(nameof(RobotsEitherWay))]
    public void A_step_allocates_nothing(string name, bool isDynamic)
    {
        var robot = new SimulatedRobot(Model(name), new SimulationOptions { IsDynamic = isDynamic });

        Assert.Equal(0, Allocations.Of(() => Run(robot, 1000)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(double.NaN)]
    [InlineData(1001.0)]
    public void A_rate_outside_its_range_is_refused(double rateHz)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(
            () => new SimulatedRobot(Model("arm6"), new() { RateHz = rateHz }));

        Assert.Contains("RateHz must be 1 to 1000", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Published_models_move_within_their_limits_too()
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);

        foreach (var file in Directory.EnumerateFiles(TestData.Path("urdf"), "*.urdf", SearchOption.AllDirectories))
        {
            var robot = new SimulatedRobot(UrdfReader.Read(File.ReadAllText(file), file).Model!, Exact);
            var largest = 0.0;
            for (var step = 0; step < 2000; step++)
            {
                robot.Step();
                for (var i = 0; i < robot.JointNames.Length; i++)
                {
                    // A mimic goes where its joint sends it.
                    var joint = robot.Model.MovableJoints[i];
                    largest = joint.Mimic is null && joint.Limits is { } limits
                        ? Math.Max(largest, limits.Excess(robot.Positions[i]))
                        : largest;
                }
            }

            Assert.True(largest == 0, file);
        }
    }

    internal static RobotModel Model(string name) => name == "synthetic"
        ? UrdfReader.Read(SyntheticRobots.Urdf(28), name).Model!
        : SampleRobots.Load(name);

    private static string Digest(string name, SimulationOptions options)
    {
        var robot = new SimulatedRobot(Model(name), options);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var step = 0; step < 500; step++)
        {
            var outputs = robot.Step();
            hash.AppendData(MemoryMarshal.AsBytes(robot.Positions));
            hash.AppendData(MemoryMarshal.AsBytes(robot.Velocities));
            hash.AppendData(MemoryMarshal.AsBytes(robot.Efforts));
            hash.AppendData(MemoryMarshal.AsBytes(robot.LaserRanges));
            hash.AppendData(robot.Save());
            if (outputs.HasFlag(SimulatedOutputs.Imu))
            {
                hash.AppendData(MemoryMarshal.AsBytes([robot.ReadImu()]));
            }

            if (outputs.HasFlag(SimulatedOutputs.Odometry))
            {
                hash.AppendData(MemoryMarshal.AsBytes([robot.ReadOdometry()]));
            }
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Run(SimulatedRobot robot, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            var outputs = robot.Step();
            if ((outputs & SimulatedOutputs.Imu) != 0)
            {
                robot.ReadImu();
            }

            if ((outputs & SimulatedOutputs.Odometry) != 0)
            {
                robot.ReadOdometry();
            }
        }
    }
}
