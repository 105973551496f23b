// Hot path: Evaluate runs at every tick of a what-if. Allocates nothing.
using System.Collections.Immutable;

namespace TwinActors.Simulation.WhatIf;

/// <summary>Where the joints should be at each instant: cubic Hermite pieces through knots, standing still behind the
/// last one. Immutable; safe from any thread.</summary>
/// <remarks>Arrays have one value per movable joint, in model order.</remarks>
public sealed class MotionPath
{
    private readonly ImmutableArray<MotionKnot> _knots;

    private MotionPath(ImmutableArray<MotionKnot> knots) => _knots = knots;

    /// <summary>Time of the last knot [s].</summary>
    public double Seconds => _knots[^1].Seconds;

    /// <summary>Stays where it is.</summary>
    /// <param name="positions">Positions [rad or m].</param>
    public static MotionPath Hold(ImmutableArray<double> positions) =>
        new([new MotionKnot(0, positions, [.. new double[positions.Length]])]);

    /// <summary>Goes through knots.</summary>
    /// <param name="knots">At least one, their times [s] rising from 0.</param>
    /// <exception cref="ArgumentException">There is none, the first is not at 0, or the times do not rise.</exception>
    public static MotionPath Through(ImmutableArray<MotionKnot> knots)
    {
        if (knots.IsEmpty || knots[0].Seconds != 0)
        {
            throw new ArgumentException("A path begins with a knot at 0 s.", nameof(knots));
        }

        for (var i = 1; i < knots.Length; i++)
        {
            if (!(knots[i].Seconds > knots[i - 1].Seconds))
            {
                throw new ArgumentException(
                    $"Knot {i} of a path is at {knots[i].Seconds} s, the one before at {knots[i - 1].Seconds} s; times "
                    + "rise.",
                    nameof(knots));
            }
        }

        return new MotionPath(knots);
    }

    /// <summary>Goes through points that say where and when, but not how fast: at rest at both ends, in between as fast
    /// as from the point before to the one behind; where the direction turns, not at all.</summary>
    /// <param name="start">Positions at 0 s [rad or m].</param>
    /// <param name="points">Time [s] above 0 and rising, and positions [rad or m].</param>
    /// <exception cref="ArgumentException">The times do not rise.</exception>
    public static MotionPath ThroughPoints(
        ImmutableArray<double> start, ImmutableArray<(double Seconds, ImmutableArray<double> Positions)> points)
    {
        var all = points.Insert(0, (0, start));
        return Through([.. all.Select((point, i) => new MotionKnot(
            point.Seconds,
            point.Positions,
            i == 0 || i == all.Length - 1 ? [.. new double[start.Length]] : Speeds(all[i - 1], point, all[i + 1])))]);
    }

    /// <summary>Positions and velocities at one instant.</summary>
    /// <param name="seconds">Time since the start [s]; not negative.</param>
    /// <param name="positions">Receives the positions [rad or m].</param>
    /// <param name="velocities">Receives the velocities [rad/s or m/s].</param>
    public void Evaluate(double seconds, Span<double> positions, Span<double> velocities)
    {
        var next = FirstBehind(seconds);
        if (next == _knots.Length)
        {
            _knots[^1].Positions.CopyTo(positions);
            velocities.Clear();
            return;
        }

        var (from, to) = (_knots[next - 1], _knots[next]);
        var length = to.Seconds - from.Seconds;
        var s = (seconds - from.Seconds) / length;
        for (var i = 0; i < positions.Length; i++)
        {
            var (a, b) = (from.Positions[i], to.Positions[i]);
            var (u, v) = (from.Velocities[i] * length, to.Velocities[i] * length);
            var cubic = u + v - (2 * (b - a));
            var square = (3 * (b - a)) - (2 * u) - v;
            positions[i] = a + (s * (u + (s * (square + (s * cubic)))));
            velocities[i] = (u + (s * ((2 * square) + (3 * s * cubic)))) / length;
        }
    }

    // The knots rise in time: halves.
    private int FirstBehind(double seconds)
    {
        var (low, high) = (1, _knots.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _knots[middle].Seconds > seconds ? (low, middle) : (middle + 1, high);
        }

        return low;
    }

    private static ImmutableArray<double> Speeds(
        (double Seconds, ImmutableArray<double> Positions) before,
        (double Seconds, ImmutableArray<double> Positions) at,
        (double Seconds, ImmutableArray<double> Positions) behind)
    {
        var speeds = new double[at.Positions.Length];
        for (var i = 0; i < speeds.Length; i++)
        {
            var (come, go) = (at.Positions[i] - before.Positions[i], behind.Positions[i] - at.Positions[i]);
            speeds[i] = come * go > 0 ? (come + go) / (behind.Seconds - before.Seconds) : 0;
        }

        return [.. speeds];
    }
}

/// <summary>Where the joints are, and how fast, at one instant of a path.</summary>
/// <param name="Seconds">Time since the start [s].</param>
/// <param name="Positions">Positions [rad or m].</param>
/// <param name="Velocities">Velocities [rad/s or m/s].</param>
public sealed record MotionKnot(
    double Seconds, ImmutableArray<double> Positions, ImmutableArray<double> Velocities);
