using Microsoft.Win32.SafeHandles;

namespace TwinActors.Cli.Output;

/// <summary>This process's standard output.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    // EPIPE: nobody reads the pipe any more.
    private const int BrokenPipe = 32;

    /// <summary>Opens it.</summary>
    /// <remarks>
    /// The console's own writer swallows a broken pipe, so that <c>twin watch | head -1</c> would never end: to a pipe
    /// we write ourselves. A file keeps the console's writer, which shares its position with standard error.
    /// </remarks>
    public static TextWriter Open()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
        {
            return Console.Out;
        }

        var stream = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.Out : new StreamWriter(stream) { AutoFlush = true };
    }

    /// <summary>Whether the failure says that nobody reads any more, as after <c>| head -1</c>.</summary>
    public static bool IsBrokenPipe(IOException failure) => failure.HResult == BrokenPipe;
}
