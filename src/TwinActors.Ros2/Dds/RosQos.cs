using System.Globalization;

namespace TwinActors.Ros2.Dds;

/// <summary>Whether lost samples are sent again.</summary>
public enum RosReliability
{
    /// <summary>Lost samples stay lost.</summary>
    BestEffort,

    /// <summary>Lost samples are sent again; a writer may have to wait for slow readers.</summary>
    Reliable,
}

/// <summary>Whether late readers receive what was written before.</summary>
public enum RosDurability
{
    /// <summary>They do not.</summary>
    Volatile,

    /// <summary>They receive the writer's history: a latched topic.</summary>
    TransientLocal,
}

/// <summary>How liveliness of a writer is asserted.</summary>
public enum RosLiveliness
{
    /// <summary>By the middleware, as long as the process lives.</summary>
    Automatic,

    /// <summary>By anything that any writer of the participant does.</summary>
    ManualByParticipant,

    /// <summary>By the writer itself.</summary>
    ManualByTopic,
}

/// <summary>Quality of service of a reader or writer, in the words of ROS 2.</summary>
/// <remarks>
/// A reader matches a writer only if it asks for no more than is offered: a reliable reader needs a reliable writer, a
/// transient-local reader a transient-local writer. History is nobody's business but one's own.
/// </remarks>
public sealed record RosQos
{
    /// <summary>Whether lost samples are sent again.</summary>
    public RosReliability Reliability { get; init; } = RosReliability.Reliable;

    /// <summary>Whether late readers receive what was written before.</summary>
    public RosDurability Durability { get; init; } = RosDurability.Volatile;

    /// <summary>Newest samples kept, from 1; null keeps all. All writers of a topic share a reader's depth.</summary>
    public int? Depth { get; init; } = 10;

    /// <summary>Longest promised or expected time between samples; null for none.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Age at which a sample is no longer delivered; null for never.</summary>
    public TimeSpan? Lifespan { get; init; }

    /// <summary>How liveliness is asserted.</summary>
    public RosLiveliness Liveliness { get; init; } = RosLiveliness.Automatic;

    /// <summary>Longest promised or expected time between signs of life; null for none.</summary>
    public TimeSpan? LivelinessLease { get; init; }

    /// <summary>Reliable, volatile, the newest 10: the default of ROS 2.</summary>
    public static RosQos Default { get; } = new();

    /// <summary>Best effort, volatile, the newest 5: what drivers use for sensors.</summary>
    public static RosQos SensorData { get; } = new() { Reliability = RosReliability.BestEffort, Depth = 5 };

    /// <summary>Reliable, transient local, the newest one: maps, robot descriptions, <c>/tf_static</c>.</summary>
    public static RosQos Latched { get; } = new() { Durability = RosDurability.TransientLocal, Depth = 1 };

    /// <summary>Name of the first policy by which a reader of this quality refuses a writer, or null when they
    /// match.</summary>
    /// <param name="offered">Quality that the writer offers.</param>
    public string? Refuses(RosQos offered)
    {
        ArgumentNullException.ThrowIfNull(offered);
        if (Reliability > offered.Reliability)
        {
            return "reliability";
        }

        if (Durability > offered.Durability)
        {
            return "durability";
        }

        if (Deadline is { } deadline && !(offered.Deadline <= deadline))
        {
            return "deadline";
        }

        var leaseIsTooLong = LivelinessLease is { } lease && !(offered.LivelinessLease <= lease);
        return Liveliness > offered.Liveliness || leaseIsTooLong ? "liveliness" : null;
    }

    /// <summary>As <c>reliable, volatile, keep last 10</c>.</summary>
    public override string ToString()
    {
        var depth = Depth is { } kept ? $"keep last {kept.ToString(CultureInfo.InvariantCulture)}" : "keep all";
        var reliability = Reliability == RosReliability.Reliable ? "reliable" : "best effort";
        var durability = Durability == RosDurability.TransientLocal ? "transient local" : "volatile";
        return $"{reliability}, {durability}, {depth}";
    }
}
