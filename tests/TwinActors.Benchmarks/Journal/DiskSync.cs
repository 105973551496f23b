using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TwinActors.Benchmarks.Journal;

/// <summary>What the disk itself takes to make 4 KiB durable: the floor under every commit.</summary>
internal static partial class DiskSync
{
    /// <summary>Writes and syncs for a while.</summary>
    /// <param name="folder">Folder on the disk.</param>
    /// <param name="time">How long.</param>
    /// <returns>Syncs per second, and the time that half of them did not exceed [ms].</returns>
    public static (double PerSecond, double P50) Measure(string folder, TimeSpan time)
    {
        var path = Path.Combine(folder, "sync-probe");
        var block = new byte[4096];
        Random.Shared.NextBytes(block);
        var latencies = new Latencies();
        using (var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            var clock = Stopwatch.StartNew();
            while (clock.Elapsed < time)
            {
                var since = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, block, latencies.Count * block.Length);
                if (Sync((int)file.DangerousGetHandle()) != 0)
                {
                    throw new IOException($"fdatasync of {path} failed: error {Marshal.GetLastPInvokeError()}.");
                }

                latencies.Add(Stopwatch.GetTimestamp() - since);
            }
        }

        File.Delete(path);
        return (latencies.Count / time.TotalSeconds, latencies.Quantile(0.5));
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Sync(int file);
}
