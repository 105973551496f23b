namespace TwinActors.Testing;

/// <summary>Hands out ROS domains that no other test joins, in this process or another.</summary>
public static class RosDomains
{
    // 0 to 101 keep clear of the ports that Linux hands out; the low ones are left to people's robots.
    private const uint First = 20;
    private const uint Count = 80;

    private static readonly uint Start = (uint)Environment.ProcessId;
    private static uint _next;

    /// <summary>A domain that is ours until this process ends.</summary>
    public static uint Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var domain = First + (Start + Interlocked.Increment(ref _next)) % Count;
            if (Claim.TryTake($"ros-domain-{domain}"))
            {
                return domain;
            }
        }

        throw new InvalidOperationException($"All {Count} ROS domains for tests are taken.");
    }
}
