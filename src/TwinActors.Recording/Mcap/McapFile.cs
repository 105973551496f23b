using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>An MCAP file opened for reading (mcap.dev specification, version 0).</summary>
internal sealed class McapFile : IBagFile
{
    /// <summary>Length of a chunk's fields before its records when it is not compressed.</summary>
    public const int PlainChunkHeaderLength = 8 + 8 + 8 + 4 + 4 + 8;

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
    }

    /// <summary>The signature at both ends of a file: 89, "MCAP", version 0, CR, LF.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, 0x4D, 0x43, 0x41, 0x50, 0x30, 0x0D, 0x0A];

    public string Path { get; }

    public IReadOnlyList<BagTopic> Topics { get; }

    public IReadOnlyList<string> Problems { get; }

    /// <summary>Whether bytes begin with the signature.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <summary>Opens a file and goes through it once.</summary>
    public static McapFile Open(string path)
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
            return new McapFile(path, stream, McapScan.Run(path, stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Reads a chunk's fields up to its records.</summary>
    public static (ulong Length, uint Crc, string Compression, ulong Stored) ReadChunkHeader(ref McapFields fields)
    {
        // The chunk's own start and end times are not used: those of its messages are.
        _ = fields.UInt64();
        _ = fields.UInt64();
        return (fields.UInt64(), fields.UInt32(), fields.Text(), fields.UInt64());
    }

    public IEnumerable<BagMessage> Read(IReadOnlySet<BagTopic> wanted)
    {
        var channels = _topicsByChannel.Keys.Where(channel => wanted.Contains(_topicsByChannel[channel])).ToHashSet();
        var waiting = new PriorityQueue<McapMessage, (long LogTimeNs, long Order)>();
        var order = 0L;
        foreach (var region in channels.Count > 0 ? _regions : [])
        {
            // Regions come by their first message, so everything older than this region's first is complete.
            while (waiting.TryPeek(out _, out var next) && next.LogTimeNs < region.FirstLogTimeNs)
            {
                yield return MessageOf(waiting.Dequeue());
            }

            foreach (var message in MessagesOf(region, channels))
            {
                waiting.Enqueue(message, (message.LogTimeNs, order++));
            }
        }

        while (waiting.TryDequeue(out var message, out _))
        {
            yield return MessageOf(message);
        }
    }

    public void Dispose() => _stream.Dispose();

    private BagMessage MessageOf(McapMessage message) =>
        new(_topicsByChannel[message.Channel], message.LogTimeNs, message.PublishTimeNs, message.Data);

    private IEnumerable<McapMessage> MessagesOf(McapRegion region, HashSet<ushort> channels)
    {
        // A fresh buffer each time: the messages handed out are slices of it and stay valid.
        var stored = new byte[region.StoredLength];
        if (RandomAccess.Read(_stream.SafeFileHandle, stored, region.Offset) != stored.Length)
        {
            throw new BagFormatException(
                Path, region.Offset, $"the file no longer holds the {stored.Length} bytes that were here.");
        }

        var walk = new McapRecordWalk(
            ChunkCompression.Unpack(region.Compression, stored, region.Length, Path, region.Offset));
        while (walk.MoveNext())
        {
            if (walk.Opcode != McapOpcode.Message)
            {
                continue;
            }

            var message = McapMessage.Parse(walk.Content, Path, region.Offset);
            if (channels.Contains(message.Channel))
            {
                yield return message;
            }
        }
    }
}
