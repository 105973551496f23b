using System.Collections.Immutable;

namespace TwinActors.Robotics.Links;

/// <summary>Live connection to one robot: samples in, into the rings of the streams it was given.</summary>
/// <remarks>
/// A link never throws into its callers' threads after opening: what goes wrong becomes <see cref="Status"/> or a
/// count.
/// The way out towards the robot's motors is not part of this version: there is no command-capable link.
/// </remarks>
public interface IRobotLink : IAsyncDisposable
{
    /// <summary>The link's state now; safe from any thread.</summary>
    RobotLinkStatus Status { get; }

    /// <summary>Topics of the robot that are not mapped to a stream; safe from any thread.</summary>
    ImmutableArray<UnmappedTopic> Unmapped { get; }

    /// <summary>Opens the link; frames may arrive before it returns.</summary>
    /// <exception cref="RobotLinkException">The transport is not available; the message says what is missing and the
    /// way out.</exception>
    ValueTask OpenAsync(CancellationToken cancellationToken);

    /// <summary>Closes the link; when it returns, no more frames are written. Closing twice is harmless.</summary>
    ValueTask CloseAsync(CancellationToken cancellationToken);
}

/// <summary>What a link needs to know of its robot.</summary>
public sealed record RobotLinkOptions
{
    /// <summary>The robot.</summary>
    public required RobotId Robot { get; init; }

    /// <summary>Kind of link asked for: <c>ros2</c>, <c>simulated</c>, <c>replay</c>, <c>foxglove</c> or
    /// <c>rosbridge</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What a link of kind <c>replay</c> plays; <see langword="null"/> for others.</summary>
    public ReplaySource? Replay { get; init; }

    /// <summary>WebSocket of a link of kind <c>foxglove</c> or <c>rosbridge</c>, as <c>ws://10.0.0.7:8765</c>;
    /// <see langword="null"/> for others.</summary>
    public string? Url { get; init; }

    /// <summary>The streams to fill, owned by the twin.</summary>
    public required ImmutableArray<RobotStream> Streams { get; init; }

    /// <summary>Joint order for joint states that carry no names; empty when none is configured.</summary>
    public ImmutableArray<string> JointOrder { get; init; } = [];

    /// <summary>URDF text of the robot's model, or <see langword="null"/> when it has none. The simulated link moves
    /// it.</summary>
    public string? Urdf { get; init; }

    /// <summary>The twin's clock: receive times come from it.</summary>
    public required TimeProvider Clock { get; init; }
}

/// <summary>Makes the link that the options ask for, not opened yet.</summary>
/// <exception cref="RobotLinkException">No link of that kind exists here; the message names the ones that
/// do.</exception>
public delegate IRobotLink OpenRobotLink(RobotLinkOptions options);

/// <summary>A robot link cannot be made or opened.</summary>
/// <param name="message">What, where, and the way out.</param>
/// <param name="innerException">The transport's own failure, if there was one.</param>
public sealed class RobotLinkException(string message, Exception? innerException = null)
    : Exception(message, innerException);
