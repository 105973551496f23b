using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>Gathers what the summary at the end of a file repeats, and writes it.</summary>
internal sealed class McapSummaryWriter
{
    private readonly McapBuffer _schemas = new();
    private readonly McapBuffer _channels = new();
    private readonly McapBuffer _attachments = new();
    private readonly McapBuffer _metadata = new();
    private readonly List<McapChunkIndex> _chunks = [];
    private int _schemaCount;
    private int _attachmentCount;
    private int _metadataCount;

    /// <summary>Notes a schema record.</summary>
    public void AddSchema(ReadOnlySpan<byte> record)
    {
        _schemas.Bytes(record);
        _schemaCount++;
    }

    /// <summary>Notes a channel record.</summary>
    public void AddChannel(ReadOnlySpan<byte> record) => _channels.Bytes(record);

    /// <summary>Notes a chunk.</summary>
    public void AddChunk(McapChunkIndex chunk) => _chunks.Add(chunk);

    /// <summary>Notes an attachment: where its record lies, and how many bytes it holds.</summary>
    public void AddAttachment(long offset, long length, long size, BagAttachment attachment)
    {
        var start = _attachments.Begin(McapOpcode.AttachmentIndex);
        _attachments.UInt64((ulong)offset);
        _attachments.UInt64((ulong)length);
        _attachments.UInt64((ulong)attachment.LogTimeNs);
        _attachments.UInt64((ulong)attachment.CreateTimeNs);
        _attachments.UInt64((ulong)size);
        _attachments.Text(attachment.Name);
        _attachments.Text(attachment.MediaType);
        _attachments.End(start);
        _attachmentCount++;
    }

    /// <summary>Notes a metadata record.</summary>
    public void AddMetadata(long offset, long length, string name)
    {
        var start = _metadata.Begin(McapOpcode.MetadataIndex);
        _metadata.UInt64((ulong)offset);
        _metadata.UInt64((ulong)length);
        _metadata.Text(name);
        _metadata.End(start);
        _metadataCount++;
    }

    /// <summary>Fills a buffer with what follows the data section: summary, offsets, footer, signature.</summary>
    /// <param name="end">The buffer.</param>
    /// <param name="position">Where the summary begins in the file.</param>
    /// <param name="channels">All channels, with their counts.</param>
    public void Build(McapBuffer end, long position, IReadOnlyList<McapChannelIndex> channels)
    {
        end.Clear();
        var groups = new List<(McapOpcode Opcode, long Start, long Length)>();
        Group(McapOpcode.Schema, () => end.Bytes(_schemas.Written));
        Group(McapOpcode.Channel, () => end.Bytes(_channels.Written));
        Group(McapOpcode.Statistics, () => WriteStatistics(end, channels));
        Group(McapOpcode.ChunkIndex, () => _chunks.ForEach(chunk => chunk.WriteTo(end)));
        Group(McapOpcode.AttachmentIndex, () => end.Bytes(_attachments.Written));
        Group(McapOpcode.MetadataIndex, () => end.Bytes(_metadata.Written));
        var offsets = position + end.Length;
        foreach (var (opcode, start, length) in groups)
        {
            var record = end.Begin(McapOpcode.SummaryOffset);
            end.Byte((byte)opcode);
            end.UInt64((ulong)start);
            end.UInt64((ulong)length);
            end.End(record);
        }

        var footer = end.Begin(McapOpcode.Footer);
        end.Patch(footer + 1, McapFile.FooterLength);
        end.UInt64((ulong)position);
        end.UInt64((ulong)offsets);
        end.UInt32(Crc32.Append(0, end.Written));
        end.Bytes(McapFile.Magic);

        void Group(McapOpcode opcode, Action write)
        {
            var start = end.Length;
            write();
            if (end.Length > start)
            {
                groups.Add((opcode, position + start, end.Length - start));
            }
        }
    }

    private void WriteStatistics(McapBuffer end, IReadOnlyList<McapChannelIndex> channels)
    {
        var filled = _chunks.Where(chunk => chunk.MessageIndexes.Count > 0).ToList();
        var start = end.Begin(McapOpcode.Statistics);
        end.UInt64((ulong)channels.Sum(channel => channel.MessageCount));
        end.UInt16((ushort)_schemaCount);
        end.UInt32((uint)channels.Count);
        end.UInt32((uint)_attachmentCount);
        end.UInt32((uint)_metadataCount);
        end.UInt32((uint)_chunks.Count);
        end.UInt64((ulong)filled.Select(chunk => chunk.FirstLogTimeNs).DefaultIfEmpty().Min());
        end.UInt64((ulong)filled.Select(chunk => chunk.LastLogTimeNs).DefaultIfEmpty().Max());
        var counted = channels.Where(channel => channel.MessageCount > 0).ToList();
        end.UInt32((uint)(counted.Count * (sizeof(ushort) + sizeof(ulong))));
        foreach (var channel in counted)
        {
            end.UInt16(channel.Id);
            end.UInt64((ulong)channel.MessageCount);
        }

        end.End(start);
    }
}
