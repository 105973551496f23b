using System.Buffers.Binary;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>Reads the summary at the end of an MCAP file in place of the whole file.</summary>
internal static class McapIndex
{
    private const int EndLength = McapRecordWalk.PrefixLength + McapFile.FooterLength + 8;

    /// <summary>Reads what a file's summary says.</summary>
    /// <returns>Null when the file must be gone through: no footer, no summary, or one that does not add up.</returns>
    public static McapCatalogue? Read(string file, FileStream stream)
    {
        if (Summary(stream) is not { } summary)
        {
            return null;
        }

        try
        {
            var catalogue = new McapCatalogue(file);
            return Fill(catalogue, summary.Bytes, file, summary.Offset, stream) ? catalogue : null;
        }
        catch (BagFormatException)
        {
            // A broken summary says nothing about the data: the pass over the file decides.
            return null;
        }
    }

    private static (ReadOnlyMemory<byte> Bytes, long Offset)? Summary(FileStream stream)
    {
        Span<byte> end = stackalloc byte[EndLength];
        var at = stream.Length - EndLength;
        if (at < McapFile.Magic.Length || RandomAccess.Read(stream.SafeFileHandle, end, at) < EndLength
            || end[0] != (byte)McapOpcode.Footer || !McapFile.HasMagic(end[^8..]))
        {
            return null;
        }

        var start = BinaryPrimitives.ReadUInt64LittleEndian(end[McapRecordWalk.PrefixLength..]);
        if (start == 0 || start > (ulong)at || (ulong)at - start > ChunkCompression.LargestChunk)
        {
            return null;
        }

        // The checksum covers the footer up to the checksum itself.
        var covered = EndLength - sizeof(uint) - 8;
        var bytes = new byte[at - (long)start + covered];
        if (RandomAccess.Read(stream.SafeFileHandle, bytes, (long)start) < bytes.Length)
        {
            return null;
        }

        var crc = BinaryPrimitives.ReadUInt32LittleEndian(end[covered..]);
        return crc == 0 || crc == Crc32.Append(0, bytes)
            ? (bytes.AsMemory(0, bytes.Length - covered), (long)start)
            : null;
    }

    private static bool Fill(
        McapCatalogue catalogue, ReadOnlyMemory<byte> summary, string file, long start, FileStream stream)
    {
        var walk = new McapRecordWalk(summary);
        var chunks = 0u;
        McapStatistics? statistics = null;
        while (walk.MoveNext())
        {
            var offset = start + walk.ContentOffset;
            var fields = new McapFields(walk.Content.Span, file, offset);
            switch (walk.Opcode)
            {
                case McapOpcode.Schema:
                    catalogue.Add(McapSchema.Parse(ref fields), offset);
                    break;
                case McapOpcode.Channel:
                    catalogue.Add(McapChannel.Parse(ref fields), offset);
                    break;
                case McapOpcode.Statistics:
                    statistics = McapStatistics.Parse(ref fields);
                    break;
                case McapOpcode.ChunkIndex when !AddRegion(catalogue, McapChunkIndex.Parse(ref fields), start):
                    return false;
                case McapOpcode.ChunkIndex:
                    chunks++;
                    break;
                case McapOpcode.AttachmentIndex or McapOpcode.MetadataIndex
                    when !AddExtra(catalogue, walk.Opcode, ref fields, file, start, stream):
                    return false;
                default:
                    break;
            }
        }

        if (statistics is null || walk.Left > 0 || statistics.ChunkCount != chunks
            || !statistics.MessagesByChannel.Keys.All(catalogue.HasChannel))
        {
            return false;
        }

        catalogue.Counted(statistics.MessagesByChannel);
        return statistics.MessageCount == catalogue.MessageCount;
    }

    private static bool AddRegion(McapCatalogue catalogue, McapChunkIndex chunk, long dataEnd)
    {
        if (chunk.Offset > dataEnd || chunk.RecordLength > dataEnd - chunk.Offset
            || chunk.RecordLength is <= McapRecordWalk.PrefixLength or > ChunkCompression.LargestChunk)
        {
            return false;
        }

        if (chunk.MessageIndexes.Count > 0)
        {
            catalogue.Regions.Add(new McapRegion(
                chunk.Offset + McapRecordWalk.PrefixLength,
                (int)chunk.RecordLength - McapRecordWalk.PrefixLength,
                IsChunk: true,
                chunk.FirstLogTimeNs,
                chunk.LastLogTimeNs,
                chunk.MessageIndexes.Select(entry => entry.Channel).ToHashSet()));
        }

        // Without message indexes a chunk's channels are not known, unless it has no messages at all.
        return chunk.MessageIndexes.Count > 0 || chunk is { FirstLogTimeNs: 0, LastLogTimeNs: 0 };
    }

    /// <summary>Reads the attachment or metadata record that an index record points to.</summary>
    private static bool AddExtra(
        McapCatalogue catalogue, McapOpcode opcode, ref McapFields index, string file, long dataEnd, FileStream stream)
    {
        var (offset, length) = (index.Offset(), index.Offset());
        if (offset > dataEnd || length > dataEnd - offset || length <= McapRecordWalk.PrefixLength)
        {
            return false;
        }

        var head = new byte[Math.Min(length, McapScan.AttachmentHeadLimit)];
        var read = RandomAccess.Read(stream.SafeFileHandle, head, offset);
        var at = offset + McapRecordWalk.PrefixLength;
        var fields = new McapFields(head.AsSpan(McapRecordWalk.PrefixLength..read), file, at);
        if (opcode == McapOpcode.AttachmentIndex)
        {
            return head[0] == (byte)McapOpcode.Attachment
                && catalogue.TryAdd(McapAttachment.Parse(ref fields, at), offset + length);
        }

        if (head[0] != (byte)McapOpcode.Metadata || length > head.Length)
        {
            return false;
        }

        catalogue.AddMetadata(ref fields);
        return true;
    }
}
