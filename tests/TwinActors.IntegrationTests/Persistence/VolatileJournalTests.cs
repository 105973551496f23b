using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Volatile;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>The journal in memory keeps the promises of the durable ones.</summary>
public sealed class VolatileJournalTests : JournalConformance
{
    private readonly VolatileStore _store = new();

    protected override IJournal OpenStore(JournalOptions options) => VolatileJournal.Open(_store, options);

    protected override Task DamageSnapshotAsync(EntityKey entity, long sequence)
    {
        var snapshots = _store.Snapshots[entity];
        var index = snapshots.FindIndex(snapshot => snapshot.Sequence == sequence);
        snapshots[index] = snapshots[index] with { Body = new byte[snapshots[index].Body.Length] };
        return Task.CompletedTask;
    }
}
