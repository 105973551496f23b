using System.Buffers.Binary;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>One pass over an MCAP file, front to back: finds every message, checks every checksum.</summary>
/// <remarks>
/// The summary at the end of a file is not trusted for anything but comparison, so a file that lost it reads the same.
/// Record lengths are compared with what the file still holds before memory is reserved for them.
/// </remarks>
internal sealed class McapScan
{
    /// <summary>Messages outside chunks are gathered into regions of about this size [byte].</summary>
    private const int LooseRegionLength = 1024 * 1024;

    /// <summary>Most bytes of an attachment or metadata record that are read: names are short.</summary>
    public const int AttachmentHeadLimit = 64 * 1024;

    // Behind start, end, unpacked length and checksum: the length of the compression's name.
    private const int ChunkCompressionOffset = 8 + 8 + 8 + 4;

    private const int Window = 64 * 1024;

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly McapCatalogue _catalogue;
    private byte[] _buffer = new byte[Window];
    private long _position;
    private uint _crc;
    private uint _crcAtRecord;
    private RegionCount _region = new();
    private long _looseStart;
    private long _looseEnd;
    private ulong? _declaredMessages;

    private McapScan(string file, FileStream stream)
    {
        _file = file;
        _stream = stream;
        _catalogue = new McapCatalogue(file);
    }

    /// <summary>Reads a file from its first byte to its last.</summary>
    /// <exception cref="BagFormatException">It is damaged. A file that merely ends early is no error.</exception>
    public static McapCatalogue Run(string file, FileStream stream)
    {
        var scan = new McapScan(file, stream);
        scan.Run();
        return scan._catalogue;
    }

    private long Left => _stream.Length - _position;

    private void Run()
    {
        Pass(McapFile.Magic.Length, keep: false);
        while (true)
        {
            var start = _position;
            if (Left < McapRecordWalk.PrefixLength)
            {
                EndEarly(Left == 0 ? "without a footer" : "inside the prefix of a record", start);
                return;
            }

            _crcAtRecord = _crc;
            var prefix = Pass(McapRecordWalk.PrefixLength, keep: true).Span;
            var (opcode, length) = ((McapOpcode)prefix[0], BinaryPrimitives.ReadUInt64LittleEndian(prefix[1..]));
            if (length > (ulong)Left)
            {
                EndInside(opcode, start, length);
                return;
            }

            if (IsRead(opcode) && length > ChunkCompression.LargestChunk)
            {
                throw new BagFormatException(_file, start,
                    $"a {opcode} record of {length} bytes; the limit is {ChunkCompression.LargestChunk}.");
            }

            if (opcode == McapOpcode.Footer)
            {
                TakeFooter(start, Pass((long)length, keep: true));
                return;
            }

            Take(opcode, start, (long)length);
        }
    }

    private void Take(McapOpcode opcode, long start, long length)
    {
        var offset = start + McapRecordWalk.PrefixLength;
        if (opcode == McapOpcode.Attachment)
        {
            TakeAttachment(offset, length);
            return;
        }

        var content = Pass(length, IsRead(opcode));
        if (opcode is McapOpcode.Schema or McapOpcode.Channel or McapOpcode.Message)
        {
            TakeLoose(opcode, content, start);
            return;
        }

        CloseRegion();
        var fields = new McapFields(content.Span, _file, offset);
        switch (opcode)
        {
            case McapOpcode.Chunk:
                TakeChunk(content, offset);
                break;
            case McapOpcode.Metadata:
                _catalogue.AddMetadata(ref fields);
                break;
            case McapOpcode.Statistics:
                _declaredMessages = fields.UInt64();
                break;
            case McapOpcode.DataEnd:
                // Its checksum covers everything before this record; the summary's begins after it.
                Check(fields.UInt32(), _crcAtRecord, "data section", start);
                _crc = 0;
                break;
            default:
                break;
        }
    }

    private static bool IsRead(McapOpcode opcode) =>
        opcode is McapOpcode.Schema or McapOpcode.Channel or McapOpcode.Message or McapOpcode.Chunk
            or McapOpcode.Metadata or McapOpcode.Statistics or McapOpcode.DataEnd or McapOpcode.Footer;

