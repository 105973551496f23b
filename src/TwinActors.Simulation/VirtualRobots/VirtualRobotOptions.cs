using System.Collections.Immutable;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.VirtualRobots;

/// <summary>What a virtual robot is made of beyond its model.</summary>
public sealed record VirtualRobotOptions
{
    /// <summary>One drive per movable joint, in model order; default: <see cref="MotorModel.Typical"/> of each joint's
    /// limits.</summary>
    public ImmutableArray<MotorModel> Motors { get; init; }

    /// <summary>Damping and friction of the joints as they are, one entry per movable joint in model order, where they
    /// are not what the controller believes; an entry of <see langword="null"/>, and default: as the model
    /// says.</summary>
    public ImmutableArray<JointDynamics?> Losses { get; init; }

    /// <summary>A weight at the origin of a link, of which the controller knows: link and mass [kg], not negative.
    /// Default: none.</summary>
    public (string Link, double Mass)? Payload { get; init; }

    /// <summary>Longest time that is computed at once; a longer step is divided evenly. 100 µs to 20 ms. Default
    /// 2.5 ms; 10 ms is enough to follow a robot.</summary>
    public TimeSpan LongestSubstep { get; init; } = TimeSpan.FromMilliseconds(2.5);

    /// <summary>How fast an error is corrected, the controller's natural frequency [rad/s]; 0.1 to 100. Default
    /// 40.</summary>
    public double Bandwidth { get; init; } = 40;

    /// <summary>Temperature of the air [°C]; -50 to 80. Default 22.</summary>
    public double AmbientCelsius { get; init; } = 22;

    /// <summary>Gravity in the root link's frame [m/s²]. Default: straight down.</summary>
    public Vector3 Gravity { get; init; } = RigidBodyDynamics.StandardGravity;

    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    internal void Validate()
    {
        Require(LongestSubstep.TotalSeconds, 100e-6, 20e-3, nameof(LongestSubstep), "s");
        Require(Bandwidth, 0.1, 100, nameof(Bandwidth), "rad/s");
        Require(AmbientCelsius, -50, 80, nameof(AmbientCelsius), "°C");
    }

    private static void Require(double value, double lowest, double highest, string name, string unit)
    {
        if (!(value >= lowest && value <= highest))
        {
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} is {value} {unit}; {lowest} to {highest} {unit} is possible.");
        }
    }
}
