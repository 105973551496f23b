using TwinActors.Recording.Bags;
using TwinActors.Recording.Recorders;

namespace TwinActors.Recording.Columns;

/// <summary>A recorded joint state, in whatever form the recording holds it.</summary>
/// <param name="LogTimeNs">When it was received [ns since 1970, recorder's clock].</param>
/// <param name="StampNs">Stamp of its header [ns since 1970, robot's clock]; 0 when the robot stamps nothing.</param>
/// <param name="Columns">Which joints and signals it has.</param>
/// <param name="Values">One value per column.</param>
public sealed record RecordedJointState(long LogTimeNs, long StampNs, JointColumns Columns, double[] Values)
{
    /// <summary>The values of one signal, one per joint of <see cref="Columns"/>; empty when it is absent.</summary>
    /// <param name="signal">One of <see cref="JointColumns.KnownSignals"/>.</param>
    public ReadOnlySpan<double> Signal(string signal)
    {
        var group = Columns.Signals.IndexOf(signal);
        return group < 0 ? [] : Values.AsSpan(group * Columns.Joints.Length, Columns.Joints.Length);
    }

    /// <summary>Reads the joint states of a robot's recordings in order of log time, those of the file that is being
    /// written included.</summary>
    /// <param name="folder">The robot's recordings.</param>
    /// <param name="window">Which log times.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="BagFormatException">A file is damaged.</exception>
    public static IEnumerable<RecordedJointState> Read(RecordingFolder folder, BagWindow window)
    {
        ArgumentNullException.ThrowIfNull(folder);
        IEnumerable<string> finished = folder.Names.Select(folder.PathOf);
        foreach (var path in folder.UnfinishedPath is { } open ? finished.Append(open) : finished)
        {
            using var bag = BagReader.Open(path, byIndex: true);
            if (bag.LastLogTimeNs is not { } last || last < window.FromNs)
            {
                continue;
            }

            foreach (var state in Read(bag, window))
            {
                yield return state;
            }
        }
    }

    /// <summary>Reads the joint states of a bag in order of log time; messages whose arrays do not fit their names are
    /// left out.</summary>
    /// <param name="bag">The bag.</param>
    /// <param name="window">Which log times.</param>
    /// <exception cref="BagFormatException">The bag is damaged.</exception>
    public static IEnumerable<RecordedJointState> Read(BagReader bag, BagWindow window = default)
    {
        ArgumentNullException.ThrowIfNull(bag);
        foreach (var message in JointRows.Read(bag, IsJointState, window))
        {
            if (JointStateMessage.TryRead(message.Data.Span, out var state))
            {
                yield return new RecordedJointState(message.LogTimeNs, state.StampNs, state.Columns, state.Values);
            }
        }
    }

    private static bool IsJointState(BagTopic topic) =>
        JointRows.TopicOf(topic) is { IsCdr: true, Type: JointStateMessage.TypeName };
}
