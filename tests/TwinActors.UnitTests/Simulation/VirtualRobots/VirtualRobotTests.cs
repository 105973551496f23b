using TwinActors.Robotics.Model;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Simulation.VirtualRobots;

public sealed class VirtualRobotTests
{
    public static TheoryData<string> Robots => ["humanoid", "arm6", "base", "synthetic"];

    [Fact]
    public void A_pendulum_without_losses_keeps_its_energy()
    {
        var robot = Machine.Limp(Machine.Pendulum());
        var armature = robot.Motor(0).Armature;
        var inertia = Machine.Inertia + (Machine.Mass * Machine.Lever * Machine.Lever) + armature;
        double Energy() => (0.5 * inertia * robot.Velocities[0] * robot.Velocities[0])
            - (Machine.Weight * Machine.Lever * Math.Sin(robot.Positions[0]));
        var (lowest, highest) = (0.0, 0.0);

        for (var step = 0; step < 2000; step++)
        {
            robot.Step(0.01, [0], [0], [0]);
            (lowest, highest) = (Math.Min(lowest, Energy()), Math.Max(highest, Energy()));
        }

        // It began at 0 and swings through 19.6 J; semi-implicit integration lets the sum sway but not drift.
        Assert.InRange(lowest, -0.1, 0);
        Assert.InRange(highest, 0, 0.1);
    }

    [Fact]
    public void A_slide_in_free_fall_is_as_slow_as_its_damping_makes_it()
    {
        var robot = Machine.Limp(Machine.Slide(new JointDynamics(40, 0)));

        Machine.Hold(robot, 0, 10);

        Assert.Equal(-Machine.Weight / 40, robot.Velocities[0], 1e-3);
    }

    [Theory]
    [InlineData(1.02, 0)]
    [InlineData(0.8, -0.2)]
    public void Friction_holds_what_is_lighter_and_slows_what_is_heavier(double share, double expectedShare)
    {
        var robot = Machine.Limp(Machine.Slide(new JointDynamics(0, share * Machine.Weight)));

        Machine.Hold(robot, 0, 0.5);

        // Friction takes some milliseconds to build up. v = a·t with what it leaves of the weight, on the mass and the
        // rotor.
        var mass = Machine.Mass + robot.Motor(0).Armature;
        Assert.Equal(expectedShare * Machine.Weight / mass * 0.5, robot.Velocities[0], 0.02);
        Assert.Equal(expectedShare == 0, Math.Abs(robot.Positions[0]) < 1e-3);
    }

    [Fact]
    public void A_joint_that_stands_still_by_friction_does_not_creep()
    {
        var robot = Machine.Limp(Machine.Slide(new JointDynamics(0, 1.2 * Machine.Weight)));
        Machine.Hold(robot, 0, 1);
        var before = robot.Positions[0];

        Machine.Hold(robot, 0, 100);

        Assert.Equal(before, robot.Positions[0], 1e-12);
    }

    [Fact]
    public void A_stop_ends_the_motion_at_the_limit()
    {
        var robot = Machine.Limp(Machine.Slide(limits: new JointLimits(-0.5, 0.5, 5, 60)));

        Machine.Hold(robot, 0, 3);

        Assert.Equal(-0.5, robot.Positions[0]);
        Assert.Equal(0, robot.Velocities[0]);
    }

    [Fact]
    public void Without_power_the_brakes_hold_the_arm()
    {
        var robot = new VirtualRobot(SimulatedRobotTests.Model("arm6"));
        double[] bent = [0, 0.8, 1.0, 0, 0.6, 0];
        robot.Place(bent, new double[6]);
        robot.IsPowered = false;

        for (var step = 0; step < 300; step++)
        {
            robot.Step(0.01, bent, new double[6], new double[6]);
        }

        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(bent[i], robot.Positions[i], 2e-3));
        Assert.All(robot.Efforts.ToArray(), effort => Assert.Equal(0, effort));
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void A_robot_in_good_order_follows_its_setpoints(string name)
    {
        var robot = new VirtualRobot(SimulatedRobotTests.Model(name));
        var (positions, velocities, accelerations) =
            (new double[robot.Count], new double[robot.Count], new double[robot.Count]);
        var worst = 0.0;

        for (var step = 1; step <= 1000; step++)
        {
            for (var i = 0; i < robot.Count; i++)
            {
                // Begins with no velocity and no acceleration: 0.15 − 0.2 cos t + 0.05 cos 2t, halved.
                var (t, phase) = (step * 0.01, 0.5);
                positions[i] = phase * (0.15 - (0.2 * Math.Cos(t)) + (0.05 * Math.Cos(2 * t)));
                velocities[i] = phase * ((0.2 * Math.Sin(t)) - (0.1 * Math.Sin(2 * t)));
                accelerations[i] = phase * ((0.2 * Math.Cos(t)) - (0.2 * Math.Cos(2 * t)));
            }

            robot.Step(0.01, positions, velocities, accelerations);
            for (var i = 0; i < robot.Count; i++)
            {
                worst = Math.Max(worst, Math.Abs(positions[i] - robot.Positions[i]));
            }
        }

        Assert.InRange(worst, 0, 0.005);
    }

