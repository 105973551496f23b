using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;
using TwinActors.Recording.Recorders;
using TwinActors.Ros2.Cdr;

namespace TwinActors.UnitTests.Host.WhatIf;

/// <summary>A recording of joint states that are made up.</summary>
internal static class JointRecording
{
    /// <summary>Log time of the first joint state [ns since 1970].</summary>
    public const long StartNs = 1_772_366_400_000_000_000;

    /// <summary>How much later a joint state is received than it was measured [ns].</summary>
    public const long DelayNs = 3_000_000;

    /// <summary>Writes a recording of 100 joint states a second.</summary>
    /// <param name="folder">Folder of a robot's recordings.</param>
    /// <param name="names">Joint names.</param>
    /// <param name="rows">Number of joint states.</param>
    /// <param name="position">Position by time [s] and joint.</param>
    /// <param name="velocity">Velocity likewise; null: the robot sends none.</param>
    /// <param name="effort">Effort likewise.</param>
    public static RecordingFolder Write(
        string folder, string[] names, int rows, Func<double, int, double> position,
        Func<double, int, double>? velocity, Func<double, int, double>? effort = null)
    {
        var recordings = new RecordingFolder(folder);
        Directory.CreateDirectory(folder);
        using var writer = McapWriter.Create(recordings.PathOf("20260301T120000.000Z.mcap"));
        var channel = writer.AddChannel(new BagTopic
        {
            Name = "/joint_states",
            Type = "sensor_msgs/msg/JointState",
            Serialization = "cdr",
        });
        for (var row = 0; row < rows; row++)
        {
            var (at, received) = (row * 0.01, StartNs + (row * 10_000_000L));
            double[] Values(Func<double, int, double>? value) =>
                value is null ? [] : [.. names.Select((_, joint) => value(at, joint))];
            writer.Write(
                channel, received, received,
                JointState(received - DelayNs, names, Values(position), Values(velocity), Values(effort)));
        }

        writer.Complete();
        return recordings;
    }

    private static byte[] JointState(
        long stamp, string[] names, double[] positions, double[] velocities, double[] efforts)
    {
        var buffer = new byte[4096];
        var cdr = new CdrWriter(buffer);
        cdr.WriteTime(stamp);
        cdr.WriteText("");
        cdr.WriteCount(names.Length);
        foreach (var name in names)
        {
            cdr.WriteText(name);
        }

        cdr.WriteFloat64Sequence(positions);
        cdr.WriteFloat64Sequence(velocities);
        cdr.WriteFloat64Sequence(efforts);
        return cdr.Written.ToArray();
    }
}
