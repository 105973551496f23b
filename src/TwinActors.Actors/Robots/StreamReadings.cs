using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.State;
using TwinActors.Twins.Links;

namespace TwinActors.Actors.Robots;

/// <summary>Reads the counters of a robot's streams.</summary>
internal static class StreamReadings
{
    /// <summary>Every configured stream, then every topic that no stream takes.</summary>
    public static ImmutableArray<StreamReading> Of(
        ImmutableArray<RobotStream> streams,
        ImmutableArray<UnmappedTopic> unmapped,
        TimeSpan staleAfter,
        TimeProvider clock)
    {
        var now = Stamp.From(clock.GetUtcNow()).Nanoseconds;
        return [.. streams.Select(stream => Of(stream, now, staleAfter)), .. unmapped.Select(Of)];
    }

    private static StreamReading Of(RobotStream stream, long nowNs, TimeSpan staleAfter)
    {
        var options = stream.Options;
        var counters = stream.Counters;
        TimeSpan? age = counters.LastReceivedNs == 0
            ? null
            : TimeSpan.FromTicks((nowNs - counters.LastReceivedNs) / 100);
        var quality = Freshness.Judge(age, Freshness.Limit(options.ExpectedHz, staleAfter));
        return new StreamReading(
            options.Name, options.Topic, options.Type, options.Kind == StreamKind.Joints,
            counters.Received, counters.Rejected, counters.Lost, counters.Thinned,
            quality == Quality.Measured ? counters.RateHz : null, options.ExpectedHz,
            quality == Quality.Measured ? counters.JitterMs : null, age, quality, counters.Publishers,
            counters.Reasons.ToImmutableSortedDictionary(StringComparer.Ordinal), counters.QosProblem);
    }

    private static StreamReading Of(UnmappedTopic topic) => new(
        null, topic.Topic, topic.Type, IsJoints: false, topic.Received ?? 0, Rejected: 0, Lost: 0, Thinned: 0,
        RateHz: null, ExpectedHz: null, JitterMs: null, Age: null, Quality: null, Publishers: 1,
        ImmutableSortedDictionary<string, long>.Empty, topic.Reason);
}
