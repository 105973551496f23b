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
        var age = Age(counters.LastReceivedNs, nowNs);
        var limit = Freshness.Limit(options, staleAfter);
        var arrivals = Freshness.Judge(age, limit);
        // Samples that are all turned away keep arriving, but there is nothing measured in them.
        var quality = Freshness.Judge(Age(stream.NewestFrameNs, nowNs), limit);
        return new StreamReading(
            options.Name, options.Topic, options.Type, options.Kind == StreamKind.Joints,
            counters.Received, counters.Rejected, counters.Lost, counters.Thinned,
            arrivals == Quality.Measured ? counters.RateHz : null, options.ExpectedHz,
            arrivals == Quality.Measured ? counters.JitterMs : null, age, quality, counters.Publishers,
            counters.Reasons.ToImmutableSortedDictionary(StringComparer.Ordinal), counters.QosProblem)
        {
            Gaps = counters.Gaps,
        };
    }

    // Samples go on arriving while this is read: one may be a little newer than now.
    private static TimeSpan? Age(long receivedAtNs, long nowNs) =>
        receivedAtNs == 0 ? null : TimeSpan.FromTicks((nowNs - receivedAtNs) / 100);

    private static StreamReading Of(UnmappedTopic topic) => new(
        null, topic.Topic, topic.Type, IsJoints: false, topic.Received, Rejected: 0, Lost: 0, Thinned: 0,
        RateHz: null, ExpectedHz: null, JitterMs: null, Age: null, Quality: null, topic.Publishers,
        ImmutableSortedDictionary<string, long>.Empty, topic.Reason);
}
