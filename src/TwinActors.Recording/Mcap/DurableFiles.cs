using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TwinActors.Recording.Mcap;

/// <summary>Forces files to the disk, and says so when that fails.</summary>
/// <remarks>
/// .NET's own flush ignores what fdatasync returns, so a disk that fails would go unnoticed until the file is read.
/// </remarks>
internal static partial class DurableFiles
{
    /// <summary>Forces a file's content to the disk.</summary>
    /// <exception cref="IOException">The disk failed: what was written may be lost.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        if (DataSync(file) != 0)
        {
            throw new IOException($"{path}: the disk did not take what was written "
                + $"({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}).");
        }
    }

    /// <summary>Forces the name of a file to the disk.</summary>
    /// <exception cref="IOException">The disk failed, or the folder cannot be opened.</exception>
    public static void SyncFolderOf(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var handle = OpenFolder(folder, ReadOnly);
        if (handle.IsInvalid)
        {
            throw new IOException(
                $"{folder}: cannot be opened ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}).");
        }

        Sync(handle, folder);
    }

    private const int ReadOnly = 0;

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenFolder(string path, int flags);
}
