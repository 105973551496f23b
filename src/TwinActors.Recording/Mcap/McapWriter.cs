// Hot path: the recorder writes every sample through it. Write allocates nothing once its buffers have grown to the
// size of a chunk; McapWriterTests hold it.
using Microsoft.Win32.SafeHandles;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>Writes an indexed, uncompressed MCAP file (mcap.dev specification, version 0).</summary>
/// <remarks>
/// <para>
/// The file grows as <c>NAME.part</c> and takes its name in <see cref="Complete"/>, so a file with the name is whole.
/// One without a summary, left by a crash, is read up to its last whole record by <see cref="BagReader"/> and made
/// whole by <see cref="BagCopy"/>.
/// </para>
/// <para>
/// Memory: one chunk, and about 100 bytes for each chunk written. One thread at a time. After a failure to write only
/// <see cref="Dispose"/> is of use.
/// </para>
/// </remarks>
public sealed class McapWriter : IDisposable
{
    /// <summary>What the name of an unfinished file ends with.</summary>
    public const string UnfinishedSuffix = ".part";

    private const int LargestChunkLength = 64 * 1024 * 1024;
    private const int ChunkHeadLength = McapRecordWalk.PrefixLength + McapFile.PlainChunkHeaderLength;

    // Prefix of a message record and its fields before the payload.
    private const int MessageOverhead = McapRecordWalk.PrefixLength + 2 + 4 + 8 + 8;

    private readonly McapWriterOptions _options;
    private readonly SafeFileHandle _file;
    private readonly McapBuffer _chunk = new();
    private readonly McapBuffer _record = new();
    private readonly McapSummaryWriter _summary = new();
    private readonly List<McapChannelIndex> _channels = [];
    private readonly Dictionary<(string Type, BagDefinition? Definition), ushort> _schemas = [];
    private long _position;
    private uint _crc;
    private long _chunkFirstNs;
    private long _chunkLastNs;
    private int _chunkMessages;
    private bool _isComplete;

    private McapWriter(string path, McapWriterOptions options)
    {
        Path = path;
        _options = options;
        _file = File.OpenHandle(UnfinishedPath, FileMode.Create, FileAccess.Write, FileShare.Read);
        _chunk.Clear(ChunkHeadLength);
        _record.Clear();
        _record.Bytes(McapFile.Magic);
        var header = _record.Begin(McapOpcode.Header);
        _record.Text(options.Profile);
        _record.Text("twinactors");
        _record.End(header);
        Append(_record.Written);
    }

    /// <summary>Path that the finished file has.</summary>
    public string Path { get; }

    /// <summary>Path of the file until then.</summary>
    public string UnfinishedPath => Path + UnfinishedSuffix;

    /// <summary>Size of the file so far [byte], the open chunk included.</summary>
    public long Length => _position + (_chunk.Length > ChunkHeadLength ? _chunk.Length : 0);

    /// <summary>Messages written so far.</summary>
    public long MessageCount { get; private set; }

