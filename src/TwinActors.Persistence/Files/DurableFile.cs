using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TwinActors.Persistence.Files;

/// <summary>Files and folders of our own that survive the loss of power once a call has returned.</summary>
/// <remarks>
/// <c>FileStream.Flush(true)</c> and <c>RandomAccess.FlushToDisk</c> of .NET on Linux return as if nothing had happened
/// when the disk refuses. Here the operating system is asked itself, and a refusal is an exception. After one the
/// system may have dropped the data: the file counts as not written, and asking again proves nothing.
/// </remarks>
public static partial class DurableFile
{
    private const int Interrupted = 4;
    private const int ReadOnlyNotInherited = 0x80000;

    /// <summary>Puts contents in the place of a file, all or nothing.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="contents">Its bytes from now on.</param>
    /// <exception cref="IOException">
    /// The disk refused: the file holds what it held before or, when only the note in the folder was refused, perhaps
    /// the new contents already.
    /// </exception>
    public static void Write(string path, ReadOnlySpan<byte> contents)
    {
        path = Path.GetFullPath(path);
        var draft = path + ".new";
        try
        {
            using (var file = File.OpenHandle(draft, FileMode.Create, FileAccess.Write))
            {
                RandomAccess.Write(file, contents, 0);
                Sync(file, draft);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Waits until everything written to a file so far is on the disk.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <exception cref="IOException">The disk refused: what was written since the last call may be lost.</exception>
    public static void Sync(SafeFileHandle file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        while (SyncData(file) != 0)
        {
            ThrowUnlessInterrupted(path);
        }
    }

    /// <summary>Makes a folder and those above it, each noted durably in the one above.</summary>
    /// <param name="path">The folder; nothing happens when it is there.</param>
    /// <exception cref="IOException">It cannot be made, or the disk refused.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void CreateFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Directory.Exists(path))
        {
            return;
        }

        if (Path.GetDirectoryName(path) is { } above)
        {
            CreateFolder(above);
            Directory.CreateDirectory(path);
            SyncFolder(above);
        }
    }

    private static void SyncFolder(string path)
    {
        using var folder = new SafeFileHandle(Open(path, ReadOnlyNotInherited), ownsHandle: true);
        if (folder.IsInvalid)
        {
            throw Refused(path, Marshal.GetLastPInvokeError());
        }

        while (SyncAll(folder) != 0)
        {
            ThrowUnlessInterrupted(path);
        }
    }

    private static void ThrowUnlessInterrupted(string path)
    {
        if (Marshal.GetLastPInvokeError() is var error && error != Interrupted)
        {
            throw Refused(path, error);
        }
    }

    private static IOException Refused(string path, int error) => new(
        $"The disk did not take {path}: {Marshal.GetPInvokeErrorMessage(error)} (error {error}). It counts as not "
        + "written. Free some space if the disk is full; otherwise check the disk and the system log.",
        error);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int SyncAll(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);
}
