using System.Collections.Immutable;

namespace TwinActors.Recording.Playback;

/// <summary>What a playback did.</summary>
/// <param name="Topics">Every planned topic, in order of recorded name.</param>
/// <param name="Elapsed">Time from the first message to the last acknowledgment.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record PlaybackReport(ImmutableArray<PlayedTopic> Topics, TimeSpan Elapsed, PlaybackOutcome Outcome);

/// <summary>How a playback ended.</summary>
public enum PlaybackOutcome
{
    /// <summary>All was published, and every reliable reader has it.</summary>
    Acknowledged,

    /// <summary>All was published or waiting to be, but a reliable reader stopped acknowledging.</summary>
    Stalled,

    /// <summary>It was stopped before the end.</summary>
    Interrupted,
}

/// <summary>What became of one topic.</summary>
/// <param name="Plan">Where it was to go.</param>
/// <param name="Published">Messages published.</param>
/// <param name="Bytes">Their sizes, summed [byte].</param>
/// <param name="Skipped">Messages not published: all of a skipped topic, or those that do not fit its type.</param>
/// <param name="Readers">Readers matched at the end.</param>
public sealed record PlayedTopic(PlannedTopic Plan, long Published, long Bytes, long Skipped, int Readers)
{
    /// <summary>Why messages were skipped; null when none were.</summary>
    public string? Reason => Plan.Reason ?? (Skipped > 0 ? $"{Skipped} messages do not fit {Plan.Source.Type}" : null);
}
