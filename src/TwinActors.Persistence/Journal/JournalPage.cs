using System.Collections.Immutable;

namespace TwinActors.Persistence.Journal;

/// <summary>Some events of the journal and where to read on.</summary>
/// <param name="Events">
/// The events: those of one shard by shard sequence, different shards merged by time inside the page. Empty when there
/// is nothing new.
/// </param>
/// <param name="Next">Checkpoint behind the last of them; hand it back to read on.</param>
public sealed record JournalPage(ImmutableArray<StoredEvent> Events, Checkpoint Next);
