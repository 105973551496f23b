using System.Buffers.Binary;

namespace TwinActors.Benchmarks.Journal;

/// <summary>
/// Ids of commands as clients send them: time first, then chance. Made without asking the system for chance, which
/// would cost more than the journal takes for the command.
/// </summary>
internal static class CommandIds
{
    public static Guid Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() << 16);
        BinaryPrimitives.WriteInt16BigEndian(bytes[6..], (short)(0x7000 + Random.Shared.Next(0x1000)));
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], Random.Shared.NextInt64());
        return new Guid(bytes, bigEndian: true);
    }
}