    /// <summary>Begins a file; an unfinished one of that name is replaced.</summary>
    /// <param name="path">Path of the finished file; its folder exists.</param>
    /// <param name="options">How it is written; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The chunk length is outside its range.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static McapWriter Create(string path, McapWriterOptions? options = null)
    {
        options ??= new McapWriterOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkLength, 1, nameof(options.ChunkLength));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            options.ChunkLength, LargestChunkLength, nameof(options.ChunkLength));
        return new McapWriter(path, options);
    }

    /// <summary>Adds a channel: a topic with its type, encoding, definition and offered QoS.</summary>
    /// <param name="topic">The topic; its counts are ignored. Equal types and definitions share a schema.</param>
    /// <returns>The channel's number, for <see cref="Write"/>.</returns>
    /// <exception cref="InvalidOperationException">The file has all 65,535 channels that the format allows.</exception>
    public int AddChannel(BagTopic topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (_channels.Count == ushort.MaxValue)
        {
            throw new InvalidOperationException($"{Path} has {ushort.MaxValue} channels, the most that MCAP allows.");
        }

        var channel = new McapChannelIndex((ushort)(_channels.Count + 1));
        var schema = SchemaOf(topic);
        _record.Clear();
        var start = _record.Begin(McapOpcode.Channel);
        _record.UInt16(channel.Id);
        _record.UInt16(schema);
        _record.Text(topic.Name);
        _record.Text(topic.Serialization);
        _record.Map(MetadataOf(topic));
        _record.End(start);
        _chunk.Bytes(_record.Written);
        _summary.AddChannel(_record.Written);
        _channels.Add(channel);
        return channel.Id;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="channel">A number that <see cref="AddChannel"/> gave.</param>
    /// <param name="logTimeNs">
    /// When it was recorded [ns since 1970]; not negative. A recorder never passes 0: one message from 1970 among
    /// others makes a file unusable in common viewers.
    /// </param>
    /// <param name="publishTimeNs">When it was published [ns since 1970]; not negative.</param>
    /// <param name="data">Its bytes; at most 512 MiB.</param>
    /// <param name="sequence">The publisher's counter; 0 when there is none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <exception cref="IOException">The disk is full or failed; the file is good up to its last chunk.</exception>
    public void Write(int channel, long logTimeNs, long publishTimeNs, ReadOnlySpan<byte> data, uint sequence = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(channel, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channel, _channels.Count);
        ArgumentOutOfRangeException.ThrowIfNegative(logTimeNs);
        ArgumentOutOfRangeException.ThrowIfNegative(publishTimeNs);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            data.Length, ChunkCompression.LargestChunk - LargestChunkLength, nameof(data));
        if (_chunkMessages > 0 && _chunk.Length + MessageOverhead + data.Length > _options.ChunkLength)
        {
            CloseChunk();
        }

        var index = _channels[channel - 1];
        index.Add(logTimeNs, _chunk.Length - ChunkHeadLength);
        var start = _chunk.Begin(McapOpcode.Message);
        _chunk.UInt16(index.Id);
        _chunk.UInt32(sequence);
        _chunk.UInt64((ulong)logTimeNs);
        _chunk.UInt64((ulong)publishTimeNs);
        _chunk.Bytes(data);
        _chunk.End(start);
        (_chunkFirstNs, _chunkLastNs) = _chunkMessages++ == 0
            ? (logTimeNs, logTimeNs)
            : (Math.Min(_chunkFirstNs, logTimeNs), Math.Max(_chunkLastNs, logTimeNs));
        MessageCount++;
        if (_chunk.Length >= _options.ChunkLength)
        {
            CloseChunk();
        }
    }

    /// <summary>Attaches a file of another kind: a model, a picture, a report.</summary>
    /// <param name="attachment">Name, media type and times; its place and size are ignored.</param>
    /// <param name="data">Its bytes, from the stream's position to its end.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public void AddAttachment(BagAttachment attachment, Stream data)
    {
        ArgumentNullException.ThrowIfNull(attachment);
        ArgumentNullException.ThrowIfNull(data);
        var (offset, size) = (_position, data.Length - data.Position);
        _record.Clear();
        var start = _record.Begin(McapOpcode.Attachment);
        _record.UInt64((ulong)attachment.LogTimeNs);
        _record.UInt64((ulong)attachment.CreateTimeNs);
        _record.Text(attachment.Name);
        _record.Text(attachment.MediaType);
        _record.UInt64((ulong)size);
        var head = _record.Length - McapRecordWalk.PrefixLength;
        _record.Patch(start + 1, (ulong)(head + size + sizeof(uint)));
        var crc = Crc32.Append(0, _record.Written[McapRecordWalk.PrefixLength..]);
        Append(_record.Written);
        var buffer = new byte[64 * 1024];
        for (var left = size; left > 0;)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            data.ReadExactly(part);
            crc = Crc32.Append(crc, part);
            Append(part);
            left -= part.Length;
        }

        _record.Clear();
        _record.UInt32(crc);
        Append(_record.Written);
        _summary.AddAttachment(offset, _position - offset, size, attachment);
    }

    /// <summary>Adds a named map of texts.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void AddMetadata(BagMetadataEntry metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _record.Clear();
        var start = _record.Begin(McapOpcode.Metadata);
        _record.Text(metadata.Name);
        _record.Map(metadata.Values);
        _record.End(start);
        var offset = _position;
        Append(_record.Written);
        _summary.AddMetadata(offset, _position - offset, metadata.Name);
    }

    /// <summary>
    /// Closes the open chunk: what was written so far outlives this process, and with <see cref="McapSync.EachChunk"/>
    /// a loss of power.
    /// </summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Flush()
    {
        if (_chunk.Length > ChunkHeadLength)
        {
            CloseChunk();
        }
    }

    /// <summary>Closes the open chunk and forces the file to the disk: what was written so far outlives a loss of
    /// power.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Sync()
    {
        Flush();
        DurableFiles.Sync(_file, UnfinishedPath);
    }

    /// <summary>Writes the index, closes the file and gives it its name.</summary>
    /// <exception cref="IOException">The disk is full or failed; the unfinished file stays.</exception>
    public void Complete()
    {
        Flush();
        _record.Clear();
        var end = _record.Begin(McapOpcode.DataEnd);
        _record.UInt32(_crc);
        _record.End(end);
        Append(_record.Written);
        _summary.Build(_record, _position, _channels);
        Append(_record.Written);
        if (_options.Sync != McapSync.Never)
        {
            DurableFiles.Sync(_file, UnfinishedPath);
        }

        _file.Dispose();
        File.Move(UnfinishedPath, Path, overwrite: true);
        if (_options.Sync != McapSync.Never)
        {
            DurableFiles.SyncFolderOf(Path);
        }

        _isComplete = true;
    }

    /// <summary>Closes the file. Without <see cref="Complete"/> it stays unfinished, without its open chunk.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Closes and removes a file that is not complete; does nothing to a complete one.</summary>
    public void Discard()
    {
        _file.Dispose();
        if (!_isComplete)
        {
            File.Delete(UnfinishedPath);
        }
    }

    private ushort SchemaOf(BagTopic topic)
    {
        if (topic.Type.Length == 0)
        {
            return 0;
        }

        var key = (topic.Type, topic.Definition);
        if (_schemas.TryGetValue(key, out var known))
        {
            return known;
        }

        var id = (ushort)(_schemas.Count + 1);
        _record.Clear();
        var start = _record.Begin(McapOpcode.Schema);
        _record.UInt16(id);
        _record.Text(topic.Type);
        _record.Text(topic.Definition?.Encoding ?? "");
        _record.Text(topic.Definition?.Text ?? "");
        _record.End(start);
        _chunk.Bytes(_record.Written);
        _summary.AddSchema(_record.Written);
        _schemas.Add(key, id);
        return id;
    }

    private static IEnumerable<KeyValuePair<string, string>> MetadataOf(BagTopic topic)
    {
        // rosbag2 wants the first one of every ROS channel, even when nothing is known.
        if (topic.IsCdr || topic.OfferedQos is not null)
        {
            yield return new("offered_qos_profiles", topic.OfferedQos ?? "");
        }

        if (topic.TypeHash is { } hash)
        {
            yield return new("topic_type_hash", hash);
        }
    }

    private void CloseChunk()
    {
        var records = (ulong)(_chunk.Length - ChunkHeadLength);
        var (at, chunkLength) = (_position, (long)_chunk.Length);
        WriteChunkHead(records);
        var index = new McapChunkIndex(_chunkFirstNs, _chunkLastNs, at, chunkLength, (long)records);
        foreach (var channel in _channels)
        {
            channel.WriteTo(_chunk, index);
        }

        index.MessageIndexLength = _chunk.Length - chunkLength;
        Append(_chunk.Written);
        _summary.AddChunk(index);
        if (_options.Sync == McapSync.EachChunk)
        {
            DurableFiles.Sync(_file, UnfinishedPath);
        }

        _chunk.Clear(ChunkHeadLength);
        (_chunkFirstNs, _chunkLastNs, _chunkMessages) = (0, 0, 0);
    }

    private void WriteChunkHead(ulong records)
    {
        _record.Clear();
        var start = _record.Begin(McapOpcode.Chunk);
        _record.UInt64((ulong)_chunkFirstNs);
        _record.UInt64((ulong)_chunkLastNs);
        _record.UInt64(records);
        _record.UInt32(Crc32.Append(0, _chunk.Written[ChunkHeadLength..]));
        _record.Text("");
        _record.UInt64(records);
        _record.Patch(start + 1, McapFile.PlainChunkHeaderLength + records);
        _chunk.Overwrite(0, _record.Written);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_file, bytes, _position);
        _crc = Crc32.Append(_crc, bytes);
        _position += bytes.Length;
    }
}
