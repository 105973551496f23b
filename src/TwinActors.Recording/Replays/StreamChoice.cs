using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Playback;
using TwinActors.Robotics.Links;

namespace TwinActors.Recording.Replays;

/// <summary>Decides which recorded topic fills which stream of a replayed robot.</summary>
internal static class StreamChoice
{
    /// <summary>Chooses a topic for each stream that there is one for; a topic fills one stream.</summary>
    /// <remarks>
    /// The topic of the stream's own name comes first. Else one of its type: the one that ends like the stream's topic
    /// before others, those without messages last, equal ones by name.
    /// </remarks>
    /// <param name="streams">The robot's streams.</param>
    /// <param name="topics">What was recorded, joint blocks as the joint states that they stand for.</param>
    /// <returns>Topic by number of the stream; null where there is none.</returns>
    public static ImmutableArray<BagTopic?> Of(
        IReadOnlyList<StreamOptions> streams, IReadOnlyCollection<BagTopic> topics)
    {
        var left = topics.Where(topic => topic.IsCdr).ToHashSet();
        var chosen = new BagTopic?[streams.Count];
        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] = left.FirstOrDefault(topic => topic.Name == streams[i].Topic && topic.Type == streams[i].Type);
            Take(left, chosen[i]);
        }

        for (var i = 0; i < chosen.Length; i++)
        {
            chosen[i] ??= left.Where(topic => topic.Type == streams[i].Type)
                .OrderByDescending(topic => topic.MessageCount > 0)
                .ThenByDescending(topic => PlaybackPlan.Likeness(topic.Name, WithoutRobot(streams[i].Topic)))
                .ThenBy(topic => topic.Name, StringComparer.Ordinal)
                .FirstOrDefault();
            Take(left, chosen[i]);
        }

        return [.. chosen];
    }

    private static void Take(HashSet<BagTopic> left, BagTopic? topic)
    {
        if (topic is not null)
        {
            left.Remove(topic);
        }
    }

    // The recorded robot has another name: what follows it is compared.
    private static string WithoutRobot(string topic) =>
        topic.IndexOf('/', 1) is > 0 and var slash ? topic[slash..] : topic;
}