    /// <summary>Takes an attachment's fields; its bytes, of any number, are only passed over.</summary>
    private void TakeAttachment(long offset, long length)
    {
        CloseRegion();
        var head = Pass(Math.Min(length, AttachmentHeadLimit), keep: true);
        var fields = new McapFields(head.Span, _file, offset);
        var attachment = McapAttachment.Parse(ref fields, offset);
        if (!_catalogue.TryAdd(attachment, offset + length))
        {
            throw new BagFormatException(_file, offset, $"an attachment declares {attachment.Attachment.Size} bytes; "
                + $"its record of {length} bytes holds another number.");
        }

        Pass(length - head.Length, keep: false);
    }

    private void TakeLoose(McapOpcode opcode, ReadOnlyMemory<byte> content, long start)
    {
        var end = start + McapRecordWalk.PrefixLength + content.Length;
        if (TakeRecord(opcode, content, start + McapRecordWalk.PrefixLength) is not { } message)
        {
            return;
        }

        if (_region.MessageCount > 0 && end - _looseStart > LooseRegionLength)
        {
            CloseRegion();
        }

        _looseStart = _region.MessageCount > 0 ? _looseStart : start;
        _looseEnd = end;
        _region.Count(message);
    }

    private void CloseRegion() => CloseRegion(_looseStart, (int)(_looseEnd - _looseStart), isChunk: false);

    private void CloseRegion(long offset, int length, bool isChunk)
    {
        if (_region.MessageCount > 0)
        {
            _catalogue.Regions.Add(new McapRegion(
                offset, length, isChunk, _region.FirstLogTimeNs, _region.LastLogTimeNs, _region.Channels));
        }

        _region = new RegionCount();
    }

    private void TakeChunk(ReadOnlyMemory<byte> content, long offset)
    {
        var left = TakeRegion(
            McapFile.RecordsOf(content, _file, offset), offset, content.Length, isChunk: true);
        if (left > 0)
        {
            throw new BagFormatException(_file, offset, $"the chunk's last {left} bytes are no whole record.");
        }
    }

    /// <summary>Takes the records of a region, keeps it when it holds messages, returns the bytes left over.</summary>
    private int TakeRegion(ReadOnlyMemory<byte> records, long offset, int length, bool isChunk)
    {
        var walk = new McapRecordWalk(records);
        while (walk.MoveNext())
        {
            if (TakeRecord(walk.Opcode, walk.Content, offset) is { } message)
            {
                _region.Count(message);
            }
        }

        CloseRegion(offset, length, isChunk);
        return walk.Left;
    }

    /// <summary>Takes a schema, channel or message; returns a message.</summary>
    private McapMessage? TakeRecord(McapOpcode opcode, ReadOnlyMemory<byte> content, long offset)
    {
        var fields = new McapFields(content.Span, _file, offset);
        switch (opcode)
        {
            case McapOpcode.Schema:
                _catalogue.Add(McapSchema.Parse(ref fields), offset);
                return null;
            case McapOpcode.Channel:
                _catalogue.Add(McapChannel.Parse(ref fields), offset);
                return null;
            case McapOpcode.Message:
                var message = McapMessage.Parse(content, _file, offset);
                _catalogue.Count(message, offset);
                return message;
            default:
                return null;
        }
    }

    private void TakeFooter(long start, ReadOnlyMemory<byte> content)
    {
        CloseRegion();
        var fields = new McapFields(content.Span, _file, start + McapRecordWalk.PrefixLength);
        _ = fields.UInt64();
        _ = fields.UInt64();

        // The summary's checksum covers the footer too, up to the checksum itself.
        var covered = content.Span[..fields.Position];
        Span<byte> prefix = stackalloc byte[McapRecordWalk.PrefixLength];
        prefix[0] = (byte)McapOpcode.Footer;
        BinaryPrimitives.WriteUInt64LittleEndian(prefix[1..], (ulong)content.Length);
        Check(fields.UInt32(), Crc32.Append(Crc32.Append(_crcAtRecord, prefix), covered), "summary", start);

        if (Left < McapFile.Magic.Length || !McapFile.HasMagic(Pass(McapFile.Magic.Length, keep: true).Span))
        {
            _catalogue.Problems.Add($"{_file}: the MCAP signature after the footer at offset {start} is missing.");
        }

        if (_declaredMessages is { } declared && declared != (ulong)_catalogue.MessageCount)
        {
            _catalogue.Problems.Add($"{_file}: declares {declared} messages and holds {_catalogue.MessageCount}.");
        }
    }

