using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;
using TwinActors.Testing;
using static TwinActors.UnitTests.Robotics.Dynamics.Machines;

namespace TwinActors.UnitTests.Robotics.Dynamics;

public sealed class RigidBodyDynamicsTests
{
    private static readonly Rod Upper = new(Mass: 2.0, Centre: 0.4, Inertia: 0.05, Length: 0.9);
    private static readonly Rod Lower = new(Mass: 1.5, Centre: 0.3, Inertia: 0.02, Length: 0.6);
    private static readonly Vector3 Down = RigidBodyDynamics.StandardGravity;

    public static TheoryData<string> Robots => Names;

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.7, 1.3)]
    [InlineData(-2.4, -5.0)]
    [InlineData(3.1, 0.2)]
    public void A_pendulum_swings_as_its_equation_says(double angle, double speed)
    {
        var tree = new RigidBodyTree(Chain(Upper));
        var acceleration = new double[1];
        const double effort = 0.8;

        new RigidBodyDynamics(tree).ForwardDynamics([angle], [speed], [effort], Down, acceleration);

        // (I + m c²) q̈ = τ - m g c sin q
        var inertia = Upper.Inertia + (Upper.Mass * Upper.Centre * Upper.Centre);
        var expected = (effort - (Upper.Mass * Gravity * Upper.Centre * Math.Sin(angle))) / inertia;
        Assert.Equal(expected, acceleration[0], 1e-12);
    }

    [Fact]
    public void A_double_pendulum_needs_the_efforts_of_its_Lagrange_equations()
    {
        var tree = new RigidBodyTree(Chain(Upper, Lower));
        var random = new Random(7);
        for (var trial = 0; trial < 50; trial++)
        {
            var (q, v, a) = (Numbers(random, 2, 3), Numbers(random, 2, 4), Numbers(random, 2, 9));

            var efforts = Solve(tree, q, v, a, Down);

            var expected = DoublePendulum(q, v, a);
            Assert.Equal(expected[0], efforts[0], 1e-11);
            Assert.Equal(expected[1], efforts[1], 1e-11);
        }
    }

    [Fact]
    public void A_lift_carries_its_load_and_a_turned_one_only_its_part()
    {
        var model = Lift(new Vector3(0.6, 0, 0.8));

        var efforts = Solve(new RigidBodyTree(model), [0.3], [2.0], [1.5], Down);

        // m (a + g·cos) with the axis leaning by acos 0.8
        Assert.Equal(4.0 * (1.5 + (Gravity * 0.8)), efforts[0], 1e-12);
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void Forward_dynamics_undoes_inverse_dynamics(string name)
    {
        var model = Load(name);
        var tree = new RigidBodyTree(model, Rotors(model));
        var dynamics = new RigidBodyDynamics(tree);
        var random = new Random(11);
        for (var trial = 0; trial < 20; trial++)
        {
            var q = Numbers(random, tree.Count, 2);
            var v = Numbers(random, tree.Count, 3);
            var a = Numbers(random, tree.Count, 10);
            var efforts = Solve(tree, q, v, a, Down);
            var back = new double[tree.Count];

            dynamics.ForwardDynamics(q, v, efforts, Down, back);

            Assert.All(a.Zip(back), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
    }

    [Theory]
    [MemberData(nameof(Robots))]
    public void The_mass_matrix_is_what_inverse_dynamics_says_of_unit_accelerations(string name)
    {
        var model = Load(name);
        var tree = new RigidBodyTree(model, Rotors(model));
        var count = tree.Count;
        var q = Numbers(new Random(5), count, 2);
        var matrix = new double[count * count];

        new RigidBodyDynamics(tree).MassMatrix(q, matrix);

        for (var column = 0; column < count; column++)
        {
            var unit = new double[count];
            unit[column] = 1;
            var efforts = Solve(tree, q, new double[count], unit, Vector3.Zero);
            for (var row = 0; row < count; row++)
            {
                Assert.Equal(efforts[row], matrix[(row * count) + column], 1e-10);
            }
        }
    }

    [Theory]
    [InlineData("arm6")]
    [InlineData("humanoid")]
    public void A_robot_that_nothing_drives_keeps_its_energy(string name)
    {
        var model = TwinActors.Simulation.SampleRobots.Load(name);
        var fall = new FreeFall(model, new RigidBodyTree(model, Rotors(model)));
        var before = fall.Energy();

        for (var step = 0; step < 500; step++)
        {
            fall.Step(0.0005);
        }

        // Fourth-order steps: what is left is their error, not the equations'.
        Assert.True(fall.Kinetic() > 1, $"{name} moves with only {fall.Kinetic()} J.");
        Assert.Equal(before, fall.Energy(), 1e-5 * fall.Kinetic());
    }

    [Fact]
    public void A_rotor_adds_its_inertia_to_its_own_joint_alone()
    {
        var model = Chain(Upper, Lower);
        var (q, v, a) = (new[] { 0.4, -1.0 }, new[] { 1.0, 2.0 }, new[] { 3.0, -4.0 });

        var without = Solve(new RigidBodyTree(model), q, v, a, Down);
        var with = Solve(new RigidBodyTree(model, [0.0, 0.25]), q, v, a, Down);

        Assert.Equal(without[0], with[0], 1e-12);
        Assert.Equal(without[1] + (0.25 * -4.0), with[1], 1e-12);
    }

    [Fact]
    public void Links_behind_fixed_joints_are_part_of_the_body_that_carries_them()
    {
        var whole = Chain(new Rod(Mass: 3, Centre: 0.5, Inertia: 0.4, Length: 1));
        var parts = WithFixedPart();
        var (q, v, a) = (new[] { 1.1 }, new[] { 2.0 }, new[] { -3.0 });

        Assert.Equal(
            Solve(new RigidBodyTree(whole), q, v, a, Down)[0],
            Solve(new RigidBodyTree(parts), q, v, a, Down)[0],
            1e-12);
    }

    [Fact]
    public void Another_number_of_values_is_refused_with_both_numbers()
    {
        var dynamics = new RigidBodyDynamics(new RigidBodyTree(Chain(Upper, Lower)));

        var error = Assert.Throws<ArgumentException>(
            () => dynamics.InverseDynamics([0], [0, 0], [0, 0], Down, new double[2]));

        Assert.Contains("2 movable joints; 1 values", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new RigidBodyTree(Chain(Upper), [-1.0]));
        Assert.Throws<ArgumentException>(() => new RigidBodyTree(Chain(Upper), [1.0, 2.0]));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        var model = TwinActors.Simulation.SampleRobots.Load("humanoid");
        var tree = new RigidBodyTree(model, Rotors(model));
        var dynamics = new RigidBodyDynamics(tree);
        var (q, v) = (new double[tree.Count], new double[tree.Count]);
        var (a, f) = (new double[tree.Count], new double[tree.Count]);
        var matrix = new double[tree.Count * tree.Count];

        Assert.Equal(0, Allocations.Of(() =>
        {
            dynamics.ForwardDynamics(q, v, f, Down, a);
            dynamics.InverseDynamics(q, v, a, Down, f);
            dynamics.MassMatrix(q, matrix);
        }));
    }

    // M. W. Spong and others, "Robot Modeling and Control", Wiley 2006, section 7.4, with angles from the vertical.
    private static double[] DoublePendulum(double[] q, double[] v, double[] a)
    {
        var (m1, c1, i1, l1) = (Upper.Mass, Upper.Centre, Upper.Inertia, Upper.Length);
        var (m2, c2, i2) = (Lower.Mass, Lower.Centre, Lower.Inertia);
        var coupling = m2 * l1 * c2;
        var cos = Math.Cos(q[1]);
        var h = -coupling * Math.Sin(q[1]);
        var d11 = (m1 * c1 * c1) + (m2 * ((l1 * l1) + (c2 * c2))) + (2 * coupling * cos) + i1 + i2;
        var d12 = (m2 * c2 * c2) + (coupling * cos) + i2;
        var d22 = (m2 * c2 * c2) + i2;
        var g2 = m2 * c2 * Gravity * Math.Sin(q[0] + q[1]);
        var g1 = (((m1 * c1) + (m2 * l1)) * Gravity * Math.Sin(q[0])) + g2;
        return
        [
            (d11 * a[0]) + (d12 * a[1]) + (2 * h * v[0] * v[1]) + (h * v[1] * v[1]) + g1,
            (d12 * a[0]) + (d22 * a[1]) - (h * v[0] * v[0]) + g2,
        ];
    }

    private static RobotModel Lift(Vector3 axis) => new(
        "lift",
        [new Link("world", null, [], []), new Link("cage", Box(4.0), [], [])],
        [new Joint("lift", JointType.Prismatic, "world", "cage", Pose.Identity, axis)]);

    private static Inertial Box(double mass) => new(
        new Pose(new Vector3(0.1, 0.2, 0.3), Quaternion.Identity), mass, new InertiaMatrix(1, 0, 0, 1, 0, 1));

    // The rod of 3 kg as one of 1 kg with a lump of 2 kg bolted on, turned to make it harder.
    private static RobotModel WithFixedPart()
    {
        var turned = new Pose(new Vector3(0, 0, -0.2), Quaternion.FromRollPitchYaw(0.3, -0.4, 1.2));
        var lump = turned.Inverse() * new Pose(new Vector3(0, 0, -0.6), Quaternion.Identity);
        var chain = Chain(new Rod(Mass: 1, Centre: 0.3, Inertia: 0.34, Length: 1));
        // Centre (1·0.3 + 2·0.6) / 3 = 0.5; inertia about it 0.34 + 1·0.2² + 2·0.1² = 0.4.
        return new RobotModel(
            "parts",
            [.. chain.Links, new Link("lump", new Inertial(lump, 2, default), [], [])],
            [.. chain.Joints, new Joint("bolt", JointType.Fixed, "rod0", "lump", turned, Vector3.UnitX)]);
    }

    /// <summary>A robot that falls, with its energy.</summary>
    private sealed class FreeFall
    {
        private readonly RobotModel _model;
        private readonly RigidBodyDynamics _dynamics;
        private readonly TwinActors.Robotics.Kinematics.KinematicTree _kinematics;
        private readonly int _count;
        private double[] _q;
        private double[] _v;

        public FreeFall(RobotModel model, RigidBodyTree tree)
        {
            _model = model;
            _count = tree.Count;
            _dynamics = new RigidBodyDynamics(tree);
            _kinematics = new(model);
            _q = Numbers(new Random(3), _count, 1);
            _v = Numbers(new Random(4), _count, 1);
        }

        public double Energy() => Kinetic() + Potential();

        public double Kinetic()
        {
            var matrix = new double[_count * _count];
            _dynamics.MassMatrix(_q, matrix);
            return 0.5 * Enumerable.Range(0, _count)
                .Sum(i => Enumerable.Range(0, _count).Sum(j => _v[i] * matrix[(i * _count) + j] * _v[j]));
        }

        public void Step(double dt)
        {
            var (k1, a1) = (_v, Accelerations(_q, _v));
            var (k2, a2) = Middle(k1, a1, dt / 2);
            var (k3, a3) = Middle(k2, a2, dt / 2);
            var (k4, a4) = Middle(k3, a3, dt);
            _q = [.. _q.Select((q, i) => q + (dt / 6 * (k1[i] + (2 * k2[i]) + (2 * k3[i]) + k4[i])))];
            _v = [.. _v.Select((v, i) => v + (dt / 6 * (a1[i] + (2 * a2[i]) + (2 * a3[i]) + a4[i])))];
        }

        private (double[] Velocities, double[] Accelerations) Middle(double[] k, double[] a, double dt)
        {
            var q = _q.Select((value, i) => value + (dt * k[i])).ToArray();
            var v = _v.Select((value, i) => value + (dt * a[i])).ToArray();
            return (v, Accelerations(q, v));
        }

        private double[] Accelerations(double[] q, double[] v)
        {
            var accelerations = new double[_count];
            _dynamics.ForwardDynamics(q, v, new double[_count], Down, accelerations);
            return accelerations;
        }

        private double Potential()
        {
            _kinematics.Place(Pose.Identity, _q);
            return _model.Links.Where(link => link.Inertial is not null).Sum(link =>
                link.Inertial!.Mass * Gravity
                * _kinematics.Poses[_kinematics.PlaceOf(link.Name)].Apply(link.Inertial.Origin.Translation).Z);
        }
    }
}
