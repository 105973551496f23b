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

    private const int Window = 64 * 1024;

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly McapCatalogue _catalogue;
    private byte[] _buffer = new byte[Window];
    private long _position;
    private uint _crc;
    private uint _crcAtRecord;
    private McapRegion? _loose;
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
        var content = Pass(length, IsRead(opcode));
        if (opcode is McapOpcode.Schema or McapOpcode.Channel or McapOpcode.Message)
        {
            TakeLoose(opcode, content, start);
            return;
        }

        CloseLoose();
        var fields = new McapFields(content.Span, _file, offset);
        switch (opcode)
        {
            case McapOpcode.Chunk:
                TakeChunk(content, offset);
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
            or McapOpcode.Statistics or McapOpcode.DataEnd or McapOpcode.Footer;

    private void TakeLoose(McapOpcode opcode, ReadOnlyMemory<byte> content, long start)
    {
        var end = start + McapRecordWalk.PrefixLength + content.Length;
        var time = TakeRecord(opcode, content, start + McapRecordWalk.PrefixLength);
        if (time is not { } at)
        {
            return;
        }

        if (_loose is { } open && end - open.Offset <= LooseRegionLength)
        {
            var (grown, first) = ((int)(end - open.Offset), Math.Min(open.FirstLogTimeNs, at));
            _loose = open with { StoredLength = grown, Length = (ulong)grown, FirstLogTimeNs = first };
            return;
        }

        CloseLoose();
        _loose = new McapRegion(start, (int)(end - start), "", (ulong)(end - start), at);
    }

    private void CloseLoose()
    {
        if (_loose is { } open)
        {
            _catalogue.Regions.Add(open);
        }

        _loose = null;
    }

    private void TakeChunk(ReadOnlyMemory<byte> content, long offset)
    {
        var fields = new McapFields(content.Span, _file, offset);
        var (length, crc, compression, stored) = McapFile.ReadChunkHeader(ref fields);
        if (stored != (ulong)fields.Rest.Length)
        {
            throw new BagFormatException(
                _file, offset, $"the chunk declares {stored} stored bytes and has {fields.Rest.Length}.");
        }

        var at = offset + fields.Position;
        var records = ChunkCompression.Unpack(compression, content[fields.Position..], length, _file, offset);
        Check(crc, Crc32.Append(0, records.Span), "chunk", offset);
        var left = TakeRegion(records, new McapRegion(at, (int)stored, compression, length, long.MaxValue));
        if (left > 0)
        {
            throw new BagFormatException(_file, offset, $"the chunk's last {left} bytes are no whole record.");
        }
    }

    /// <summary>Takes the records of a region, keeps it when it holds messages, returns the bytes left over.</summary>
    private int TakeRegion(ReadOnlyMemory<byte> records, McapRegion region)
    {
        var walk = new McapRecordWalk(records);
        long? first = null;
        while (walk.MoveNext())
        {
            first = BagTopic.Smaller(first, TakeRecord(walk.Opcode, walk.Content, region.Offset));
        }

        if (first is { } earliest)
        {
            _catalogue.Regions.Add(region with { FirstLogTimeNs = earliest });
        }

        return walk.Left;
    }

    /// <summary>Takes a schema, channel or message; returns a message's log time.</summary>
    private long? TakeRecord(McapOpcode opcode, ReadOnlyMemory<byte> content, long offset)
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
                return message.LogTimeNs;
            default:
                return null;
        }
    }

    private void TakeFooter(long start, ReadOnlyMemory<byte> content)
    {
        CloseLoose();
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

        CloseLoose();
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

        var fields = new McapFields(content.Span, _file, offset);
        if (McapFile.ReadChunkHeader(ref fields).Compression.Length == 0)
        {
            var records = content[McapFile.PlainChunkHeaderLength..];
            var at = offset + McapFile.PlainChunkHeaderLength;
            TakeRegion(records, new McapRegion(at, records.Length, "", (ulong)records.Length, 0));
        }
    }

    private void EndEarly(string where, long start)
    {
        CloseLoose();
        _catalogue.Problems.Add($"{_file}: the file ends {where}, at offset {start}; it holds "
            + $"{_catalogue.MessageCount} whole messages, what was recorded after them is missing.");
    }

    private bool EndsWithMagic()
    {
        Span<byte> end = stackalloc byte[McapFile.Magic.Length];
        _ = RandomAccess.Read(_stream.SafeFileHandle, end, _stream.Length - end.Length);
        return McapFile.HasMagic(end);
    }

    private void Check(uint declared, uint found, string what, long offset)
    {
        // 0 stands for "not computed"; rosbag2 leaves it so by default.
        if (declared != 0 && declared != found)
        {
            throw new BagFormatException(
                _file, offset, $"the checksum of the {what} is {declared:X8}, its bytes give {found:X8}.");
        }
    }

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
}
