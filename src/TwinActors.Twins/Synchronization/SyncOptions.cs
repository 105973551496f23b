namespace TwinActors.Twins.Synchronization;

/// <summary>How a virtual robot follows its physical one, and what counts as following.</summary>
public sealed record SyncOptions
{
    /// <summary>Largest state error of a twin in step: mean of the joints' position errors [rad or m].</summary>
    public double StateTolerance { get; init; } = 0.05;

    /// <summary>Largest age of the newest sample of a twin in step; robots that send more rarely than every 20 ms have
    /// two and a half of their own periods.</summary>
    public TimeSpan TimeTolerance { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Age of the newest sample from which the robot counts as disconnected; the virtual robot stands still
    /// then.</summary>
    public TimeSpan DisconnectedAfter { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Farthest that a sample is extrapolated; an older one stands still from there on.</summary>
    public TimeSpan MaximumHorizon { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Share of a position residual that one sample corrects; above 0, at most 1.</summary>
    public double PositionGain { get; init; } = 0.5;

    /// <summary>Share of a velocity residual that one sample corrects; above 0, at most 1.</summary>
    public double VelocityGain { get; init; } = 0.5;

    /// <summary>Ticks in a row that another status word must hold before it is shown.</summary>
    public int HysteresisTicks { get; init; } = 10;

    /// <summary>Newest errors whose mean the status word tells.</summary>
    public int StatusWindow { get; init; } = 10;

    /// <summary>Throws when a setting is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the setting and its value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(StateTolerance);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(TimeTolerance, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DisconnectedAfter, TimeTolerance);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumHorizon, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(PositionGain);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PositionGain, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(VelocityGain);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(VelocityGain, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HysteresisTicks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(StatusWindow, 1);
    }
}
