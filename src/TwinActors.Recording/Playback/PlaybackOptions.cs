using System.Collections.Immutable;
using TwinActors.Robotics;

namespace TwinActors.Recording.Playback;

/// <summary>How a bag is published.</summary>
public sealed record PlaybackOptions
{
    /// <summary>The robot that the bag plays.</summary>
    public required RobotId Robot { get; init; }

    /// <summary>Speed as a multiple of the recorded one, above 0; null for as fast as readers acknowledge.</summary>
    public required double? Rate { get; init; }

    /// <summary>Whether header stamps become the time of publishing; otherwise they stay as recorded.</summary>
    public bool IsRestamped { get; init; }

    /// <summary>Where a topic goes in place of its usual target: recorded name to new name.</summary>
    /// <remarks>A new name without a slash in front is put under the robot's own.</remarks>
    public ImmutableDictionary<string, string> Map { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Recorded names of the topics to play; empty for all.</summary>
    public ImmutableArray<string> Topics { get; init; } = [];

    /// <summary>How long to wait for readers before the first message; zero does not wait.</summary>
    public required TimeSpan WaitForReaders { get; init; }
}
