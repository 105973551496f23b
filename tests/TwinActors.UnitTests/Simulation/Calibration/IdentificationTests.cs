using System.Collections.Immutable;
using TwinActors.Robotics.Model;
using TwinActors.Simulation;
using TwinActors.Simulation.Calibration;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.UnitTests.Simulation.Calibration;

public sealed class IdentificationTests
{
    private const string Tool = "tool0";
    private const double PayloadKilograms = 0.8;

    private static readonly RobotModel Arm = SampleRobots.Load("arm6");

    // As the robot is: more friction and damping than its model says, and a weight in its hand.
    private static readonly RobotModel Worn = With(Arm, (joint, i) => new JointDynamics(
        joint.Dynamics!.Damping * (1.3 + (0.1 * i)), joint.Dynamics.Friction * (1.5 + (0.1 * i))));

    private static readonly Lazy<MeasuredMotion> Motion = new(() => Measure(Worn, PayloadKilograms));

    private static readonly Lazy<IdentifiedParameters> Found =
        new(() => Identification.Of(Arm, Motion.Value, Tool));

    [Fact]
    public void Planted_friction_is_recovered_within_five_percent_from_what_the_sensors_tell()
    {
        foreach (var (joint, planted) in Excited())
        {
            Assert.Equal(planted.Friction, joint.Friction!.Value, 0.05 * planted.Friction);
        }
    }

    [Fact]
    public void Planted_payload_is_recovered_within_five_percent()
    {
        var payload = Found.Value.Payload!;

        Assert.Equal(PayloadKilograms, payload.Mass!.Value, 0.05 * PayloadKilograms);
        Assert.InRange(payload.Deviation!.Value, 0, 0.02);
    }

    [Fact]
    public void Planted_damping_is_recovered_as_far_as_it_shows()
    {
        foreach (var (joint, planted) in Excited())
        {
            Assert.Equal(planted.Damping, joint.Damping!.Value, 0.1 * planted.Damping);
        }
    }

    [Fact]
    public void What_is_identified_explains_more_than_the_model_as_it_is()
    {
        foreach (var (joint, _) in Excited())
        {
            Assert.True(
                joint.ResidualAfter < 0.5 * joint.ResidualBefore,
                $"{joint.Joint}: {joint.ResidualBefore} before, {joint.ResidualAfter} after");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_delay_of_the_efforts_is_found(int samples)
    {
        var motion = Motion.Value;
        var late = motion with
        {
            Efforts = [.. motion.Efforts.Select(row => ImmutableArray.CreateRange(
                Enumerable.Range(0, row.Length).Select(k => row[Math.Max(0, k - samples)])))],
        };

        var found = Identification.Of(Arm, late, Tool);

        Assert.Equal(samples * 0.01, found.EffortDelay!.Value, 0.006);
    }

    [Fact]
    public void The_same_motion_says_the_same_to_the_bit() =>
        Assert.Equal(Found.Value.Joints, Identification.Of(Arm, Motion.Value, Tool).Joints);

    [Fact]
    public void A_robot_that_stands_still_says_nothing()
    {
        var still = Arm.MovableJoints.Select(_ => ImmutableArray.CreateRange(Enumerable.Repeat(0.1, 500)));
        var motion = new MeasuredMotion(
            [.. Enumerable.Range(0, 500).Select(k => k * 0.01)], [.. still], [.. still]);

        var found = Identification.Of(Arm, motion, Tool);

        Assert.All(found.Joints, joint =>
        {
            Assert.Null(joint.Friction);
            Assert.Contains("moves in 0 samples", joint.Refusal, StringComparison.Ordinal);
        });
        Assert.Null(found.Payload!.Mass);
        Assert.Contains("shows a weight at tool0", found.Payload.Refusal, StringComparison.Ordinal);
    }

    // Always at one speed in one direction, friction and damping are one number.
    [Fact]
    public void A_motion_at_one_speed_does_not_tell_friction_from_damping()
    {
        var time = Enumerable.Range(0, 1000).Select(k => k * 0.01).ToImmutableArray();
        var motion = new MeasuredMotion(
            time,
            [.. Arm.MovableJoints.Select(_ => time.Select(t => -1 + (0.2 * t)).ToImmutableArray())],
            [.. Arm.MovableJoints.Select(_ => time.Select(t => 1.0).ToImmutableArray())]);

        var joint = Identification.Of(Arm, motion, null).Joints[0];

        Assert.Null(joint.Friction);
        Assert.Contains("in both directions at several speeds", joint.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_motion_of_another_robot_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(
            () => Identification.Of(SampleRobots.Load("humanoid"), Motion.Value, null));

        Assert.Contains("the motion has 6 with positions", refused.Message, StringComparison.Ordinal);
    }

    private static (IdentifiedJoint Found, JointDynamics Planted)[] Excited()
    {
        (IdentifiedJoint, JointDynamics)[] excited =
        [
            .. Found.Value.Joints.Zip(VirtualRobot.LossesOf(Worn)).Where(pair => pair.First.Refusal is null),
        ];
        Assert.True(excited.Length >= 4, string.Join('\n', Found.Value.Joints.Select(joint => joint.Refusal)));
        return excited;
    }

    // A minute of the simulator's own motion, as its encoders and its noisy sensors tell it.
    private static MeasuredMotion Measure(RobotModel model, double payload)
    {
        var robot = new SimulatedRobot(model, new SimulationOptions { Seed = 5, IsDynamic = true });
        robot.Inject(new Fault(FaultKind.PayloadChange, Tool, payload / (0.1 * model.Mass)));
        var count = model.MovableJoints.Length;
        var times = new List<double>();
        var (positions, efforts) = (Rows(count), Rows(count));
        for (var k = 0; k < 6000; k++)
        {
            robot.Step();
            times.Add(robot.ElapsedNanoseconds * 1e-9);
            for (var i = 0; i < count; i++)
            {
                positions[i].Add(robot.Positions[i]);
                efforts[i].Add(robot.Efforts[i]);
            }
        }

        return new MeasuredMotion(
            [.. times], [.. positions.Select(row => row.ToImmutableArray())],
            [.. efforts.Select(row => row.ToImmutableArray())]);
    }

    private static List<double>[] Rows(int count) => [.. Enumerable.Range(0, count).Select(_ => new List<double>())];

    private static RobotModel With(RobotModel model, Func<Joint, int, JointDynamics> losses)
    {
        var movable = 0;
        return new RobotModel(
            model.Name, model.Links,
            [.. model.Joints.Select(joint =>
                joint.IsMovable ? joint with { Dynamics = losses(joint, movable++) } : joint)],
            model.Materials);
    }
}