    /// <summary>The file ends inside a record: cut off, or, when its end is there, the length is wrong.</summary>
    private void EndInside(McapOpcode opcode, long start, ulong length)
    {
        if (EndsWithMagic())
        {
            throw new BagFormatException(
                _file, start, $"a record of kind {(byte)opcode:X2} declares {length} bytes; the file has {Left} left.");
        }

        CloseRegion();
        if (opcode == McapOpcode.Chunk && Left <= ChunkCompression.LargestChunk)
        {
            SaveFromCutChunk(Pass(Left, keep: true), start + McapRecordWalk.PrefixLength);
        }

        EndEarly($"inside a record of kind {(byte)opcode:X2} and {length} bytes", start);
    }

    /// <summary>Takes the whole records of a plain chunk that was cut off; its checksum cannot be checked.</summary>
    private void SaveFromCutChunk(ReadOnlyMemory<byte> content, long offset)
    {
        if (content.Length < McapFile.PlainChunkHeaderLength)
        {
            return;
        }

        var fields = new McapFields(content.Span[ChunkCompressionOffset..], _file, offset);
        if (fields.UInt32() == 0)
        {
            var records = content[McapFile.PlainChunkHeaderLength..];
            TakeRegion(records, offset + McapFile.PlainChunkHeaderLength, records.Length, isChunk: false);
        }
    }

    private void EndEarly(string where, long start)
    {
        CloseRegion();
        _catalogue.Problems.Add($"{_file}: the file ends {where}, at offset {start}; it holds "
            + $"{_catalogue.MessageCount} whole messages, what was recorded after them is missing.");
    }

    private bool EndsWithMagic()
    {
        Span<byte> end = stackalloc byte[McapFile.Magic.Length];
        _ = RandomAccess.Read(_stream.SafeFileHandle, end, _stream.Length - end.Length);
        return McapFile.HasMagic(end);
    }

    private void Check(uint declared, uint found, string what, long offset) =>
        McapFile.CheckCrc(declared, found, what, _file, offset);

    /// <summary>Goes on by bytes that the file has; returns them, until the next call, when kept.</summary>
    private ReadOnlyMemory<byte> Pass(long length, bool keep)
    {
        var window = (int)Math.Min(length, keep ? length : Window);
        if (_buffer.Length < window)
        {
            _buffer = new byte[Math.Max(window, Math.Min(2L * _buffer.Length, ChunkCompression.LargestChunk))];
        }

        for (var left = length; left > 0; left -= window)
        {
            var part = _buffer.AsSpan(0, (int)Math.Min(left, window));
            _stream.ReadExactly(part);
            _crc = Crc32.Append(_crc, part);
            _position += part.Length;
        }

        return _buffer.AsMemory(0, keep ? window : 0);
    }

    /// <summary>What the messages of the region at hand are.</summary>
    private sealed class RegionCount
    {
        private readonly HashSet<ushort> _channels = [];

        public IReadOnlySet<ushort> Channels => _channels;

        public int MessageCount { get; private set; }

        public long FirstLogTimeNs { get; private set; } = long.MaxValue;

        public long LastLogTimeNs { get; private set; } = long.MinValue;

        public void Count(McapMessage message)
        {
            MessageCount++;
            _channels.Add(message.Channel);
            FirstLogTimeNs = Math.Min(FirstLogTimeNs, message.LogTimeNs);
            LastLogTimeNs = Math.Max(LastLogTimeNs, message.LogTimeNs);
        }
    }
}
