using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>An MCAP file opened for reading (mcap.dev specification, version 0).</summary>
internal sealed class McapFile : IBagFile
{
    /// <summary>Length of a chunk's fields before its records when it is not compressed.</summary>
    public const int PlainChunkHeaderLength = 8 + 8 + 8 + 4 + 4 + 8;

    /// <summary>Length of a footer's fields: summary start, summary offset start, checksum.</summary>
    public const int FooterLength = 8 + 8 + 4;

    private readonly FileStream _stream;
    private readonly IReadOnlyList<McapRegion> _regions;
    private readonly Dictionary<ushort, BagTopic> _topicsByChannel;

    private McapFile(string path, FileStream stream, McapCatalogue catalogue)
    {
        Path = path;
        _stream = stream;
        _regions = [.. catalogue.Regions.OrderBy(region => region.FirstLogTimeNs).ThenBy(region => region.Offset)];
        _topicsByChannel = catalogue.TopicsByChannel();
        Topics = [.. _topicsByChannel.Values.Distinct().OrderBy(topic => topic.Name, StringComparer.Ordinal)];
        Problems = catalogue.Problems;
        Attachments = catalogue.Attachments;
        Metadata = catalogue.Metadata;
    }

    /// <summary>The signature at both ends of a file: 89, "MCAP", version 0, CR, LF.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A];

    public string Path { get; }

    public IReadOnlyList<BagTopic> Topics { get; }

    public long? FirstLogTimeNs => _regions.Count > 0 ? _regions[0].FirstLogTimeNs : null;

    public long? LastLogTimeNs => _regions.Count > 0 ? _regions.Max(region => region.LastLogTimeNs) : null;

    public IReadOnlyList<string> Problems { get; }

    public IReadOnlyList<McapAttachment> Attachments { get; }

    public IReadOnlyList<BagMetadataEntry> Metadata { get; }

    /// <summary>Whether bytes begin with the signature.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="byIndex">
    /// Whether its index is enough when it has one; otherwise the file is gone through once.
    /// </param>
    public static McapFile Open(string path, bool byIndex)
    {
        var stream = new FileStream(path, new FileStreamOptions
        {
            Access = FileAccess.Read,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 1024 * 1024,
            Options = FileOptions.SequentialScan,
        });
        try
        {
            var catalogue = byIndex ? McapIndex.Read(path, stream) : null;
            return new McapFile(path, stream, catalogue ?? McapScan.Run(path, stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Takes the records out of a chunk record: unpacks them, and checks their length and checksum.</summary>
    /// <param name="content">Content of the record.</param>
    /// <param name="file">Path, for messages.</param>
    /// <param name="offset">Where the content begins in the file.</param>
    /// <exception cref="BagFormatException">The chunk is damaged, or its compression cannot be undone.</exception>
    public static ReadOnlyMemory<byte> RecordsOf(ReadOnlyMemory<byte> content, string file, long offset)
    {
        // The chunk's own start and end times are not used: those of its messages are.
        var fields = new McapFields(content.Span, file, offset);
        _ = fields.UInt64();
        _ = fields.UInt64();
        var (length, crc, compression, stored) = (fields.UInt64(), fields.UInt32(), fields.Text(), fields.UInt64());
        if (stored != (ulong)fields.Rest.Length)
        {
            throw new BagFormatException(
                file, offset, $"the chunk declares {stored} stored bytes and has {fields.Rest.Length}.");
        }

        var records = ChunkCompression.Unpack(compression, content[fields.Position..], length, file, offset);
        CheckCrc(crc, Crc32.Append(0, records.Span), "chunk", file, offset);
        return records;
    }

    /// <summary>Compares a declared checksum with the one that the bytes give.</summary>
    public static void CheckCrc(uint declared, uint found, string what, string file, long offset)
    {
        // 0 stands for "not computed"; rosbag2 leaves it so by default.
        if (declared != 0 && declared != found)
        {
            throw new BagFormatException(
                file, offset, $"the checksum of the {what} is {declared:X8}, its bytes give {found:X8}.");
        }
    }

    public IEnumerable<BagMessage> Read(IReadOnlySet<BagTopic> wanted, BagWindow window)
    {
        var channels = _topicsByChannel.Keys.Where(channel => wanted.Contains(_topicsByChannel[channel])).ToHashSet();
        var waiting = new PriorityQueue<McapMessage, (long LogTimeNs, long Order)>();
        var order = 0L;
        foreach (var region in _regions.Where(region =>
            window.Overlaps(region.FirstLogTimeNs, region.LastLogTimeNs) && channels.Overlaps(region.Channels)))
        {
            // Regions come by their first message, so everything older than this region's first is complete.
            while (waiting.TryPeek(out _, out var next) && next.LogTimeNs < region.FirstLogTimeNs)
            {
                yield return MessageOf(waiting.Dequeue());
            }

            foreach (var message in MessagesOf(region, channels, window))
            {
                waiting.Enqueue(message, (message.LogTimeNs, order++));
            }
        }

        while (waiting.TryDequeue(out var message, out _))
        {
            yield return MessageOf(message);
        }
    }

    /// <summary>Opens the bytes of an attachment, one of <see cref="Attachments"/>.</summary>
    public Stream Open(McapAttachment attachment) =>
        new FileSlice(_stream.SafeFileHandle, Path, attachment.DataOffset, attachment.Attachment.Size);

    public void Dispose() => _stream.Dispose();

    private BagMessage MessageOf(McapMessage message) => new(
        _topicsByChannel[message.Channel], message.LogTimeNs, message.PublishTimeNs, message.Data, message.Sequence);

    private IEnumerable<McapMessage> MessagesOf(McapRegion region, HashSet<ushort> channels, BagWindow window)
    {
        // A fresh buffer each time: the messages handed out are slices of it and stay valid.
        var stored = new byte[region.Length];
        if (RandomAccess.Read(_stream.SafeFileHandle, stored, region.Offset) != stored.Length)
        {
            throw new BagFormatException(
                Path, region.Offset, $"the file no longer holds the {stored.Length} bytes that were here.");
        }

        var walk = new McapRecordWalk(region.IsChunk ? RecordsOf(stored, Path, region.Offset) : stored);
        while (walk.MoveNext())
        {
            if (walk.Opcode != McapOpcode.Message)
            {
                continue;
            }

            var message = McapMessage.Parse(walk.Content, Path, region.Offset);
            if (channels.Contains(message.Channel) && window.Holds(message.LogTimeNs))
            {
                yield return message;
            }
        }
    }
}
