using TwinActors.Ros2.Dds;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

/// <summary>Hands out DDS domains that stay on this machine and that no other test joins.</summary>
internal static class TestDomains
{
    /// <summary>Number of a domain that this process has not used yet.</summary>
    public static uint NextNumber() => RosDomains.Next();

    /// <summary>Joins a fresh domain; skips the test when the library is not installed.</summary>
    public static DdsDomain Open()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        return DdsDomain.Open(DdsDomainOptions.Loopback(NextNumber(), Guid.NewGuid().ToString("N")));
    }
}
