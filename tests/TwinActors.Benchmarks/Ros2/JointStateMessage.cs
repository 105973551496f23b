using TwinActors.Ros2.Cdr;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>Joint states as a robot sends them.</summary>
internal static class JointStateMessage
{
    /// <summary>Writes a message.</summary>
    /// <param name="stampNs">When it was measured [ns since the UNIX epoch].</param>
    /// <param name="values">Positions, velocities, efforts; shape (3, joints).</param>
    /// <returns>CDR with encapsulation header.</returns>
    public static byte[] Write(long stampNs, ReadOnlySpan<double> values)
    {
        var joints = values.Length / 3;
        var writer = new CdrWriter(new byte[512 + 64 * joints]);
        writer.WriteTime(stampNs);
        writer.WriteText(default(ReadOnlySpan<byte>));
        writer.WriteCount(joints);
        for (var joint = 0; joint < joints; joint++)
        {
            writer.WriteText($"joint_{joint}");
        }

        for (var signal = 0; signal < 3; signal++)
        {
            writer.WriteFloat64Sequence(values.Slice(signal * joints, joints));
        }

        return writer.Written.ToArray();
    }
}
