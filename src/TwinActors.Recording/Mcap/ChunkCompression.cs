using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Mcap;

/// <summary>Undoes the compression of MCAP chunks and rosbag2 messages with the system's own libraries.</summary>
/// <remarks>
/// libzstd.so.1 and liblz4.so.1 come with Debian and most other systems; neither is in the .NET base library. What a
/// file declares is checked before memory is reserved for it.
/// </remarks>
internal static class ChunkCompression
{
    /// <summary>Largest unpacked chunk [byte]: recorders write 1-10 MB, more is taken for damage.</summary>
    public const int LargestChunk = 512 * 1024 * 1024;

    // One LZ4 sequence byte stands for at most 255 bytes, so a frame cannot unpack to more than this multiple.
    private const long HighestLz4Ratio = 255;

    /// <summary>Unpacks one chunk.</summary>
    /// <param name="name">Compression as the chunk names it: empty, <c>zstd</c> or <c>lz4</c>.</param>
    /// <param name="packed">The stored bytes.</param>
    /// <param name="length">Unpacked size that the chunk declares [byte].</param>
    /// <param name="file">Path, for messages.</param>
    /// <param name="offset">Where the chunk begins in the file.</param>
    /// <exception cref="BagFormatException">Unknown compression, no library, or not that size.</exception>
    public static ReadOnlyMemory<byte> Unpack(
        string name, ReadOnlyMemory<byte> packed, ulong length, string file, long offset)
    {
        if (name.Length == 0)
        {
            return length == (ulong)packed.Length
                ? packed
                : throw new BagFormatException(
                    file, offset, $"the chunk declares {length} bytes and stores {packed.Length}.");
        }

        if (length > LargestChunk)
        {
            throw new BagFormatException(
                file, offset, $"the chunk declares {length} unpacked bytes; the limit is {LargestChunk}.");
        }

        try
        {
            return name switch
            {
                "zstd" => UnpackZstd(packed.Span, (int)length),
                "lz4" when (long)length > packed.Length * HighestLz4Ratio =>
                    throw new InvalidDataException($"{packed.Length} bytes of LZ4 cannot hold the declared {length}"),
                "lz4" => UnpackLz4(packed.Span, (int)length),
                _ => throw new InvalidDataException("this compression is not known; MCAP names zstd and lz4"),
            };
        }
        catch (InvalidDataException problem)
        {
            throw new BagFormatException(file, offset, $"chunk compressed with {name}: {problem.Message}.", problem);
        }
        catch (Exception absent) when (absent is DllNotFoundException or EntryPointNotFoundException)
        {
            throw LibraryAbsent(name, file, offset, absent);
        }
    }

    /// <summary>Unpacks a zstd frame that tells its own size, as rosbag2 compresses single messages.</summary>
    /// <exception cref="BagFormatException">Library absent, no size, too large, or damaged.</exception>
    public static ReadOnlyMemory<byte> UnpackFrame(ReadOnlyMemory<byte> packed, string file)
    {
        ulong length;
        try
        {
            length = Zstd.FrameContentSize(packed.Span, (nuint)packed.Length);
        }
        catch (Exception absent) when (absent is DllNotFoundException or EntryPointNotFoundException)
        {
            throw LibraryAbsent("zstd", file, null, absent);
        }

        return length is Zstd.SizeUnknown or Zstd.SizeError
            ? throw new BagFormatException(file, null, "a compressed message is no zstd frame with a size.")
            : Unpack("zstd", packed, length, file, 0);
    }

    private static BagFormatException LibraryAbsent(string name, string file, long? offset, Exception cause)
    {
        var package = name == "zstd" ? "libzstd1 (libzstd.so.1)" : "liblz4-1 (liblz4.so.1)";
        return new BagFormatException(
            file, offset, $"compressed with {name}, whose library is not on this system: install {package}.", cause);
    }

    private static byte[] UnpackZstd(ReadOnlySpan<byte> packed, int length)
    {
        var declared = Zstd.FrameContentSize(packed, (nuint)packed.Length);
        if (declared == Zstd.SizeError || (declared != Zstd.SizeUnknown && declared != (ulong)length))
        {
            throw new InvalidDataException($"the zstd frame does not hold the {length} bytes that are declared");
        }

        var unpacked = new byte[length];
        var result = Zstd.Decompress(unpacked, (nuint)length, packed, (nuint)packed.Length);
        if (Zstd.IsError(result) != 0 || result != (nuint)length)
        {
            throw new InvalidDataException($"the zstd data is damaged or does not hold the declared {length} bytes");
        }

        return unpacked;
    }

    private static byte[] UnpackLz4(ReadOnlySpan<byte> packed, int length)
    {
        var unpacked = new byte[length];
        if (Lz4.IsError(Lz4.CreateDecompressionContext(out var context, Lz4.Version)) != 0)
        {
            throw new InvalidDataException("liblz4 gave no decompression context");
        }

        try
        {
            return Drain(context, packed, unpacked)
                ? unpacked
                : throw new InvalidDataException($"the LZ4 data is damaged or holds not {length} bytes");
        }
        finally
        {
            _ = Lz4.FreeDecompressionContext(context);
        }
    }

    /// <summary>Runs a frame through the decoder; true when it ended exactly with the buffer full.</summary>
    private static bool Drain(nint context, ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        while (true)
        {
            var read = (nuint)packed.Length;
            var written = (nuint)unpacked.Length;
            var hint = Lz4.Decompress(context, unpacked, ref written, packed, ref read, 0);
            if (Lz4.IsError(hint) != 0)
            {
                return false;
            }

            packed = packed[(int)read..];
            unpacked = unpacked[(int)written..];
            if (hint == 0)
            {
                return unpacked.IsEmpty;
            }

            if (read == 0 && written == 0)
            {
                return false;
            }
        }
    }
}
