using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using TwinActors.Simulation.Sensors;
using Xunit;

namespace TwinActors.UnitTests.Simulation;

public sealed class SimulatedSensorTests
{
    private static readonly SimulationOptions Exact = new() { NoiseScale = 0 };

    [Fact]
    public void A_beam_measures_the_distance_to_the_first_wall()
    {
        var world = new FlatWorld([new Wall(2, -1, 2, 1), new Wall(5, -1, 5, 1)]);

        Assert.Equal(2, world.Distance(0, 0, 1, 0), 12);
        Assert.Equal(2 * Math.Sqrt(2), world.Distance(0, -1.5, Math.Sqrt(0.5), Math.Sqrt(0.5)), 9);
        Assert.Equal(double.PositiveInfinity, world.Distance(0, 0, -1, 0));
        Assert.Equal(double.PositiveInfinity, world.Distance(0, 2, 1, 0));
    }

    [Fact]
    public void A_scan_of_the_room_sees_walls_all_around_and_nothing_through_the_door()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("base"), Exact with { LaserBeams = 720 });
        var (far, nearest) = (0, float.MaxValue);

        for (var step = 0; step < 2600; step++)
        {
            if (robot.Step().HasFlag(SimulatedOutputs.Laser))
            {
                Assert.Equal(720, robot.LaserRanges.Length);
                foreach (var range in robot.LaserRanges)
                {
                    far += float.IsPositiveInfinity(range) ? 1 : 0;
                    nearest = Math.Min(nearest, range);
                }
            }
        }

        // The scanner sits 0.18 m ahead of the middle of a base that reaches 0.3 m ahead: nearer, it would touch a
        // wall.
        Assert.True(nearest > 0.3, $"{nearest} m");
        // Beams through the door, and those along the room that are longer than the scanner's range.
        Assert.InRange(far, 100, 260 * 720 / 4);
    }

    [Fact]
    public void Beams_of_a_scan_lie_where_its_geometry_says()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("base"), new() { LaserBeams = 360, LaserHz = 20 });

        var geometry = robot.LaserGeometry;

        Assert.Equal(-Math.PI, geometry.AngleMinimum, 6);
        Assert.Equal(geometry.AngleMaximum, geometry.AngleMinimum + (359 * geometry.AngleIncrement), 5);
        Assert.Equal(0.05f, geometry.ScanSeconds);
    }

    [Fact]
    public void An_imu_that_is_bolted_down_feels_gravity_only()
    {
        var model = UrdfReader.Read(
            """
            <robot name="r"><link name="a"/><link name="imu"/><joint name="mount" type="fixed">
            <parent link="a"/><child link="imu"/><origin rpy="1.5707963267948966 0 0"/></joint></robot>
            """,
            "test").Model!;
        var robot = new SimulatedRobot(model, Exact);
        robot.Step();

        var sample = robot.ReadImu();

        // Rolled by a quarter turn, the sensor's y axis points up.
        Assert.Equal(9.80665, sample.LinearAcceleration.Y, 6);
        Assert.Equal(0, sample.LinearAcceleration.Z, 6);
        Assert.Equal(0, sample.AngularVelocity.Length, 9);
    }

    [Fact]
    public void The_imu_of_the_base_turns_once_round_per_lap()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("base"), Exact);
        var (turned, steps) = (0.0, 0);

        for (; steps < 2600; steps++)
        {
            robot.Step();
            turned += robot.ReadImu().AngularVelocity.Z * 0.01;
        }

        Assert.Equal(Math.Tau, turned, 2);
    }

    [Fact]
    public void The_humanoids_imu_shakes_with_its_stride_around_one_g()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("humanoid"), Exact);
        var (sum, lowest, highest) = (0.0, double.MaxValue, double.MinValue);

        for (var step = 0; step < 1200; step++)
        {
            robot.Step();
            var up = robot.ReadImu().LinearAcceleration.Z;
            sum += up;
            (lowest, highest) = (Math.Min(lowest, up), Math.Max(highest, up));
        }

        Assert.Equal(9.80665, sum / 1200, 1);
        Assert.InRange(highest - lowest, 0.5, 6);
    }

    [Fact]
    public void Odometry_without_slip_comes_home_after_a_lap()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("base"), Exact);
        var farthest = 0.0;

        for (var step = 0; step < 2600; step++)
        {
            robot.Step();
            farthest = Math.Max(farthest, robot.ReadOdometry().Pose.Translation.Length);
        }

        Assert.True(farthest > 3);
        Assert.True(robot.ReadOdometry().Pose.Translation.Length < 0.05);
        var heading = robot.ReadOdometry().Pose.Rotation.Rotate(Vector3.UnitX);
        Assert.Equal(1, heading.X, 2);
    }

    [Fact]
    public void Odometry_with_slip_drifts_within_its_stated_uncertainty()
    {
        var robot = new SimulatedRobot(SampleRobots.Load("base"), new() { Seed = 0 });
        for (var step = 0; step < 5 * 2600; step++)
        {
            robot.Step();
        }

        var sample = robot.ReadOdometry();

        Assert.True(sample.Pose.Translation.Length > 1e-4);
        Assert.True(sample.Pose.Translation.Length < 4 * Math.Sqrt(2 * sample.PositionVariance), $"{sample}");
    }

    [Fact]
    public void Covariances_have_their_variances_on_the_diagonal_only()
    {
        var covariance = new double[36];

        new OdometrySample(Pose.Identity, 0, 0, 0.25, 0.5).WritePoseCovariance(covariance);

        Assert.Equal([0.25, 0.25, 1e-9, 1e-9, 1e-9, 0.5], Enumerable.Range(0, 6).Select(i => covariance[i * 7]));
        Assert.Equal(6, covariance.Count(value => value != 0));
    }

    [Fact]
    public void Noise_has_mean_zero_deviation_one_and_bounds()
    {
        var noise = new SeededNoise(7, 1);
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < 100_000; i++)
        {
            var value = noise.Next();
            Assert.InRange(value, -3.5, 3.5);
            sum += value;
            squares += value * value;
        }

        Assert.Equal(0, sum / 100_000, 0.02);
        Assert.Equal(1, squares / 100_000, 0.02);
    }
}
