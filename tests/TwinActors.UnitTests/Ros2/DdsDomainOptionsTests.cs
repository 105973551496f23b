using TwinActors.Ros2.Dds;
using Xunit;

namespace TwinActors.UnitTests.Ros2;

public class DdsDomainOptionsTests
{
    [Fact]
    public void Loopback_keeps_traffic_and_strangers_away()
    {
        var xml = DdsDomainOptions.Loopback(3, "a<b").ToXml();

        Assert.Contains("<NetworkInterface name=\"lo\" multicast=\"false\"/>", xml, StringComparison.Ordinal);
        Assert.Contains("<AllowMulticast>false</AllowMulticast>", xml, StringComparison.Ordinal);
        Assert.Contains("<Peer address=\"127.0.0.1\"/>", xml, StringComparison.Ordinal);
        Assert.Contains("<Tag>a&lt;b</Tag>", xml, StringComparison.Ordinal);
    }

    [Fact]
    public void A_robot_network_is_searched_by_multicast_unless_peers_are_named()
    {
        var open = new DdsDomainOptions { Domain = 0, IsLoopbackOnly = false, NetworkInterface = "eth1" };

        Assert.Contains("<NetworkInterface name=\"eth1\"/>", open.ToXml(), StringComparison.Ordinal);
        Assert.Contains("<AllowMulticast>spdp</AllowMulticast>", open.ToXml(), StringComparison.Ordinal);
        var named = open with { Peers = ["10.0.0.7"] };
        Assert.Contains("<AllowMulticast>false</AllowMulticast>", named.ToXml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_configuration_wins() =>
        Assert.Equal("<x/>", (DdsDomainOptions.Loopback(0) with { Configuration = "<x/>" }).ToXml());
}
