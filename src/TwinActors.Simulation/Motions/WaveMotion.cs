// Hot path: run for every joint and step. Allocates nothing after construction.
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Motions;

/// <summary>Motion whose joints are sums of sine waves: the walk of a humanoid, and a slow sweep for any other
/// robot.</summary>
internal sealed class WaveMotion : Motion
{
    private readonly JointWave[] _waves;
    private readonly BodySway? _sway;

    private WaveMotion(double cycleSeconds, JointWave[] waves, BodySway? sway)
    {
        CycleSeconds = cycleSeconds;
        _waves = waves;
        _sway = sway;
    }

    public override double CycleSeconds { get; }

    /// <summary>Every joint wanders about the middle of its range, each at two rates of its own.</summary>
    public static WaveMotion Sweep(RobotModel model)
    {
        const double Cycle = 60;
        var waves = new JointWave[model.MovableJoints.Length];
        for (var i = 0; i < waves.Length; i++)
        {
            var joint = model.MovableJoints[i];
            var limits = MotionLimits.Of(joint);
            var isBounded = double.IsFinite(limits.Lower);
            var middle = isBounded ? (limits.Lower + limits.Upper) / 2 : 0;
            var reach = isBounded ? Math.Min(1, 0.35 * (limits.Upper - limits.Lower)) : 1;
            // The golden angle spreads the phases, so no two joints of a robot move alike.
            var phase = i * 2.399963229728653;
            var wave = new JointWave(
                middle,
                [new Harmonic(0.75 * reach, 5 + (i % 4), phase), new Harmonic(0.25 * reach, 13 + (i % 5), 2 * phase)]);
            waves[i] = wave.FitInto(limits, Cycle);
        }

        return new WaveMotion(Cycle, waves, sway: null);
    }

    /// <summary>Walking in place, ten strides per cycle, for a model whose joints have the usual humanoid
    /// names.</summary>
    public static WaveMotion Walk(RobotModel model)
    {
        var waves = model.MovableJoints
            .Select(joint => Gait.Wave(joint.Name).FitInto(MotionLimits.Of(joint), Gait.CycleSeconds))
            .ToArray();
        return new WaveMotion(Gait.CycleSeconds, waves, Gait.Sway);
    }

    public override void Evaluate(double seconds, Span<double> positions, Span<double> velocities)
    {
        var rate = Math.Tau / CycleSeconds;
        var angle = rate * (seconds % CycleSeconds);
        for (var i = 0; i < _waves.Length; i++)
        {
            var wave = _waves[i];
            var position = wave.Offset;
            var velocity = 0.0;
            foreach (var harmonic in wave.Harmonics)
            {
                var (sine, cosine) = Math.SinCos((harmonic.Multiple * angle) + harmonic.Phase);
                position += harmonic.Amplitude * sine;
                velocity += harmonic.Amplitude * harmonic.Multiple * rate * cosine;
            }

            positions[i] = position;
            velocities[i] = velocity;
        }
    }

    public override Pose RootPose(double seconds)
    {
        if (_sway is not { } sway)
        {
            return Pose.Identity;
        }

        var angle = Math.Tau * sway.Multiple * (seconds % CycleSeconds) / CycleSeconds;
        var (once, twice) = (Math.Sin(angle), Math.Sin(2 * angle));
        return new Pose(
            new Vector3(sway.Surge * twice, sway.Side * once, sway.Heave * twice),
            Quaternion.FromRollPitchYaw(sway.Roll * once, sway.Pitch * twice, sway.Yaw * once));
    }
}

/// <summary>How a walking body moves with each stride: once per stride to the sides, twice up and forward.</summary>
/// <param name="Multiple">Strides per cycle.</param>
/// <param name="Surge">Forward and back [m].</param>
/// <param name="Side">Left and right [m].</param>
/// <param name="Heave">Up and down [m].</param>
/// <param name="Roll">About x [rad].</param>
/// <param name="Pitch">About y [rad].</param>
/// <param name="Yaw">About z [rad].</param>
internal sealed record BodySway(
    int Multiple,
    double Surge,
    double Side,
    double Heave,
    double Roll,
    double Pitch,
    double Yaw);
