using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Testing;
using TwinActors.UnitTests.Simulation.VirtualRobots;

namespace TwinActors.UnitTests.Simulation.Faults;

/// <summary>What each fault does to a robot. The arm's joints: 0 shoulder_pan, 1 shoulder_lift, 2 elbow, …</summary>
public sealed class FaultTests
{
    private static readonly SimulationOptions Exact = new() { NoiseScale = 0, IsDynamic = true };

    [Fact]
    public void A_fault_grows_from_its_beginning_to_its_severity()
    {
        var even = new Fault(FaultKind.FrictionRise, "elbow", 0.8)
        {
            Begin = TimeSpan.FromHours(1),
            Over = TimeSpan.FromHours(2),
        };
        var faster = even with { Growth = FaultGrowth.Exponential };
        double At(Fault fault, double hours) => fault.SeverityAt(TimeSpan.FromHours(hours));

        Assert.Equal([0, 0, 0.4, 0.8, 0.8], new[] { 0, 1, 2, 3, 9.0 }.Select(hours => At(even, hours)));
        Assert.Equal(0.8, At(faster, 3), 1e-12);
        Assert.InRange(At(faster, 2), 0.1, 0.2);
        Assert.Equal(0.8, At(even with { Over = TimeSpan.Zero }, 1));
    }

    [Fact]
    public void A_worn_bearing_makes_its_motor_shake_and_rub()
    {
        var (healthy, worn) = Pair(new Fault(FaultKind.BearingWear, "elbow", 0.8));

        var (quiet, loud) = (
            Mean(healthy, robot => robot.MotorValues(SimulatedOutputs.MotorVibration)[2]),
            Mean(worn, robot => robot.MotorValues(SimulatedOutputs.MotorVibration)[2]));
        var burst = new double[4096];
        worn.MeasureVibration(2, 10_000, burst);

        Assert.True(loud > 2 * quiet, $"{quiet} and {loud} m/s²");
        Assert.Contains(burst, value => value != 0);
    }

    [Fact]
    public void Risen_friction_takes_more_effort()
    {
        var (healthy, stiff) = Pair(new Fault(FaultKind.FrictionRise, "shoulder_pan", 1));

        var (before, after) = (
            Mean(healthy, robot => Math.Abs(robot.Efforts[0])), Mean(stiff, robot => Math.Abs(robot.Efforts[0])));

        Assert.True(after > 1.5 * before, $"{before} and {after} N·m");
    }

    [Fact]
    public void An_overheating_motor_gets_hot()
    {
        var (healthy, hot) = Pair(new Fault(FaultKind.MotorOverheating, "shoulder_lift", 1));

        var (before, after) = (
            Mean(healthy, robot => robot.MotorValues(SimulatedOutputs.MotorTemperature)[1], 12_000),
            Mean(hot, robot => robot.MotorValues(SimulatedOutputs.MotorTemperature)[1], 12_000));

        Assert.True(after - 22 > 2 * (before - 22), $"{before} and {after} °C");
    }

    [Fact]
    public void Backlash_leaves_the_joint_behind_when_the_direction_changes()
    {
        // Level, so that no weight takes the play up; the friction holds the joint where the motor left it.
        var model = Machine.Level();
        var robot = new VirtualRobot(model);
        robot.Condition(0) = JointCondition.Healthy with { Backlash = 0.04 };
        double Reach(double from, double to)
        {
            // Slowly, so that it does not coast through the play when it stops.
            for (var step = 1; step <= 1200; step++)
            {
                var share = Math.Min(1, step / 1000.0);
                robot.Step(0.01, [from + (share * (to - from))], [step <= 1000 ? (to - from) / 10 : 0], [0]);
            }

            return robot.Positions[0];
        }

        Reach(0, -0.5);
        var rising = Reach(-0.5, 0.1);
        var seenRising = robot.EncoderPositions[0];
        Reach(0.1, 0.5);
        var falling = Reach(0.5, 0.1);

        Assert.InRange(falling - rising, 0.03, 0.045);
        Assert.Equal(0.1, seenRising, 0.005);
    }

