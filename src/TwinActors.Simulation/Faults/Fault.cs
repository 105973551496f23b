using TwinActors.Simulation.Vibration;

namespace TwinActors.Simulation.Faults;

/// <summary>One fault of a simulated robot: what, where, and how bad it gets when.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Component">Where: a joint; for <see cref="FaultKind.PayloadChange"/> a link; for
/// <see cref="FaultKind.Dropout"/> a joint or one of <c>joints</c>, <c>imu</c>, <c>laser</c>, <c>odometry</c>,
/// <c>motors</c>; for <see cref="FaultKind.Latency"/> and <see cref="FaultKind.LinkLoss"/> <c>link</c>.</param>
/// <param name="Severity">How bad it gets [1]; 0, which is good order, to 1.</param>
public sealed record Fault(FaultKind Kind, string Component, double Severity)
{
    /// <summary>Simulated time since the robot's start when it begins. Default: at the start.</summary>
    public TimeSpan Begin { get; init; }

    /// <summary>Simulated time from its beginning until it is as bad as it gets. Default: at once.</summary>
    public TimeSpan Over { get; init; }

    /// <summary>How it gets worse meanwhile. Default: evenly.</summary>
    public FaultGrowth Growth { get; init; }

    /// <summary>Damaged part, for <see cref="FaultKind.BearingWear"/>.</summary>
    public BearingPart Part { get; init; }

    /// <summary>How bad it is at one instant [1].</summary>
    /// <param name="elapsed">Simulated time since the robot's start.</param>
    public double SeverityAt(TimeSpan elapsed)
    {
        if (elapsed < Begin)
        {
            return 0;
        }

        var share = Over > TimeSpan.Zero ? Math.Min(1, (elapsed - Begin) / Over) : 1;
        // From nothing to everything by a factor of e³: more than half of it comes in the last quarter.
        return Severity * (Growth is FaultGrowth.Exponential ? (Math.Exp(3 * share) - 1) / (Math.Exp(3) - 1) : share);
    }
}

/// <summary>How a fault gets worse.</summary>
public enum FaultGrowth
{
    /// <summary>Evenly.</summary>
    Linear,

    /// <summary>The worse, the faster, as wear does.</summary>
    Exponential,
}
