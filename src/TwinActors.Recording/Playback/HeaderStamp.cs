using System.Buffers.Binary;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Playback;

/// <summary>Changes the stamp of messages that begin with a <c>std_msgs/msg/Header</c>.</summary>
internal static class HeaderStamp
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Whether a type begins with a header; its stamp is then the first eight bytes of the body.</summary>
    public static bool Begins(RosSchema schema) =>
        schema.Fields is [{ Shape: RosShape.Single, Message.Name: "std_msgs/msg/Header" }, ..];

    /// <summary>The message with another header stamp; a copy. Too short a message comes back as it is.</summary>
    /// <param name="payload">CDR with encapsulation header, of a type for which <see cref="Begins"/> holds.</param>
    /// <param name="stampNs">The stamp [ns since 1970].</param>
    public static ReadOnlyMemory<byte> Replace(ReadOnlyMemory<byte> payload, long stampNs)
    {
        if (payload.Length < CdrReader.HeaderSize + sizeof(int) + sizeof(uint))
        {
            return payload;
        }

        var copy = payload.ToArray();
        var (seconds, nanoseconds) = Math.DivRem(stampNs, NanosecondsPerSecond);
        var stamp = copy.AsSpan(CdrReader.HeaderSize);
        var isLittleEndian = copy[1] == 1;
        if (isLittleEndian)
        {
            BinaryPrimitives.WriteInt32LittleEndian(stamp, (int)seconds);
            BinaryPrimitives.WriteUInt32LittleEndian(stamp[sizeof(int)..], (uint)nanoseconds);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(stamp, (int)seconds);
            BinaryPrimitives.WriteUInt32BigEndian(stamp[sizeof(int)..], (uint)nanoseconds);
        }

        return copy;
    }
}
