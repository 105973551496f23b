using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.VirtualRobots;

namespace TwinActors.Simulation.Calibration;

/// <summary>Friction, damping and rotor inertia of each joint, a payload and the delay of the efforts, from measured
/// motion.</summary>
/// <remarks>
/// <para>What inverse dynamics leaves of the measured effort is linear in the unknowns:
/// τ - RNEA(q, q̇, q̈) = f·sgn(q̇) + d·q̇ + J·q̈ + m·(RNEA with 1 kg - RNEA). Weighted
/// linear least squares, each joint weighted by what it cannot explain: M. Gautier, "Dynamic
/// identification of robots with power model", ICRA 1997; J. Swevers, W. Verdonck and J. De Schutter, "Dynamic model
/// identification for industrial robots", IEEE Control Systems Magazine 27(5), 2007.
/// Friction is Coulomb and viscous; samples near standstill, where it is neither, are left out: B. Armstrong-Hélouvry,
/// P. Dupont and C. Canudas de Wit, "A survey of models, analysis tools and compensation methods for the control of
/// machines with friction", Automatica 30(7), 1994.</para>
/// <para>Masses and inertias of the model are taken as right, the root as held. Deterministic.</para>
/// </remarks>
public sealed class Identification
{
    /// <summary>Condition number above which the motion does not tell the unknowns apart [1].</summary>
    /// <remarks>Gautier asks for 100 of all columns; three columns of one joint do better when it moves well.</remarks>
    public const double MostCondition = 50;

    /// <summary>Fewest moving samples of a joint: two seconds at 100 Hz.</summary>
    public const int FewestRows = 200;

    // Delays are looked for this many samples back and forth.
    private const int MostShift = 5;

    // Of its highest speed; slower is near standstill.
    private const double SlowShare = 0.05;
    private const double Slowest = 0.01;

    // A payload has to show itself by at least this share beside friction, damping and rotor.
    private const double LeastPayloadShare = 0.05;

    private readonly RobotModel _model;
    private readonly MeasuredMotion _motion;
    private readonly string? _payloadLink;
    private readonly Tracks _tracks;

    private Identification(RobotModel model, MeasuredMotion motion, string? payloadLink)
    {
        _model = model;
        _motion = motion;
        _payloadLink = payloadLink;
        _tracks = Tracks.Of(model, motion, payloadLink);
    }

    /// <summary>Identifies.</summary>
    /// <param name="model">The robot.</param>
    /// <param name="motion">Its measured motion, evenly sampled by and large.</param>
    /// <param name="payloadLink">Link that carries a weight of unknown mass at its origin; <see langword="null"/>:
    /// none does.</param>
    /// <exception cref="ArgumentException">The motion has other joints than the model, too few samples, or the model no
    /// such link.</exception>
    public static IdentifiedParameters Of(RobotModel model, MeasuredMotion motion, string? payloadLink)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(motion);
        if (motion.Positions.Length != model.MovableJoints.Length || motion.Efforts.Length != motion.Positions.Length)
        {
            throw new ArgumentException(
                $"Model '{model.Name}' has {model.MovableJoints.Length} movable joints; the motion has "
                + $"{motion.Positions.Length} with positions and {motion.Efforts.Length} with efforts.",
                nameof(motion));
        }

        if (motion.Seconds.Length < FewestRows)
        {
            throw new ArgumentException(
                $"The motion has {motion.Seconds.Length} samples; {FewestRows} at least are needed.", nameof(motion));
        }

