using TwinActors.Ros2.Dds;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

/// <summary>Hands out DDS domains that stay on this machine and that no other test joins.</summary>
internal static class TestDomains
{
    // 0..101 keep clear of the ports that Linux hands out; the low ones are left to people's robots.
    private const uint First = 20;
    private const uint Count = 80;

    private static readonly uint Start = (uint)Environment.ProcessId;
    private static uint _next;

    /// <summary>Number of a domain that this process has not used yet.</summary>
    public static uint NextNumber() => First + (Start + Interlocked.Increment(ref _next)) % Count;

    /// <summary>Joins a fresh domain; skips the test when the library is not installed.</summary>
    public static DdsDomain Open()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        return DdsDomain.Open(DdsDomainOptions.Loopback(NextNumber(), Guid.NewGuid().ToString("N")));
    }
}
