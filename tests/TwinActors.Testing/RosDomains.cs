namespace TwinActors.Testing;

/// <summary>Hands out ROS domains that no other test joins, in this process or another.</summary>
public static class RosDomains
{
    // 0 to 101 keep clear of the ports that Linux hands out; the low ones are left to people's robots.
    private const uint First = 20;
    private const uint Count = 80;

    private static readonly uint Start = (uint)Environment.ProcessId;
    private static readonly List<FileStream> Claims = [];
    private static uint _next;

    /// <summary>A domain that is ours until this process ends.</summary>
    public static uint Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var domain = First + (Start + Interlocked.Increment(ref _next)) % Count;
            if (TryClaim(domain))
            {
                return domain;
            }
        }

        throw new InvalidOperationException($"All {Count} ROS domains for tests are taken.");
    }

    // The lock on the file goes with the process, however it ends; the file itself may stay.
    private static bool TryClaim(uint domain)
    {
        try
        {
            var file = Path.Combine(Path.GetTempPath(), $"twinactors-ros-domain-{domain}.lock");
            var claim = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            lock (Claims)
            {
                Claims.Add(claim);
            }

            return true;
        }
        catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