        var identification = new Identification(model, motion, payloadLink);
        return identification.Solve();
    }

    private IdentifiedParameters Solve()
    {
        var period = (_motion.Seconds[^1] - _motion.Seconds[0]) / (_motion.Seconds.Length - 1);
        var residuals = new double[(2 * MostShift) + 1];
        for (var i = 0; i < residuals.Length; i++)
        {
            residuals[i] = Unexplained(Gather((i - MostShift) * period));
        }

        var delay = Lowest(residuals) is { } shift ? (shift - MostShift) * period : (double?)null;
        var equations = Gather(delay ?? 0);
        var payload = _payloadLink is null ? null : PayloadOf(equations);
        return new IdentifiedParameters(
            [.. _model.MovableJoints.Select((joint, i) => JointOf(joint, i, equations[i], payload?.Mass ?? 0))],
            payload,
            delay);
    }

    // A parabola through the lowest residual and its neighbours; none when it lies at the end of what was tried.
    private static double? Lowest(double[] residuals)
    {
        var lowest = Array.IndexOf(residuals, residuals.Min());
        if (lowest == 0 || lowest == residuals.Length - 1)
        {
            return null;
        }

        var (before, at, behind) = (residuals[lowest - 1], residuals[lowest], residuals[lowest + 1]);
        var curve = before - (2 * at) + behind;
        return curve > 0 ? lowest + ((before - behind) / (2 * curve)) : null;
    }

    private static double Unexplained(JointEquations[] equations) =>
        equations.Where(joint => joint.Rows >= FewestRows).Sum(joint => Math.Log(Math.Max(joint.Variance, 1e-300)));

    private JointEquations[] Gather(double delay)
    {
        var all = new JointEquations[_model.MovableJoints.Length];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = new JointEquations();
            var track = _tracks.Joints[i];
            for (var k = 2 * LocalFit.Side; k < _motion.Seconds.Length - (2 * LocalFit.Side); k++)
            {
                if (track.IsMoving(k) && _tracks.EffortAt(i, _motion.Seconds[k] + delay, k) is { } effort)
                {
                    all[i].Add(
                        Math.Sign(track.Speeds[k]), track.Speeds[k], track.Accelerations[k], track.PerKilogram[k],
                        effort - track.Rigid[k]);
                }
            }
        }

        return all;
    }

    private IdentifiedPayload PayloadOf(JointEquations[] equations)
    {
        var (information, sum) = (0.0, 0.0);
        foreach (var joint in equations.Where(IsExcited))
        {
            if (joint.PayloadShare < LeastPayloadShare)
            {
                continue;
            }

            var (left, right) = joint.PayloadEquation;
            var weight = 1 / Math.Max(joint.Variance, 1e-12);
            information += weight * left * left;
            sum += weight * left * right;
        }

        return information > 0
            ? new IdentifiedPayload(_payloadLink!, Math.Max(0, sum / information), 1 / Math.Sqrt(information), null)
            : new IdentifiedPayload(
                _payloadLink!, null, null,
                $"No joint's motion shows a weight at {_payloadLink}: move joints that lift it through a good part of "
                + "their range.");
    }

    private static bool IsExcited(JointEquations equations) => equations.Rows >= FewestRows
        && equations.Condition <= MostCondition;

    private IdentifiedJoint JointOf(Joint joint, int index, JointEquations equations, double payload)
    {
        var known = _tracks.Known[index];
        double? Rms(ReadOnlySpan<double> values, double mass) =>
            equations.Rows == 0 ? null : Math.Sqrt(equations.Residual(values, mass) / equations.Rows);
        var before = Rms([known.Friction, known.Damping, _tracks.Rotors[index]], 0);
        if (equations.Rows < FewestRows)
        {
            return IdentifiedJoint.NotExcited(
                joint.Name, before, null,
                $"Joint {joint.Name} moves in {equations.Rows} samples; {FewestRows} at least are needed.");
        }

        if (equations.Condition is > MostCondition and var condition)
        {
            return IdentifiedJoint.NotExcited(
                joint.Name, before, condition,
                $"The motion of joint {joint.Name} does not tell friction, damping and inertia apart: its condition "
                + $"number is {condition:0.#}, {MostCondition} at most is needed. Move it in both directions at "
                + "several speeds.");
        }

        double[] values = [.. equations.Solve(payload).Select(value => Math.Max(0, value))];
        return new IdentifiedJoint(
            joint.Name, values[0], values[1], values[2], before, Rms(values, payload), equations.Condition, null);
    }

    /// <summary>The motion made ready: smoothed, with derivatives, and what the rigid model says of it.</summary>
    private sealed class Tracks(
        MeasuredMotion motion, Track[] joints, ImmutableArray<JointDynamics> known, double[] rotors)
    {
        public Track[] Joints => joints;

        public ImmutableArray<JointDynamics> Known => known;

        public double[] Rotors => rotors;

        public static Tracks Of(RobotModel model, MeasuredMotion motion, string? payloadLink)
        {
            var seconds = motion.Seconds.AsSpan();
            var joints = new Track[model.MovableJoints.Length];
            for (var i = 0; i < joints.Length; i++)
            {
                joints[i] = new Track(seconds, motion.Positions[i].AsSpan(), motion.Efforts[i].AsSpan());
            }

            var tree = new RigidBodyTree(model);
            var (rigid, loaded) = (new RigidBodyDynamics(tree), new RigidBodyDynamics(tree));
            if (payloadLink is not null)
            {
                loaded.SetPayload(payloadLink, 1, Vector3.Zero);
            }

            var (q, v, a, without, with) = (new double[joints.Length], new double[joints.Length],
                new double[joints.Length], new double[joints.Length], new double[joints.Length]);
            for (var k = LocalFit.Side; k < seconds.Length - LocalFit.Side; k++)
            {
                for (var i = 0; i < joints.Length; i++)
                {
                    (q[i], v[i], a[i]) = (joints[i].Positions[k], joints[i].Speeds[k], joints[i].Accelerations[k]);
                }

                rigid.InverseDynamics(q, v, a, RigidBodyDynamics.StandardGravity, without);
                loaded.InverseDynamics(q, v, a, RigidBodyDynamics.StandardGravity, with);
                for (var i = 0; i < joints.Length; i++)
                {
                    joints[i].Rigid[k] = without[i];
                    joints[i].PerKilogram[k] = with[i] - without[i];
                }
            }

            double[] rotors = [.. VirtualRobot.MotorsOf(model).Select(motor => motor.Armature)];
            return new Tracks(motion, joints, VirtualRobot.LossesOf(model), rotors);
        }

        /// <summary>The smoothed effort at an instant, between two samples; null beyond the ends.</summary>
        public double? EffortAt(int joint, double second, int near)
        {
            var seconds = motion.Seconds.AsSpan();
            var k = near;
            while (k > 0 && seconds[k] > second)
            {
                k--;
            }

            while (k + 2 < seconds.Length && seconds[k + 1] <= second)
            {
                k++;
            }

            if (k < LocalFit.Side || k + 1 >= seconds.Length - LocalFit.Side)
            {
                return null;
            }

            var share = (second - seconds[k]) / (seconds[k + 1] - seconds[k]);
            var efforts = joints[joint].Efforts;
            return efforts[k] + (share * (efforts[k + 1] - efforts[k]));
        }
    }

    /// <summary>One joint's motion.</summary>
    private sealed class Track
    {
        private readonly double _slow;

        public Track(ReadOnlySpan<double> seconds, ReadOnlySpan<double> positions, ReadOnlySpan<double> efforts)
        {
            (Positions, Speeds, Accelerations) = LocalFit.Of(seconds, positions);
            (Efforts, _, _) = LocalFit.Of(seconds, efforts);
            Rigid = new double[seconds.Length];
            PerKilogram = new double[seconds.Length];
            _slow = Math.Max(Slowest, SlowShare * Speeds.Max(speed => Math.Abs(speed)));
        }

        public double[] Positions { get; }

        public double[] Speeds { get; }

        public double[] Accelerations { get; }

        public double[] Efforts { get; }

        public double[] Rigid { get; }

        public double[] PerKilogram { get; }

        // In one direction all around the sample: what is smoothed over a turn is neither.
        public bool IsMoving(int k)
        {
            for (var i = k - LocalFit.Side; i <= k + LocalFit.Side; i++)
            {
                if (Speeds[i] * Math.Sign(Speeds[k]) < _slow)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