    [Fact]
    public void A_drifted_encoder_moves_the_joint_while_it_tells_the_setpoint()
    {
        var robot = new VirtualRobot(Machine.Slide());
        var faults = new RobotFaults(robot.Model, ["joint"]);
        faults.Add(new Fault(FaultKind.EncoderDrift, "joint", 1), SimulatedOutputs.Motors);

        faults.Apply(TimeSpan.Zero, robot);
        Machine.Hold(robot, 0, 2);

        Assert.Equal(0, robot.EncoderPositions[0], 1e-4);
        Assert.Equal(-0.005, robot.Positions[0], 1e-4);
    }

    [Fact]
    public void A_stuck_sensor_tells_the_same_while_the_other_joints_move()
    {
        var (_, robot) = Pair(new Fault(FaultKind.SensorStuck, "elbow", 1) { Begin = TimeSpan.FromSeconds(2) });
        Steps(robot, 199);
        var (stuck, free) = (robot.Positions[2], robot.Positions[0]);

        var told = new HashSet<double>();
        for (var step = 0; step < 500; step++)
        {
            robot.Step();
            told.Add(robot.Positions[2]);
        }

        Assert.Equal([stuck], told);
        Assert.NotEqual(free, robot.Positions[0]);
    }

    [Fact]
    public void A_noisy_sensor_spreads_about_the_truth()
    {
        var (healthy, noisy) = Pair(new Fault(FaultKind.SensorNoise, "elbow", 0.5));
        var squares = 0.0;

        for (var step = 0; step < 2000; step++)
        {
            healthy.Step();
            noisy.Step();
            squares += Math.Pow(noisy.Positions[2] - healthy.Positions[2], 2);
        }

        Assert.Equal(0.01, Math.Sqrt(squares / 2000), 0.001);
    }

    [Fact]
    public void Dropout_loses_samples_of_a_stream_and_values_of_a_joint()
    {
        var (_, robot) = Pair(new Fault(FaultKind.Dropout, "joints", 0.3));
        robot.Inject(new Fault(FaultKind.Dropout, "elbow", 0.6));
        var (samples, values) = (0, 0);

        for (var step = 0; step < 2000; step++)
        {
            samples += (robot.Step() & SimulatedOutputs.Joints) != 0 ? 1 : 0;
            values += double.IsNaN(robot.Positions[2]) && double.IsNaN(robot.Efforts[2]) ? 0 : 1;
            Assert.False(double.IsNaN(robot.Positions[0]));
        }

        Assert.InRange(samples, 1300, 1500);
        Assert.InRange(values, 700, 900);
    }

    [Fact]
    public void Latency_delivers_the_same_samples_later_and_catches_up_when_it_ends()
    {
        var (healthy, late) = Pair(new Fault(FaultKind.Latency, "link", 0.4));
        Steps(healthy, 100);

        Steps(late, 120);

        Assert.Equal(healthy.ElapsedNanoseconds, late.ElapsedNanoseconds);
        Assert.Equal(healthy.Positions, late.Positions);

        late.Inject(new Fault(FaultKind.Latency, "link", 0));
        Steps(late, 2);
        Steps(healthy, 22);

        Assert.Equal(122, late.Steps);
        Assert.Equal(healthy.ElapsedNanoseconds, late.ElapsedNanoseconds);
        Assert.Equal(healthy.Positions, late.Positions);
    }

    [Fact]
    public void A_lost_link_is_silent_for_its_share_of_the_time()
    {
        var (_, robot) = Pair(new Fault(FaultKind.LinkLoss, "link", 0.3));
        var heard = 0;

        for (var step = 0; step < 2000; step++)
        {
            heard += robot.Step() == SimulatedOutputs.None ? 0 : 1;
        }

        Assert.InRange(heard, 1395, 1405);
    }

    [Fact]
    public void A_failed_brake_lets_the_arm_fall_when_the_power_goes()
    {
        var (held, dropped) = (new VirtualRobot(Machine.Slide()), new VirtualRobot(Machine.Slide()));
        var faults = new RobotFaults(dropped.Model, ["joint"]);
        faults.Add(new Fault(FaultKind.BrakeFailure, "joint", 1), SimulatedOutputs.Motors);

        faults.Apply(TimeSpan.Zero, dropped);
        (held.IsPowered, dropped.IsPowered) = (false, false);
        Machine.Hold(held, 0, 1);
        Machine.Hold(dropped, 0, 1);

        Assert.Equal(0, held.Positions[0], 2e-3);
        Assert.True(dropped.Positions[0] < -0.5, $"{dropped.Positions[0]} m");
    }

