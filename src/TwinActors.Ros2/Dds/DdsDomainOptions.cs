using System.Collections.Immutable;
using System.Security;

namespace TwinActors.Ros2.Dds;

/// <summary>How to join a DDS domain.</summary>
public sealed record DdsDomainOptions
{
    /// <summary>Domain number, the ROS_DOMAIN_ID of the robots; 0..101 is safe on Linux.</summary>
    public required uint Domain { get; init; }

    /// <summary>Whether traffic stays on this machine: loopback without multicast.</summary>
    public required bool IsLoopbackOnly { get; init; }

    /// <summary>Participants with another tag do not see us; null for none. Only Cyclone DDS knows tags.</summary>
    public string? Tag { get; init; }

    /// <summary>Network interface to use, by name; null lets Cyclone choose. Not with loopback.</summary>
    public string? NetworkInterface { get; init; }

    /// <summary>Addresses that are asked for participants; when there are any, multicast is not used. Not with
    /// loopback.</summary>
    public ImmutableArray<string> Peers { get; init; } = [];

    /// <summary>A whole Cyclone configuration (XML) in place of the one made from the other members; null for
    /// none.</summary>
    public string? Configuration { get; init; }

    /// <summary>Readers and writers per participant before another participant is opened.</summary>
    /// <remarks>Cyclone counts an entity's children in 14 bits (16,383); each endpoint comes with a topic
    /// entity.</remarks>
    internal int EndpointsPerParticipant { get; init; } = 5000;

    /// <summary>A domain that stays on this machine.</summary>
    /// <param name="domain">Domain number.</param>
    /// <param name="tag">Participants with another tag do not see us; null for none.</param>
    public static DdsDomainOptions Loopback(uint domain, string? tag = null) =>
        new() { Domain = domain, IsLoopbackOnly = true, Tag = tag };

    /// <summary>The Cyclone configuration for these options.</summary>
    internal string ToXml()
    {
        if (Configuration is not null)
        {
            return Configuration;
        }

        var tag = Tag is null ? "" : $"<Tag>{SecurityElement.Escape(Tag)}</Tag>";
        var peers = IsLoopbackOnly ? ["127.0.0.1"] : Peers;
        var addresses = peers.Select(peer => $"<Peer address=\"{SecurityElement.Escape(peer)}\"/>");
        var peerList = peers.IsEmpty ? "" : $"<Peers>{string.Concat(addresses)}</Peers>";
        var network = (IsLoopbackOnly, NetworkInterface) switch
        {
            (true, _) => "<Interfaces><NetworkInterface name=\"lo\" multicast=\"false\"/></Interfaces>",
            (false, { } name) =>
                $"<Interfaces><NetworkInterface name=\"{SecurityElement.Escape(name)}\"/></Interfaces>",
            _ => "",
        };
        var multicast = peers.IsEmpty ? "spdp" : "false";
        // Participant indexes stop at 9 by default: the 11th process of a machine could not join.
        return $"""
            <CycloneDDS><Domain Id="any">
            <General>{network}<AllowMulticast>{multicast}</AllowMulticast></General>
            <Discovery><ParticipantIndex>auto</ParticipantIndex><MaxAutoParticipantIndex>60</MaxAutoParticipantIndex>
            {peerList}{tag}</Discovery>
            </Domain></CycloneDDS>
            """;
    }
}
