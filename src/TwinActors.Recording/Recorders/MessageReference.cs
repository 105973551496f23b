using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TwinActors.Recording.Bags;
using TwinActors.Ros2.Cdr;

namespace TwinActors.Recording.Recorders;

/// <summary>Names a message of a recording by its topic and stamp.</summary>
/// <param name="Topic">Topic of the message.</param>
/// <param name="StampNs">
/// Stamp of its header [ns since 1970, robot's clock]; of a message without one, when it was received.
/// </param>
public sealed record MessageReference(string Topic, long StampNs)
{
    // The robot's clock and the node's are rarely further apart: first the messages at hand, then those around.
    private static readonly TimeSpan[] Nearby = [TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(30)];

    private static readonly TimeSpan ReceivedNearby = TimeSpan.FromMilliseconds(1);

    /// <summary>Reads <c>topic@stamp</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MessageReference? reference)
    {
        ArgumentNullException.ThrowIfNull(text);
        reference = null;
        var at = text.LastIndexOf('@');
        if (at <= 0 || !long.TryParse(
            text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var stampNs))
        {
            return false;
        }

        reference = new MessageReference(text[..at], stampNs);
        return true;
    }

    /// <summary>Finds the message in the recordings of a robot, the one that is being written included.</summary>
    /// <param name="folder">The robot's recordings.</param>
    /// <param name="receivedNs">
    /// When the message was received [ns since 1970]; null when that is not known: then the stamp may be half a minute
    /// from it at most.
    /// </param>
    /// <returns>Path of the file and the message; null when no recording has it.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public (string Path, BagMessage Message)? Find(RecordingFolder folder, long? receivedNs)
    {
        ArgumentNullException.ThrowIfNull(folder);
        TimeSpan[] spans = receivedNs is null ? Nearby : [ReceivedNearby];
        foreach (var span in spans)
        {
            var middle = receivedNs ?? StampNs;
            var spanNs = span.Ticks * TimeSpan.NanosecondsPerTick;
            if (Find(folder, new BagWindow(middle - spanNs, middle + spanNs + 1)) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private (string Path, BagMessage Message)? Find(RecordingFolder folder, BagWindow window)
    {
        IEnumerable<string> finished = folder.Names.Reverse().Select(folder.PathOf);
        foreach (var path in folder.UnfinishedPath is { } open ? finished.Prepend(open) : finished)
        {
            using var bag = BagReader.Open(path, byIndex: true);
            if (bag.LastLogTimeNs < window.FromNs)
            {
                return null;
            }

            foreach (var message in bag.Read(topic => topic.Name == Topic && topic.IsCdr, window))
            {
                if (message.LogTimeNs == StampNs || HeaderStampOf(message.Data.Span) == StampNs)
                {
                    return (path, message);
                }
            }
        }

        return null;
    }

    private static long? HeaderStampOf(ReadOnlySpan<byte> message)
    {
        if (message.Length < CdrReader.HeaderSize + sizeof(int) + sizeof(uint))
        {
            return null;
        }

        var reader = new CdrReader(message);
        return reader.ReadInt32() * 1_000_000_000L + reader.ReadUInt32();
    }
}