    [Fact]
    public void A_heavier_payload_weighs_on_the_motors()
    {
        var robot = new VirtualRobot(Machine.Slide());
        var faults = new RobotFaults(robot.Model, ["joint"]);
        faults.Add(new Fault(FaultKind.PayloadChange, "weight", 1), SimulatedOutputs.Motors);

        Machine.Hold(robot, 0, 2);
        var before = robot.Efforts[0];
        faults.Apply(TimeSpan.Zero, robot);
        Machine.Hold(robot, 0, 2);

        Assert.Equal(Machine.Weight, before, 1e-3);
        Assert.Equal(1.1 * Machine.Weight, robot.Efforts[0], 1e-3);
        Assert.InRange(robot.Positions[0], -0.01, -1e-4);
    }

    [Fact]
    public void The_same_seed_and_faults_give_the_same_bytes_and_a_fork_goes_on_with_them()
    {
        SimulatedRobot Faulty()
        {
            var options = new SimulationOptions { IsDynamic = true, Seed = 3 };
            var robot = new SimulatedRobot(SampleRobots.Load("arm6"), options);
            foreach (var kind in Enum.GetValues<FaultKind>())
            {
                var component = kind switch
                {
                    FaultKind.PayloadChange => "tool0",
                    FaultKind.Latency or FaultKind.LinkLoss => "link",
                    _ => "elbow",
                };
                robot.Inject(new Fault(kind, component, 0.5) { Over = TimeSpan.FromSeconds(4) });
            }

            return robot;
        }

        var (first, second) = (Faulty(), Faulty());
        Steps(first, 300);
        var fork = first.Fork();
        Steps(first, 300);
        Steps(second, 600);
        Steps(fork, 300);

        Assert.Equal(first.Save(), second.Save());
        Assert.Equal(first.Save(), fork.Save());
        Assert.Equal(first.Faults, fork.Faults);
    }

    [Theory]
    [InlineData(FaultKind.Backlash, "knee", 0.5, "no component 'knee' for this fault; it has shoulder_pan")]
    [InlineData(FaultKind.Latency, "elbow", 0.5, "it has link")]
    [InlineData(FaultKind.Dropout, "laser", 0.5, "it has joints, motors, shoulder_pan")]
    [InlineData(FaultKind.PayloadChange, "elbow", 0.5, "it has base_link")]
    [InlineData(FaultKind.Backlash, "elbow", 1.5, "a number from 0 to 1, not 1.5")]
    public void A_fault_that_cannot_be_is_refused(FaultKind kind, string component, double severity, string words)
    {
        var robot = new SimulatedRobot(SampleRobots.Load("arm6"), Exact);

        var exception = Assert.Throws<ArgumentException>(() => robot.Inject(new Fault(kind, component, severity)));

        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_robot_without_forces_has_no_faults_that_need_them()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("arm6"), Exact with { IsDynamic = false });

        Assert.Contains(
            "without forces", robot.WhyNot(new Fault(FaultKind.Backlash, "elbow", 1))!, StringComparison.Ordinal);
        Assert.Null(robot.WhyNot(new Fault(FaultKind.SensorStuck, "elbow", 1)));
    }

    [Fact]
    public void A_step_with_faults_allocates_nothing()
    {
        var (_, robot) = Pair(new Fault(FaultKind.FrictionRise, "elbow", 1));
        robot.Inject(new Fault(FaultKind.PayloadChange, "tool0", 1) { Over = TimeSpan.FromMinutes(1) });
        robot.Inject(new Fault(FaultKind.SensorNoise, "elbow", 1));

        Assert.Equal(0, Allocations.Of(() => Steps(robot, 200)));
    }

    private static (SimulatedRobot Healthy, SimulatedRobot Faulty) Pair(Fault fault)
    {
        RobotModel model = SampleRobots.Load("arm6");
        var (healthy, faulty) = (new SimulatedRobot(model, Exact), new SimulatedRobot(model, Exact));
        faulty.Inject(fault);
        return (healthy, faulty);
    }

    private static void Steps(SimulatedRobot robot, int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            robot.Step();
        }
    }

    private static double Mean(SimulatedRobot robot, Func<SimulatedRobot, double> value, int steps = 1500)
    {
        var sum = 0.0;
        for (var step = 0; step < steps; step++)
        {
            robot.Step();
            sum += value(robot);
        }

        return sum / steps;
    }
}
