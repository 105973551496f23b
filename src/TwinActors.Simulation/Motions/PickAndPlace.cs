// Hot path: run once per step. Allocates nothing after construction.
using System.Collections.Immutable;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Motions;

/// <summary>A six-axis arm takes parts from one place and puts them down at another, over and over.</summary>
/// <remarks>
/// Between two stations every joint follows the minimum-jerk polynomial 10s³ − 15s⁴ + 6s⁵ (Flash and Hogan, 1985),
/// whose velocity and acceleration are zero at both ends; its highest speed is 15/8 of the mean.
/// </remarks>
internal sealed class PickAndPlace : Motion
{
    private const double PeakOverMeanSpeed = 15.0 / 8;

    /// <summary>Axes in station order, by the joint names of the sample arm.</summary>
    private static readonly ImmutableArray<string> Axes =
        ["shoulder_pan", "shoulder_lift", "elbow", "forearm_roll", "wrist_pitch", "tool_roll"];

    // Lift, elbow and wrist pitch add up to π at each station, so that the gripper points straight down there.
    // Heights of the tool above ground: home 0.35 m, above a part 0.30 m, at a part 0.08 m; reach 0.45 to 0.55 m.
    private static readonly ImmutableArray<Station> Stations =
    [
        new([0, 0.2112, 1.6689, 0, 1.2615, 0], 0.6),
        new([0.9, 0.4757, 1.4397, 0, 1.2262, 0.9], 0.1),
        new([0.9, 0.7651, 1.6262, 0, 0.7503, 0.9], 0.5),
        new([0.9, 0.4757, 1.4397, 0, 1.2262, 0.9], 0.1),
        new([0, 0.2112, 1.6689, 0.35, 1.2615, -0.4], 0),
        new([-1.1, 0.4757, 1.4397, 0, 1.2262, -1.1], 0.1),
        new([-1.1, 0.7651, 1.6262, 0, 0.7503, -1.1], 0.5),
        new([-1.1, 0.4757, 1.4397, 0, 1.2262, -1.1], 0.1),
    ];

    private readonly double[][] _stations;
    private readonly double[] _arrivals;
    private readonly double[] _departures;

    public PickAndPlace(RobotModel model)
    {
        var limits = model.MovableJoints.Select(MotionLimits.Of).ToArray();
        var axes = model.MovableJoints.Select(joint => Axes.IndexOf(joint.Name)).ToArray();
        _stations = [.. Stations.Select(station => Placed(station, axes, limits))];
        _arrivals = new double[_stations.Length + 1];
        _departures = new double[_stations.Length];
        var clock = 0.0;
        for (var i = 0; i < _stations.Length; i++)
        {
            _arrivals[i] = clock;
            _departures[i] = clock + Stations[i].DwellSeconds;
            clock = _departures[i] + TravelSeconds(_stations[i], _stations[(i + 1) % _stations.Length], limits);
        }

        _arrivals[^1] = clock;
    }

    public override double CycleSeconds => _arrivals[^1];

    /// <summary>Whether a model has the joints that the stations are written for, and no others.</summary>
    public static bool Fits(RobotModel model) =>
        model.MovableJoints.Length == Axes.Length && model.MovableJoints.All(joint => Axes.Contains(joint.Name));

    public override void Evaluate(double seconds, Span<double> positions, Span<double> velocities)
    {
        var time = seconds % CycleSeconds;
        var i = 0;
        while (time >= _arrivals[i + 1])
        {
            i++;
        }

        var from = _stations[i];
        if (time <= _departures[i])
        {
            from.CopyTo(positions);
            velocities.Clear();
            return;
        }

        var to = _stations[(i + 1) % _stations.Length];
        var travel = _arrivals[i + 1] - _departures[i];
        var s = (time - _departures[i]) / travel;
        var share = s * s * s * (10 + (s * (-15 + (6 * s))));
        var shareRate = 30 * s * s * (1 - s) * (1 - s) / travel;
        for (var joint = 0; joint < from.Length; joint++)
        {
            var way = to[joint] - from[joint];
            positions[joint] = from[joint] + (share * way);
            velocities[joint] = shareRate * way;
        }
    }

    private static double[] Placed(Station station, int[] axes, MotionLimits[] limits)
    {
        var positions = new double[axes.Length];
        for (var joint = 0; joint < axes.Length; joint++)
        {
            positions[joint] = limits[joint].Clamp(station.Positions[axes[joint]]);
        }

        return positions;
    }

    private static double TravelSeconds(double[] from, double[] to, MotionLimits[] limits)
    {
        // A calm pace: 0.7 s at least, and no joint faster than half of the speed that motions may use.
        var seconds = 0.7;
        for (var joint = 0; joint < from.Length; joint++)
        {
            var pace = 0.5 * limits[joint].Velocity;
            seconds = Math.Max(seconds, PeakOverMeanSpeed * Math.Abs(to[joint] - from[joint]) / pace);
        }

        return seconds;
    }

    /// <summary>Where the arm stops.</summary>
    /// <param name="Positions">Positions in axis order [rad].</param>
    /// <param name="DwellSeconds">How long it waits there [s].</param>
    private sealed record Station(ImmutableArray<double> Positions, double DwellSeconds);
}
