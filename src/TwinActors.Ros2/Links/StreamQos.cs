using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Graph;

namespace TwinActors.Ros2.Links;

/// <summary>Chooses the quality of service of a stream's reader by what its writers offer.</summary>
internal static class StreamQos
{
    private const int ShallowestDepth = 256;
    private const int DeepestDepth = 16_384;

    /// <summary>Rate that is assumed when none is configured [Hz].</summary>
    private const double AssumedHz = 100;

    /// <summary>The most that every writer offers, so that none is left out.</summary>
    /// <param name="stream">The stream's configuration.</param>
    /// <param name="publishers">Writers of the topic known now; at least one.</param>
    /// <param name="options">Depth or keep-all.</param>
    public static RosQos Choose(StreamOptions stream, ImmutableArray<RosEndpoint> publishers, DdsLinkOptions options)
    {
        var rate = stream.MaximumHz ?? stream.ExpectedHz ?? AssumedHz;
        var wanted = Math.Ceiling(rate * options.ToleratedStall.TotalSeconds);
        return new RosQos
        {
            Reliability = publishers.All(writer => writer.Qos.Reliability == RosReliability.Reliable)
                ? RosReliability.Reliable
                : RosReliability.BestEffort,
            Durability = stream.Latched && publishers.All(OffersHistory)
                ? RosDurability.TransientLocal
                : RosDurability.Volatile,
            Depth = options.KeepsAll ? null : (int)Math.Clamp(wanted, ShallowestDepth, DeepestDepth),
        };
    }

    /// <summary>The policy by which a stream gets less than it is configured for, and what a writer offers; or
    /// null.</summary>
    /// <param name="stream">The stream's configuration.</param>
    /// <param name="publishers">Writers of the topic known now.</param>
    public static string? Problem(StreamOptions stream, ImmutableArray<RosEndpoint> publishers) =>
        stream.Latched && publishers.FirstOrDefault(writer => !OffersHistory(writer)) is { } writer
            ? $"durability: asked for transient local, {Offer(writer)}"
            : null;

    /// <summary>What a writer offers, in words.</summary>
    /// <remarks>History is the writer's own business and not announced.</remarks>
    public static string Offer(RosEndpoint writer)
    {
        var qos = writer.Qos.ToString();
        var deadline = writer.Qos.Deadline is { } longest ? $", deadline {longest.TotalMilliseconds:0} ms" : "";
        return $"a publisher offers {qos[..qos.LastIndexOf(',')]}{deadline}";
    }

    private static bool OffersHistory(RosEndpoint writer) => writer.Qos.Durability == RosDurability.TransientLocal;
}
