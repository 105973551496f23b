using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TwinActors.Ros2.Dds;

namespace TwinActors.Cli.Commands.Doctor;

/// <summary>Looks at this machine: what ROS 2 over DDS needs of it.</summary>
internal static class MachineChecks
{
    // Ports of higher domains reach into Linux's ephemeral ports: 7400 + 250 · 101 = 32650, and those begin at 32768.
    private const int HighestSafeDomain = 101;
    private const int HighestDomain = 232;

    // An Ethernet frame: below it every larger sample goes out in more pieces, and one lost piece loses it.
    private const int EthernetMtu = 1500;

    // A camera image is about 1 MB; Linux allows 208 KiB when nobody sets anything.
    private const long ReceiveBufferWanted = 1024 * 1024;
    private const string ReceiveBufferFile = "/proc/sys/net/core/rmem_max";

    /// <summary>Looks at this machine.</summary>
    /// <param name="variable">Looks an environment variable up.</param>
    public static IEnumerable<Finding> Look(Func<string, string?> variable)
    {
        yield return Library();
        yield return Domain(variable("ROS_DOMAIN_ID"));
        foreach (var finding in Interfaces())
        {
            yield return finding;
        }

        yield return ReceiveBuffer();
    }

    private static Finding Library() => DdsDomain.WhyUnavailable is { } problem
        ? Finding.Warn("libddsc", problem, "Without it robots can be simulated inside the node only.")
        : Finding.Pass("libddsc", "Cyclone DDS can be loaded");

    /// <summary>Judges the domain that programs started from this shell join.</summary>
    /// <param name="text">Value of <c>ROS_DOMAIN_ID</c>; null when it is not set.</param>
    public static Finding Domain(string? text)
    {
        const string Check = "ROS_DOMAIN_ID";
        if (string.IsNullOrEmpty(text))
        {
            return Finding.Pass(Check, "not set: domain 0");
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var domain)
            || domain > HighestDomain)
        {
            return Finding.Fail(Check, $"\"{text}\" is no domain", $"Set it to a number, 0 to {HighestSafeDomain}.");
        }

        return domain > HighestSafeDomain
            ? Finding.Warn(Check, $"domain {domain}", $"Above {HighestSafeDomain} its ports may be taken by others.")
            : Finding.Pass(Check, $"domain {domain}");
    }

    private static IEnumerable<Finding> Interfaces()
    {
        var all = NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .Where(HasAddress)
            .OrderBy(network => network.Name, StringComparer.Ordinal)
            .ToList();
        if (!all.Exists(network => network.NetworkInterfaceType == NetworkInterfaceType.Loopback))
        {
            yield return Finding.Fail(
                "network lo", "there is no loopback interface", "Bring it up: ip link set lo up.");
        }

        foreach (var network in all)
        {
            yield return Judge(network);
        }

        if (all.TrueForAll(network => network.NetworkInterfaceType == NetworkInterfaceType.Loopback))
        {
            yield return Finding.Unknown("network", "loopback is the only network: robots elsewhere cannot be reached");
        }
    }

    private static bool HasAddress(NetworkInterface network) => network.GetIPProperties().UnicastAddresses
        .Any(address => address.Address.AddressFamily == AddressFamily.InterNetwork);

    private static Finding Judge(NetworkInterface network)
    {
        var check = $"network {network.Name}";
        var mtu = network.GetIPProperties().GetIPv4Properties().Mtu;
        if (mtu < EthernetMtu)
        {
            return Finding.Warn(
                check,
                $"up, MTU {mtu}",
                $"Below {EthernetMtu} large samples travel in many pieces: raise it, or use another interface.");
        }

        // Loopback needs no multicast: the node and its peers know each other's address there.
        return network is { SupportsMulticast: false, NetworkInterfaceType: not NetworkInterfaceType.Loopback }
            ? Finding.Warn(check, $"up, MTU {mtu}, no multicast", "Name the robots as peers in the configuration.")
            : Finding.Pass(check, $"up, MTU {mtu}");
    }

    private static Finding ReceiveBuffer()
    {
        const string Check = "net.core.rmem_max";
        if (!File.Exists(ReceiveBufferFile))
        {
            return Finding.Unknown(Check, $"there is no {ReceiveBufferFile} here");
        }

        var size = long.Parse(File.ReadAllText(ReceiveBufferFile).Trim(), CultureInfo.InvariantCulture);
        return size >= ReceiveBufferWanted
            ? Finding.Pass(Check, $"{size} bytes")
            : Finding.Warn(
                Check,
                $"{size} bytes, less than one camera image",
                $"Raise it: sysctl -w net.core.rmem_max={ReceiveBufferWanted * 8}.");
    }
}
