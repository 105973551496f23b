namespace TwinActors.Simulation.WhatIf;

/// <summary>How far two runs are apart in one quantity of one joint: branch minus base.</summary>
/// <param name="Largest">The difference of the largest size, with its sign.</param>
/// <param name="LargestAt">When it is that far, since the fork [s].</param>
/// <param name="Rms">Root of the mean square over all ticks.</param>
/// <param name="BeyondAt">When its size is beyond the threshold for the first time, since the fork [s];
/// <see langword="null"/> when it never is.</param>
public readonly record struct Difference(double Largest, double LargestAt, double Rms, double? BeyondAt);

/// <summary>How far two runs are apart in one joint.</summary>
/// <param name="Joint">Name of the joint.</param>
/// <param name="Position">Position [rad or m].</param>
/// <param name="Velocity">Velocity [rad/s or m/s].</param>
/// <param name="Effort">Effort of the drive [N·m or N].</param>
/// <param name="Temperature">Temperature of the winding [°C].</param>
public sealed record JointDifference(
    string Joint, Difference Position, Difference Velocity, Difference Effort, Difference Temperature);

/// <summary>Sizes beyond which two runs count as apart.</summary>
/// <param name="Position">Position [rad or m]; not negative.</param>
/// <param name="Velocity">Velocity [rad/s or m/s]; not negative.</param>
/// <param name="Effort">Effort [N·m or N]; not negative.</param>
/// <param name="Temperature">Temperature [°C]; not negative.</param>
public sealed record DifferenceThresholds(
    double Position = 0.01, double Velocity = 0.1, double Effort = 1, double Temperature = 5);

/// <summary>Gathers the difference of one quantity, tick by tick.</summary>
internal struct DifferenceSum
{
    private double _largest;
    private double _largestAt;
    private double _squares;
    private long _ticks;
    private double? _beyondAt;

    public readonly Difference Value => new(
        _largest, _largestAt, _ticks == 0 ? 0 : Math.Sqrt(_squares / _ticks), _beyondAt);

    public void Add(double seconds, double difference, double threshold)
    {
        var size = Math.Abs(difference);
        (_largest, _largestAt) = size > Math.Abs(_largest) ? (difference, seconds) : (_largest, _largestAt);
        _squares += difference * difference;
        _ticks++;
        _beyondAt ??= size > threshold ? seconds : null;
    }
}
