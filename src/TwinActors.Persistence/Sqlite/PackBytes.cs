using System.Buffers.Binary;
using System.Numerics;

namespace TwinActors.Persistence.Sqlite;

/// <summary>An event of a pack.</summary>
internal readonly record struct PackedEvent(
    long Place, int Shard, long Sequence, long Epoch, long Entity, long EntitySequence, int Part, int Kind, long AtNs,
    ReadOnlyMemory<byte> Body)
{
    /// <summary>As an event that no run holds yet.</summary>
    public YoungEvent AsYoung => new(Sequence, Place, Entity, EntitySequence);
}

/// <summary>
/// Bodies of packs: first where each event begins (4 bytes each, little endian, from the start; −1 for one that was
/// deleted), then the events: shard, sequence, epoch, entity, sequence of the entity, part, kind and length as
/// <see cref="Varint"/>, the instant (8 bytes, little endian), the body.
/// </summary>
internal static class PackBytes
{
    private const int Deleted = -1;
    private const int Head = 8 * Varint.Longest + sizeof(long);

    /// <summary>The bytes of events; those without a place are deleted ones.</summary>
    public static byte[] Encode(IReadOnlyList<PackedEvent?> events)
    {
        var bytes = new byte[events.Sum(static packed => sizeof(int) + Head + (packed?.Body.Length ?? 0))];
        var length = events.Count * sizeof(int);
        for (var index = 0; index < events.Count; index++)
        {
            var offset = bytes.AsSpan(index * sizeof(int));
            if (events[index] is not { } packed)
            {
                BinaryPrimitives.WriteInt32LittleEndian(offset, Deleted);
                continue;
            }

            BinaryPrimitives.WriteInt32LittleEndian(offset, length);
            Varint.Write(bytes, ref length, packed.Shard);
            Varint.Write(bytes, ref length, packed.Sequence);
            Varint.Write(bytes, ref length, packed.Epoch);
            Varint.Write(bytes, ref length, packed.Entity);
            Varint.Write(bytes, ref length, packed.EntitySequence);
            Varint.Write(bytes, ref length, packed.Part);
            Varint.Write(bytes, ref length, packed.Kind);
            Varint.Write(bytes, ref length, packed.Body.Length);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(length), packed.AtNs);
            length += sizeof(long);
            packed.Body.Span.CopyTo(bytes.AsSpan(length));
            length += packed.Body.Length;
        }

        return bytes[..length];
    }

    /// <summary>One event; absent when it was deleted. Its body lies in the bytes.</summary>
    /// <param name="bytes">Bytes that <see cref="Encode"/> made.</param>
    /// <param name="index">Number of the event in the pack, from 0.</param>
    /// <param name="place">Place of the event.</param>
    public static PackedEvent? Decode(ReadOnlyMemory<byte> bytes, int index, long place)
    {
        var offset = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[(index * sizeof(int))..]);
        if (offset == Deleted)
        {
            return null;
        }

        var left = bytes.Span[offset..];
        var shard = (int)Varint.Read(ref left);
        var sequence = Varint.Read(ref left);
        var epoch = Varint.Read(ref left);
        var entity = Varint.Read(ref left);
        var entitySequence = Varint.Read(ref left);
        var part = (int)Varint.Read(ref left);
        var kind = (int)Varint.Read(ref left);
        var length = (int)Varint.Read(ref left);
        var at = BinaryPrimitives.ReadInt64LittleEndian(left);
        var body = bytes.Slice(bytes.Length - left.Length + sizeof(long), length);
        return new PackedEvent(place, shard, sequence, epoch, entity, entitySequence, part, kind, at, body);
    }

    /// <summary>CRC-32C (Castagnoli) of bytes.</summary>
    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
