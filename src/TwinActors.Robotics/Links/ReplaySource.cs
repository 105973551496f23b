namespace TwinActors.Robotics.Links;

/// <summary>The recording that a replayed robot is, and how it begins to be played.</summary>
/// <remarks>Either <see cref="Bag"/> or <see cref="Recording"/> is set.</remarks>
public sealed record ReplaySource
{
    /// <summary>Slowest speed.</summary>
    public const double SlowestSpeed = 0.01;

    /// <summary>Fastest speed.</summary>
    public const double FastestSpeed = 100;

    /// <summary>Bag file or bag folder, as a path inside of the node's folder of bags; <see langword="null"/> for a
    /// recording.</summary>
    public string? Bag { get; init; }

    /// <summary>Robot of this node whose finished recordings are played; <see langword="null"/> for a bag.</summary>
    public RobotId? Recording { get; init; }

    /// <summary>Log time at which the replay begins; <see langword="null"/>: with the first message.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Log time at which it ends; <see langword="null"/>: with the last message.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Speed as a multiple of the recorded one, <see cref="SlowestSpeed"/> to
    /// <see cref="FastestSpeed"/>.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Whether it begins anew after its end.</summary>
    public bool Loops { get; init; }

    /// <summary>Whether header stamps become the time of playing; otherwise they stay as recorded.</summary>
    public bool IsRestamped { get; init; }
}
