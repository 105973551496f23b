using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Snapshots;

/// <summary>A snapshot as the journal holds it, which may be damaged.</summary>
public sealed record StoredSnapshot
{
    /// <summary>Entity whose state it is; type and key in lower case.</summary>
    public required EntityKey Entity { get; init; }

    /// <summary>Sequence of the last event that the state contains.</summary>
    public required long Sequence { get; init; }

    /// <summary>Place of that event in the journal.</summary>
    public required JournalPosition Position { get; init; }

    /// <summary>Epoch under which the snapshot was written.</summary>
    public required long Epoch { get; init; }

    /// <summary>Stable name and version of the kind of state.</summary>
    public required EventName Name { get; init; }

    /// <summary>How <see cref="Body"/> is written.</summary>
    public required int Codec { get; init; }

    /// <summary>When it was taken [ns since 1970-01-01 UTC], on the writer's clock.</summary>
    public required long AtNs { get; init; }

    /// <summary>CRC-32C that was written with it.</summary>
    public required uint Checksum { get; init; }

    /// <summary>The bytes.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the checksum fits what was read. Do not use the body of one that is not intact.</summary>
    public bool IsIntact => Checksum == ChecksumOf(Sequence, Name, Codec, Body.Span);

    /// <summary>Checksum of a snapshot that is about to be written.</summary>
    internal static uint ChecksumOf(NewSnapshot snapshot) =>
        ChecksumOf(snapshot.Sequence, snapshot.Name, snapshot.Codec, snapshot.Body.Span);

    /// <summary>
    /// CRC-32C (Castagnoli) over sequence (8 bytes), codec and version (4 bytes each, all little endian), name (UTF-8)
    /// and body, so that no number beside the body can change unnoticed.
    /// </summary>
    private static uint ChecksumOf(long sequence, EventName name, int codec, ReadOnlySpan<byte> body)
    {
        var crc = BitOperations.Crc32C(~0u, (ulong)sequence);
        crc = BitOperations.Crc32C(crc, (uint)codec);
        crc = BitOperations.Crc32C(crc, (uint)name.Version);
        return ~Add(Add(crc, Encoding.UTF8.GetBytes(name.Name)), body);
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return crc;
    }
}
