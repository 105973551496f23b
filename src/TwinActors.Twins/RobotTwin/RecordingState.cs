using System.Diagnostics;

namespace TwinActors.Twins.RobotTwin;

/// <summary>What the events about a robot's recordings add up to.</summary>
public sealed record RecordingState
{
    /// <summary>Whether the robot is to be recorded; <see langword="null"/> while nobody decided.</summary>
    public bool? IsWanted { get; init; }

    /// <summary>When that was decided.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Why the recorder cannot write, for people; <see langword="null"/> when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>Name of the newest finished recording; <see langword="null"/> before the first.</summary>
    public string? SealedThrough { get; init; }

    /// <summary>Name of the newest recording that was given up; <see langword="null"/> when none was.</summary>
    public string? ExpiredThrough { get; init; }
}

/// <summary>A finished recording, as the journal vouches for it.</summary>
/// <param name="File">Name of its file; names sort by time.</param>
/// <param name="From">Log time of its first record.</param>
/// <param name="To">Log time of its last record.</param>
/// <param name="Messages">Messages in it; a block of joint states counts once.</param>
/// <param name="Bytes">Its size [byte].</param>
/// <param name="Sha256">Hash of its content: a file with another one was changed.</param>
public sealed record SealedRecording(
    string File, DateTimeOffset From, DateTimeOffset To, long Messages, long Bytes, string Sha256);

/// <summary>Decisions about a robot's recordings.</summary>
internal static class RecordingDecisions
{
    public static Decision<RobotTwinEvent> Decide(RecordingState state, RobotTwinCommand command) => command switch
    {
        RobotTwinCommand.StartRecording start => state.IsWanted == true
            ? Nothing
            : new RobotTwinEvent.RecordingStarted(start.At),
        RobotTwinCommand.StopRecording stop => state.IsWanted == false
            ? Nothing
            : new RobotTwinEvent.RecordingStopped(stop.At),
        RobotTwinCommand.SealRecording seal => IsBehind(seal.Recording.File, state.SealedThrough)
            ? new RobotTwinEvent.RecordingSealed(seal.At, seal.Recording)
            : Nothing,
        RobotTwinCommand.ReportRecorder { Problem: { } problem } report => state.Problem is null
            ? new RobotTwinEvent.RecordingFailed(report.At, problem)
            : Nothing,
        RobotTwinCommand.ReportRecorder report => state.Problem is null
            ? Nothing
            : new RobotTwinEvent.RecordingResumed(report.At),
        RobotTwinCommand.ExpireRecordings expire => IsBehind(expire.Through, state.ExpiredThrough)
            ? new RobotTwinEvent.RecordingsExpired(expire.At, expire.Through, expire.Reason)
            : Nothing,
        _ => throw new UnreachableException($"No decision for {command.GetType().Name}."),
    };

    /// <summary>The state after an event; null when the event is not about recordings.</summary>
    public static RecordingState? Evolve(RecordingState state, RobotTwinEvent @event) => @event switch
    {
        RobotTwinEvent.RecordingStarted started => state with { IsWanted = true, Since = started.At },
        RobotTwinEvent.RecordingStopped stopped => state with { IsWanted = false, Since = stopped.At, Problem = null },
        RobotTwinEvent.RecordingSealed @sealed => state with { SealedThrough = @sealed.Recording.File },
        RobotTwinEvent.RecordingFailed failed => state with { Problem = failed.Reason },
        RobotTwinEvent.RecordingResumed => state with { Problem = null },
        RobotTwinEvent.RecordingsExpired expired => state with { ExpiredThrough = expired.Through },
        _ => null,
    };

    private static Decision<RobotTwinEvent> Nothing => new([], null);

    private static bool IsBehind(string name, string? other) => string.CompareOrdinal(name, other) > 0;
}
