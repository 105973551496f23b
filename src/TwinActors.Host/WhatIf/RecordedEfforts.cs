using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics.Model;
using TwinActors.Simulation.Calibration;

namespace TwinActors.Host.WhatIf;

/// <summary>Recorded motion with efforts: what a robot's parameters are identified from.</summary>
/// <param name="Motion">The motion.</param>
/// <param name="FromNs">Log time of its first joint state [ns since 1970, node's clock].</param>
/// <param name="ToNs">Log time of its last joint state, likewise.</param>
/// <param name="LinkDelayMs">Median of arrival minus stamp [ms]; null when the robot stamps nothing.</param>
internal sealed record RecordedEfforts(MeasuredMotion Motion, long FromNs, long ToNs, double? LinkDelayMs)
{
    /// <summary>Most samples; of more every second, third, … is taken: two minutes at 100 Hz.</summary>
    public const int MostSamples = 12_000;

    /// <summary>Reads the joint states that have position and effort of every joint.</summary>
    /// <param name="folder">The robot's recordings.</param>
    /// <param name="model">The robot.</param>
    /// <param name="window">Which log times.</param>
    /// <returns>The motion; null when there is none.</returns>
    public static RecordedEfforts? Read(RecordingFolder folder, RobotModel model, BagWindow window)
    {
        string[] names = [.. model.MovableJoints.Select(joint => joint.Name)];
        var rows = new List<Row>();
        foreach (var state in RecordedJointState.Read(folder, window))
        {
            var now = state.StampNs > 0 ? state.StampNs : state.LogTimeNs;
            if ((rows.Count == 0 || now > rows[^1].Ns) && Row.TryRead(state, names, now) is { } row)
            {
                rows.Add(row);
            }
        }

        if (rows.Count == 0)
        {
            return null;
        }

        var stride = (rows.Count + MostSamples - 1) / MostSamples;
        Row[] kept = [.. rows.Where((_, i) => i % stride == 0)];
        double[] delays =
            [.. kept.Where(row => row.StampNs > 0).Select(row => (row.LogTimeNs - row.StampNs) * 1e-6).Order()];
        var motion = new MeasuredMotion(
            [.. kept.Select(row => (row.Ns - kept[0].Ns) * 1e-9)],
            [.. names.Select((_, joint) => ImmutableArray.CreateRange(kept.Select(row => row.Positions[joint])))],
            [.. names.Select((_, joint) => ImmutableArray.CreateRange(kept.Select(row => row.Efforts[joint])))]);
        return new RecordedEfforts(
            motion, rows[0].LogTimeNs, rows[^1].LogTimeNs, delays.Length == 0 ? null : delays[delays.Length / 2]);
    }

    private sealed record Row(long Ns, long LogTimeNs, long StampNs, double[] Positions, double[] Efforts)
    {
        public static Row? TryRead(RecordedJointState state, string[] names, long now)
        {
            var (positions, efforts) = (new double[names.Length], new double[names.Length]);
            var read = state.Signal("position");
            var pushed = state.Signal("effort");
            for (var i = 0; i < names.Length; i++)
            {
                var place = state.Columns.Joints.IndexOf(names[i]);
                if (place < 0 || read.Length == 0 || pushed.Length == 0
                    || !double.IsFinite(read[place]) || !double.IsFinite(pushed[place]))
                {
                    return null;
                }

                (positions[i], efforts[i]) = (read[place], pushed[place]);
            }

            return new Row(now, state.LogTimeNs, state.StampNs, positions, efforts);
        }
    }
}
