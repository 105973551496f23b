using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A command that a writer was told is durable.</summary>
/// <param name="Entity">Entity of the command.</param>
/// <param name="Sequence">Sequence of its last event.</param>
/// <param name="Command">Its id.</param>
internal readonly record struct Acknowledged(EntityKey Entity, long Sequence, Guid Command);

/// <summary>Judges what a journal holds against what its writers were told.</summary>
internal static class JournalHistory
{
    /// <summary>Reads the whole journal.</summary>
    public static async Task<List<StoredEvent>> ReadAsync(IJournal journal, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        var page = await journal.ReadPageAsync(Checkpoint.Start, 10_000, cancellationToken);
        while (!page.Events.IsEmpty)
        {
            events.AddRange(page.Events);
            page = await journal.ReadPageAsync(page.Next, 10_000, cancellationToken);
        }

        return events;
    }

    /// <summary>
    /// Every broken promise: an acknowledged command that is not there exactly once, a command half applied or applied
    /// twice, a gap in a stream or a shard, an epoch that decreases. Empty when the journal is whole.
    /// </summary>
    /// <param name="events">The events in the order of a reading.</param>
    /// <param name="acknowledged">What the writers were told.</param>
    public static List<string> Violations(
        IReadOnlyList<StoredEvent> events, IEnumerable<Acknowledged> acknowledged)
    {
        List<string> found = [];
        var last = events.ToLookup(stored => (stored.Entity, stored.Sequence), stored => stored.Command);
        found.AddRange(
            from told in acknowledged
            let there = last[(told.Entity, told.Sequence)].Count(command => command == told.Command)
            where there != 1
            select $"{told.Command} of {told.Entity} was acknowledged as event {told.Sequence} and is there {there} "
                + "times");
        found.AddRange(
            from command in events.Where(stored => stored.Command is not null).GroupBy(stored => stored.Command)
            where !IsWhole([.. command])
            select $"{command.Key} is not whole: {string.Join(", ", command.Select(Describe))}");
        found.AddRange(
            from stream in events.GroupBy(stored => stored.Entity)
            where !IsGapless(stream.Select(stored => stored.Sequence))
            select $"the stream of {stream.Key} has a gap or a repetition");
        found.AddRange(
            from shard in events.GroupBy(stored => stored.Shard)
            where !IsGapless(shard.Select(stored => stored.ShardSequence))
            select $"shard {shard.Key} has a gap or a repetition");
        found.AddRange(
            from shard in events.GroupBy(stored => stored.Shard)
            where shard.Zip(shard.Skip(1)).Any(pair => pair.First.Epoch > pair.Second.Epoch)
            select $"the epochs of shard {shard.Key} decrease");
        return found;
    }

    // The writers put the number of a command's events into each of their bodies.
    private static bool IsWhole(StoredEvent[] command) =>
        command.Length == command[0].Body.Span[0]
        && command.Select(stored => stored.Part).SequenceEqual(Enumerable.Range(0, command.Length))
        && command.Select(stored => stored.Sequence - stored.Part).Distinct().Count() == 1
        && command.Select(stored => stored.ShardSequence - stored.Part).Distinct().Count() == 1
        && command.Select(stored => (stored.Entity, stored.Epoch)).Distinct().Count() == 1;

    private static bool IsGapless(IEnumerable<long> sequences) =>
        sequences.Select((sequence, index) => sequence == index + 1).All(static isNext => isNext);

    private static string Describe(StoredEvent stored) =>
        $"part {stored.Part} as event {stored.Sequence} of {stored.Entity}";
}