    [Fact]
    public void A_current_carries_the_effort_through_gear_and_losses()
    {
        var robot = new VirtualRobot(Machine.Slide());
        var motor = robot.Motor(0);

        Machine.Hold(robot, 0, 5);

        Assert.Equal(Machine.Weight, robot.Efforts[0], 1e-6);
        var mean = ((1 / motor.GearEfficiency) + motor.GearEfficiency) / 2;
        Assert.Equal(
            Machine.Weight * mean / (motor.GearRatio * motor.TorqueConstant), robot.Currents[0], 1e-6);
    }

    [Fact]
    public void A_motor_that_holds_a_load_gets_as_warm_as_its_two_resistances_make_it()
    {
        var robot = new VirtualRobot(Machine.Slide(limits: new JointLimits(-1, 1, 1, 50)));
        var motor = robot.Motor(0);

        // Five time constants of the housing, in steps of a tenth of a second.
        for (var step = 0; step < 60_000; step++)
        {
            robot.Step(0.1, [0], [0], [0]);
        }

        var winding = robot.WindingTemperatures[0];
        var warm = motor.Resistance * (1 + (MotorModel.CopperCoefficient * (winding - 25)));
        var heat = robot.Currents[0] * robot.Currents[0] * warm;
        Assert.InRange(winding, 60, 120);
        Assert.Equal(22 + (heat * motor.HousingResistance), robot.HousingTemperatures[0], 0.6);
        Assert.Equal(robot.HousingTemperatures[0] + (heat * motor.WindingResistance), winding, 0.1);
    }

    [Fact]
    public void A_motor_that_is_too_weak_gives_its_limit_gets_hot_and_then_gives_less()
    {
        var robot = new VirtualRobot(Machine.Slide(limits: new JointLimits(-1, 1, 1, 0.9 * Machine.Weight)));

        Machine.Hold(robot, 0, 1);
        var limited = robot.Efforts[0];
        Machine.Hold(robot, 0, 300);

        Assert.InRange(limited, 0.85 * Machine.Weight, 0.9 * Machine.Weight);
        Assert.InRange(robot.WindingTemperatures[0], MotorModel.DeratingCelsius, MotorModel.HighestCelsius);
        Assert.True(robot.Efforts[0] < 0.9 * limited, $"{robot.Efforts[0]} N");
        Assert.Equal(-1, robot.Positions[0]);
    }

    [Fact]
    public void A_motor_at_its_highest_voltage_goes_no_faster()
    {
        var robot = new VirtualRobot(Machine.Slide(limits: new JointLimits(-100, 100, 0.5, 200)));

        for (var step = 0; step < 300; step++)
        {
            robot.Step(0.01, [50], [0], [0]);
        }

        var motor = robot.Motor(0);
        Assert.InRange(robot.Voltages[0], 40, 48.0001);
        Assert.InRange(
            robot.Velocities[0], 0.5, motor.SupplyVoltage / (motor.TorqueConstant * motor.GearRatio));
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void A_saved_robot_goes_on_to_the_same_bytes(string name)
    {
        var model = SimulatedRobotTests.Model(name);
        var (straight, late) = (new VirtualRobot(model), new VirtualRobot(model));
        Run(straight, 0, 50);
        var saved = straight.Save();
        var fork = straight.Fork();
        Run(straight, 50, 100);

        late.Restore(saved);
        Run(late, 50, 100);
        Run(fork, 50, 100);

        Assert.Equal(straight.Save(), late.Save());
        Assert.Equal(straight.Save(), fork.Save());
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        var robot = new VirtualRobot(Machine.Slide());
        Machine.Hold(robot, 0, 0.1);
        var before = robot.Save();

        Machine.Hold(robot.Fork(), 0.2, 1);

        Assert.Equal(before, robot.Save());
    }

    [Fact]
    public void What_does_not_fit_is_refused_with_both_numbers()
    {
        var robot = new VirtualRobot(Machine.Slide());
        var other = new VirtualRobot(SimulatedRobotTests.Model("arm6"));

        Assert.Contains(
            "has 1 movable joints; 2 values",
            Assert.Throws<ArgumentException>(() => robot.Step(0.01, [0, 0], [0], [0])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "above 0 and at most 1 s",
            Assert.Throws<ArgumentOutOfRangeException>(() => robot.Step(0, [0], [0], [0])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            $"has {other.Save().Length} bytes; that of the virtual robot of model 'machine' has {robot.Save().Length}",
            Assert.Throws<ArgumentException>(() => robot.Restore(other.Save())).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "1 movable joints; 0 motors",
            Assert.Throws<ArgumentException>(
                () => new VirtualRobot(Machine.Slide(), new VirtualRobotOptions { Motors = [] })).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Bandwidth is 0 rad/s; 0.1 to 100",
            Assert.Throws<ArgumentOutOfRangeException>(
                () => new VirtualRobot(Machine.Slide(), new VirtualRobotOptions { Bandwidth = 0 })).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void A_step_allocates_nothing(string name)
    {
        var robot = new VirtualRobot(SimulatedRobotTests.Model(name));
        var (positions, rest) = (new double[robot.Count], new double[robot.Count]);

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var step = 0; step < 100; step++)
            {
                robot.Step(0.01, positions, rest, rest);
            }
        }));
    }

    private static void Run(VirtualRobot robot, int from, int to)
    {
        var (positions, rest) = (new double[robot.Count], new double[robot.Count]);
        for (var step = from; step < to; step++)
        {
            Array.Fill(positions, 0.1 * Math.Sin(step * 0.05));
            robot.Step(0.01, positions, rest, rest);
        }
    }
}
