using System.Collections.Immutable;
using TwinActors.Actors.Synchronization;
using TwinActors.Kernel;
using TwinActors.Twins.Links;
using TwinActors.Twins.Signals;

namespace TwinActors.Actors.Robots;

/// <summary>How the twins of a node work; from the node's configuration.</summary>
public sealed record FleetOptions
{
    /// <summary>Streams that every robot has unless its registration says otherwise.</summary>
    public required ImmutableArray<StreamDefault> Streams { get; init; }

    /// <summary>Ages at which a robot link counts as stale and as lost.</summary>
    public required LinkLimits LinkLimits { get; init; }

    /// <summary>How often a twin looks at the age of its data.</summary>
    public required TimeSpan LinkCheck { get; init; }

    /// <summary>Signals that every robot has unless its registration says otherwise.</summary>
    public ImmutableArray<SignalMapping> Signals { get; init; } = [];

    /// <summary>Time after opening the link within which the first data should come.</summary>
    public required TimeSpan FirstDataDeadline { get; init; }

    /// <summary>Waits between attempts to open a failed link.</summary>
    public required BackoffOptions Reconnect { get; init; }

    /// <summary>Robots that the journal knows and that come back each second while nobody asks for them.</summary>
    public int ActivationsPerSecond { get; init; } = 1_000;

    /// <summary>How twins are kept in step; <see langword="null"/>: not at all.</summary>
    public SyncSettings? Sync { get; init; }

    /// <summary>ROS types that make a namespace on the network a robot.</summary>
    public ImmutableHashSet<string> UsableTypes => [.. Streams.Select(stream => stream.Type)];
}
