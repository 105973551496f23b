namespace TwinActors.Persistence.Journal;

/// <summary>Who has this journal open.</summary>
/// <param name="ClusterId">Id that the journal got when it was created.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Incarnation">Number of this opening; every opening of a journal gets a higher one.</param>
/// <param name="Shards">Number of shards, fixed when the journal was created.</param>
public sealed record JournalOwner(Guid ClusterId, string Node, long Incarnation, int Shards);
