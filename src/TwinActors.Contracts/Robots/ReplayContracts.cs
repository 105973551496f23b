using System.Text.Json.Serialization;

namespace TwinActors.Contracts.Robots;

/// <summary>The recording that a robot of link <c>replay</c> is.</summary>
/// <param name="Bag">Bag file or bag folder (<c>.mcap</c>, <c>.db3</c>), as a path inside of the node's
/// <c>replay.folder</c>; null for a recording.</param>
/// <param name="Recording">Id of a robot of this node whose finished recordings are played; null for a bag.</param>
/// <param name="From">Log time at which the replay begins, RFC 3339; null: with the first message.</param>
/// <param name="To">Log time at which it ends, RFC 3339; null: with the last message.</param>
/// <param name="Speed">Speed as a multiple of the recorded one, 0.01 to 100; null: 1.</param>
/// <param name="Loop">Whether it begins anew after its end; null: it does not.</param>
/// <param name="Restamp">Whether header stamps become the time of playing; null: they stay as recorded.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReplayRequest(
    string? Bag = null,
    string? Recording = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    double? Speed = null,
    bool? Loop = null,
    bool? Restamp = null);

/// <summary>Body of <c>POST /robots/{id}/link/replay</c>: what is null stays as it is.</summary>
/// <param name="Paused">Whether it stands still. Going on after the end begins anew.</param>
/// <param name="Speed">Speed as a multiple of the recorded one, 0.01 to 100.</param>
/// <param name="Seek">Log time to go on from, RFC 3339; beyond the ends, the nearer end.</param>
/// <param name="Loop">Whether it begins anew after its end.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ControlReplayRequest(
    bool? Paused = null, double? Speed = null, DateTimeOffset? Seek = null, bool? Loop = null);

/// <summary>Where a replayed robot is in its recording.</summary>
/// <param name="Source">What is played, for people.</param>
/// <param name="State"><c>playing</c>, <c>paused</c> or <c>ended</c>.</param>
/// <param name="Position">Where it is: log time, RFC 3339.</param>
/// <param name="From">Where it begins: log time, RFC 3339.</param>
/// <param name="To">Where it ends: log time, RFC 3339.</param>
/// <param name="Speed">Speed as a multiple of the recorded one.</param>
/// <param name="Loop">Whether it begins anew after its end.</param>
public sealed record LinkReplayDocument(
    string Source, string State, string Position, string From, string To, double Speed, bool Loop);
