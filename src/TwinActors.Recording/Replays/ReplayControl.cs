using TwinActors.Robotics.State;

namespace TwinActors.Recording.Replays;

/// <summary>A change to a running replay; what is <see langword="null"/> stays as it is.</summary>
/// <param name="IsPaused">Whether it stands still. Going on after the end begins anew.</param>
/// <param name="Speed">Speed as a multiple of the recorded one, above 0.</param>
/// <param name="Seek">Log time to go on from; beyond the ends, the nearer end.</param>
/// <param name="Loops">Whether it begins anew after its end.</param>
public sealed record ReplayControl(
    bool? IsPaused = null, double? Speed = null, Stamp? Seek = null, bool? Loops = null);

/// <summary>What a replay does now.</summary>
public enum ReplayState
{
    /// <summary>Messages come as they were recorded, times the speed.</summary>
    Playing,

    /// <summary>It stands still until somebody lets it go on.</summary>
    Paused,

    /// <summary>All has been played.</summary>
    Ended,
}

/// <summary>A replay at the moment of asking.</summary>
/// <param name="Source">What is played, for people.</param>
/// <param name="State">What it does.</param>
/// <param name="Position">Where it is, as log time.</param>
/// <param name="From">Where it begins, as log time.</param>
/// <param name="To">Where it ends, as log time.</param>
/// <param name="Speed">Speed as a multiple of the recorded one.</param>
/// <param name="Loops">Whether it begins anew after its end.</param>
public sealed record ReplayReading(
    string Source, ReplayState State, Stamp Position, Stamp From, Stamp To, double Speed, bool Loops);
