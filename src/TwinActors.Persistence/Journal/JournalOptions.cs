using System.Collections.Frozen;

namespace TwinActors.Persistence.Journal;

/// <summary>Settings of a journal.</summary>
public sealed record JournalOptions
{
    /// <summary>Name of the node that opens the journal; recorded, not compared.</summary>
    public required string Node { get; init; }

    /// <summary>Number of shards; must be the one the journal was created with.</summary>
    /// <value>1 to 65,536; 256 for a site, 1,024 for a big one.</value>
    public required int Shards { get; init; }

    /// <summary>How long a call waits for its answer. Every call ends by then.</summary>
    public required TimeSpan Deadline { get; init; }

    /// <summary>Most events of one commit; further appends go into the next one.</summary>
    public required int MaximumBatchEvents { get; init; }

    /// <summary>Bytes of event bodies that close a commit [bytes].</summary>
    public required int MaximumBatchBytes { get; init; }

    /// <summary>Most bytes of event bodies in one append; more is rejected as oversize [bytes].</summary>
    public required int MaximumAppendBytes { get; init; }

    /// <summary>Most appends that wait for the writer; further ones are rejected as overloaded.</summary>
    public required int MaximumQueued { get; init; }

    /// <summary>
    /// Types of entities that write very often, in lower case: a store that can, puts their events many to a row. Those
    /// of a command always have rows of their own, because its id is held unique.
    /// </summary>
    /// <value>None unless said otherwise. Only SQLite packs.</value>
    public IReadOnlySet<string> PackedTypes { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Clock of deadlines and of the record of owners.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Runs the commit of a batch. Tests replace it to lose the answer of a commit.</summary>
    internal Action<Action> CommitStep { get; init; } = static commit => commit();

    /// <summary>The settings that suit one node.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="time">Clock of deadlines.</param>
    /// <remarks>
    /// 4 s a call: less than the 5 s that an actor waits, so that it hears "not written" and not just silence. 2,000
    /// events or 1 MB a commit: bigger batches gained nothing when measured. 4 MiB an append: room for the largest
    /// robot description inside one event. 65,536 waiting appends: half a second of the highest rate.
    /// </remarks>
    public static JournalOptions For(string node, TimeProvider time) => new()
    {
        Node = node,
        Shards = ShardId.DefaultCount,
        Deadline = TimeSpan.FromSeconds(4),
        MaximumBatchEvents = 2_000,
        MaximumBatchBytes = 1_000_000,
        MaximumAppendBytes = 4 * 1024 * 1024,
        MaximumQueued = 65_536,
        Time = time,
    };

    /// <summary>Throws when a setting is out of its range.</summary>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Node);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Shards);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Shards, 65_536);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Deadline, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumBatchEvents);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumBatchBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumAppendBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaximumQueued);
    }
}
