using System.Runtime.InteropServices;

namespace TwinActors.Recording.Mcap;

/// <summary>The three functions of libzstd that reading needs (zstd.h, stable since 1.3.0).</summary>
internal static partial class Zstd
{
    /// <summary>The frame does not tell its size.</summary>
    public const ulong SizeUnknown = ulong.MaxValue;

    /// <summary>This is no zstd frame.</summary>
    public const ulong SizeError = ulong.MaxValue - 1;

    private const string Library = "libzstd.so.1";

    [LibraryImport(Library, EntryPoint = "ZSTD_decompress")]
    internal static partial nuint Decompress(Span<byte> target, nuint capacity, ReadOnlySpan<byte> source, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_getFrameContentSize")]
    internal static partial ulong FrameContentSize(ReadOnlySpan<byte> source, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    internal static partial uint IsError(nuint code);
}

/// <summary>The functions of liblz4 that read LZ4 frames (lz4frame.h, stable since 1.8.0).</summary>
internal static partial class Lz4
{
    /// <summary>LZ4F_VERSION.</summary>
    public const uint Version = 100;

    private const string Library = "liblz4.so.1";

    [LibraryImport(Library, EntryPoint = "LZ4F_createDecompressionContext")]
    internal static partial nuint CreateDecompressionContext(out nint context, uint version);

    [LibraryImport(Library, EntryPoint = "LZ4F_freeDecompressionContext")]
    internal static partial nuint FreeDecompressionContext(nint context);

    [LibraryImport(Library, EntryPoint = "LZ4F_decompress")]
    internal static partial nuint Decompress(
        nint context,
        Span<byte> target,
        ref nuint targetSize,
        ReadOnlySpan<byte> source,
        ref nuint sourceSize,
        nint options);

    [LibraryImport(Library, EntryPoint = "LZ4F_isError")]
    internal static partial uint IsError(nuint code);
}
