using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TwinActors.Persistence.Journal;

/// <summary>Opaque cursor into the journal: what a reader has already seen. Hand it back; never compute with it.</summary>
/// <remarks>
/// One shard sequence per shard that has been read, so that the cursor stays true when shards move between nodes and
/// when a journal moves to another store. Pages of one entity need one shard; pages of the whole journal need them all,
/// about 6 characters each.
/// </remarks>
public sealed class JournalPosition : IEquatable<JournalPosition>
{
    private readonly ImmutableSortedDictionary<int, long> _seen;

    private JournalPosition(ImmutableSortedDictionary<int, long> seen) => _seen = seen;

    /// <summary>The cursor before the first event.</summary>
    public static JournalPosition Start { get; } = new(ImmutableSortedDictionary<int, long>.Empty);

    /// <summary>Last shard sequence seen of a shard; 0 when none.</summary>
    internal long this[ShardId shard] => _seen.GetValueOrDefault(shard.Value);

    /// <summary>The cursor with one shard moved.</summary>
    internal JournalPosition With(ShardId shard, long shardSequence) => new(_seen.SetItem(shard.Value, shardSequence));

    /// <summary>The cursor with some shards moved.</summary>
    internal JournalPosition With(IEnumerable<KeyValuePair<int, long>> seen) => new(_seen.SetItems(seen));

    /// <summary>Reads a cursor that <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text; empty or absent is <see cref="Start"/>.</param>
    /// <param name="position">The cursor; <see cref="Start"/> when the text is none.</param>
    /// <returns>Whether the text is a cursor.</returns>
    public static bool TryParse(string? text, out JournalPosition position)
    {
        position = Start;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var seen = ImmutableSortedDictionary.CreateBuilder<int, long>();
        foreach (var part in text.Split('_'))
        {
            var dot = part.IndexOf('.', StringComparison.Ordinal);
            if (dot <= 0
                || !int.TryParse(part.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
                || !long.TryParse(part.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
                || !seen.TryAdd(shard, seq))
            {
                return false;
            }
        }

        position = new JournalPosition(seen.ToImmutable());
        return true;
    }

    /// <summary>The cursor as text of digits, dots and underscores; safe inside a URL. Empty for <see cref="Start"/>.</summary>
    public override string ToString() => string.Join('_', _seen.Select(pair =>
        string.Create(CultureInfo.InvariantCulture, $"{pair.Key}.{pair.Value}")));

    /// <summary>Whether both cursors have seen the same.</summary>
    /// <param name="other">The other cursor.</param>
    public bool Equals([NotNullWhen(true)] JournalPosition? other) =>
        other is not null && _seen.SequenceEqual(other._seen);

    /// <summary>Whether the object is a cursor that has seen the same.</summary>
    /// <param name="obj">The other object.</param>
    public override bool Equals(object? obj) => Equals(obj as JournalPosition);

    /// <summary>Equal for cursors that have seen the same.</summary>
    public override int GetHashCode() => _seen.Aggregate(17, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));
}
