using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>How far a reader of the journal has got. Opaque: hand it back, never compute with it.</summary>
/// <remarks>
/// One shard sequence per shard that has been read, so that it stays true when shards move between nodes and when a
/// journal moves to another store. A reader of one entity needs one shard; one of the whole journal needs them all,
/// about 6 characters each.
/// </remarks>
public sealed class Checkpoint : IEquatable<Checkpoint>
{
    private readonly ImmutableSortedDictionary<int, long> _seen;

    private Checkpoint(ImmutableSortedDictionary<int, long> seen) => _seen = seen;

    /// <summary>Before the first event.</summary>
    public static Checkpoint Start { get; } = new(ImmutableSortedDictionary<int, long>.Empty);

    /// <summary>Just behind one event; the text is that of the event's position.</summary>
    /// <param name="position">Place of the event.</param>
    public static Checkpoint Behind(JournalPosition position) =>
        Start.With(new ShardId(position.Shard), position.Sequence);

    /// <summary>Last shard sequence seen of a shard; 0 when none.</summary>
    internal long this[ShardId shard] => _seen.GetValueOrDefault(shard.Value);

    /// <summary>The checkpoint with one shard moved.</summary>
    internal Checkpoint With(ShardId shard, long shardSequence) => new(_seen.SetItem(shard.Value, shardSequence));

    /// <summary>The checkpoint with some shards moved.</summary>
    internal Checkpoint With(IEnumerable<KeyValuePair<int, long>> seen) => new(_seen.SetItems(seen));

    /// <summary>Reads a checkpoint that <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text; empty or absent is <see cref="Start"/>.</param>
    /// <param name="checkpoint">The checkpoint; <see cref="Start"/> when the text is none.</param>
    /// <returns>Whether the text is a checkpoint.</returns>
    public static bool TryParse(string? text, out Checkpoint checkpoint)
    {
        checkpoint = Start;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var seen = ImmutableSortedDictionary.CreateBuilder<int, long>();
        foreach (var part in text.Split('_'))
        {
            var hyphen = part.IndexOf('-', StringComparison.Ordinal);
            if (hyphen <= 0
                || !int.TryParse(part.AsSpan(0, hyphen), NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
                || !long.TryParse(part.AsSpan(hyphen + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
                || !seen.TryAdd(shard, seq))
            {
                return false;
            }
        }

        checkpoint = new Checkpoint(seen.ToImmutable());
        return true;
    }

    /// <summary>
    /// As text of digits, hyphens and underscores, <c>17-4711</c> behind one event; safe inside a URL. Empty for
    /// <see cref="Start"/>.
    /// </summary>
    public override string ToString() => string.Join('_', _seen.Select(pair =>
        string.Create(CultureInfo.InvariantCulture, $"{pair.Key}-{pair.Value}")));

    /// <summary>Whether both have seen the same.</summary>
    /// <param name="other">The other checkpoint.</param>
    public bool Equals([NotNullWhen(true)] Checkpoint? other) =>
        other is not null && _seen.SequenceEqual(other._seen);

    /// <summary>Whether the object is a checkpoint that has seen the same.</summary>
    /// <param name="obj">The other object.</param>
    public override bool Equals(object? obj) => Equals(obj as Checkpoint);

    /// <summary>Equal for checkpoints that have seen the same.</summary>
    public override int GetHashCode() =>
        _seen.Aggregate(17, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));
}
