using TwinActors.Robotics.Frames;

namespace TwinActors.Simulation.Motions;

/// <summary>A generated motion: position and velocity of every movable joint as a smooth function of time.</summary>
/// <remarks>
/// This is motion that looks like work, not dynamics: nothing pushes, nothing falls. Every position is twice
/// continuously differentiable, inside the joint's limits with a margin, and below its speed limit.
/// </remarks>
internal abstract class Motion
{
    /// <summary>Time after which joints repeat, but for turning wheels [s].</summary>
    public abstract double CycleSeconds { get; }

    /// <summary>Computes all joints at one instant. Allocates nothing.</summary>
    /// <param name="seconds">Time since the start [s]; any order of calls is allowed.</param>
    /// <param name="positions">Receives the positions of the movable joints, in model order [rad or m].</param>
    /// <param name="velocities">Receives their time derivatives [rad/s or m/s].</param>
    public abstract void Evaluate(double seconds, Span<double> positions, Span<double> velocities);

    /// <summary>Pose of the root link in the world at one instant; identity for a robot that is bolted down.</summary>
    /// <param name="seconds">Time since the start [s].</param>
    public virtual Pose RootPose(double seconds) => Pose.Identity;
}
