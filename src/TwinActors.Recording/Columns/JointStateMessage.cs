using System.Diagnostics.CodeAnalysis;
using System.Text;
using TwinActors.Ros2.Cdr;

namespace TwinActors.Recording.Columns;

/// <summary>A sensor_msgs/msg/JointState message and the row of columns that stands for it.</summary>
/// <param name="StampNs">Stamp of its header [ns since 1970, robot's clock].</param>
/// <param name="Columns">Names and the arrays that it fills.</param>
/// <param name="Values">One value per column.</param>
internal sealed record JointStateMessage(long StampNs, JointColumns Columns, double[] Values)
{
    /// <summary>The type.</summary>
    public const string TypeName = "sensor_msgs/msg/JointState";

    private const int NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Reads a message that its row can give back byte for byte.</summary>
    /// <param name="payload">CDR with encapsulation header.</param>
    /// <param name="message">Receives it; null for one with arrays of other lengths, other padding, or damage.</param>
    public static bool TryRead(ReadOnlySpan<byte> payload, [NotNullWhen(true)] out JointStateMessage? message)
    {
        message = null;
        var reader = new CdrReader(payload);
        var (seconds, nanoseconds) = (reader.ReadInt32(), reader.ReadUInt32());
        var frame = Encoding.UTF8.GetString(reader.ReadText());
        var names = new string[reader.ReadCount(sizeof(uint))];
        for (var i = 0; i < names.Length && reader.IsValid; i++)
        {
            names[i] = Encoding.UTF8.GetString(reader.ReadText());
        }

        var (signals, values) = (new List<string>(), new List<double>());
        foreach (var signal in JointColumns.KnownSignals)
        {
            var array = new double[reader.ReadCount(sizeof(double))];
            reader.ReadFloat64s(array);
            if (array.Length > 0)
            {
                signals.Add(signal);
                values.AddRange(array);
            }
        }

        if (!reader.IsValid || names.Length == 0 || signals.Count == 0 || values.Count != names.Length * signals.Count
            || nanoseconds >= NanosecondsPerSecond)
        {
            return false;
        }

        var read = new JointStateMessage(
            seconds * (long)NanosecondsPerSecond + nanoseconds, new([.. names], [.. signals], frame), [.. values]);
        message = read.Write().AsSpan().SequenceEqual(payload) ? read : null;
        return message is not null;
    }

    /// <summary>Writes the message as CDR with encapsulation header.</summary>
    public byte[] Write()
    {
        var measure = new CdrWriter([]);
        Write(ref measure);
        var payload = new byte[measure.Length];
        var writer = new CdrWriter(payload);
        Write(ref writer);
        return payload;
    }

    private void Write(ref CdrWriter writer)
    {
        writer.WriteTime(StampNs);
        writer.WriteText(Columns.Frame);
        writer.WriteCount(Columns.Joints.Length);
        foreach (var joint in Columns.Joints)
        {
            writer.WriteText(joint);
        }

        foreach (var signal in JointColumns.KnownSignals)
        {
            var group = Columns.Signals.IndexOf(signal);
            writer.WriteFloat64Sequence(group < 0
                ? []
                : Values.AsSpan(group * Columns.Joints.Length, Columns.Joints.Length));
        }
    }
}
