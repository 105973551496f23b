using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>Events are found wherever they are noted: in runs of the store, or nowhere yet.</summary>
public abstract class JournalRuns
{
    private protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    // Two shards, so that a few hundred events of each suffice for several runs.
    private protected static JournalOptions Options { get; } = JournalOptions.For("test", TimeProvider.System) with
    {
        Shards = 2,
        Deadline = TimeSpan.FromSeconds(60),
    };

    private protected abstract IJournal Open();

    /// <summary>Number of runs in the store.</summary>
    private protected abstract Task<long> RunsAsync();

    [Fact]
    public async Task Readers_meet_every_event_once_while_it_moves_into_a_run()
    {
        await using var journal = Open();
        var writing = Task.WhenAll(Entities(6).Select(entity => Task.Run(() => Grow(journal, entity, 400), Stop)));
        var rounds = 0;
        do
        {
            foreach (var entity in Entities(6))
            {
                AssertGapless((await Stream(journal, entity)).Select(stored => stored.Sequence));
            }

            foreach (var shard in (await All(journal)).GroupBy(stored => stored.Shard))
            {
                AssertGapless(shard.Select(stored => stored.ShardSequence));
            }

            rounds++;
        }
        while (!writing.IsCompleted);

        await writing;
        Assert.Equal(6 * 400, (await All(journal)).Count);
        Assert.True(await RunsAsync() > 0, $"no run after {rounds} rounds");
    }

    [Fact]
    public async Task An_opening_finds_what_a_node_that_never_closed_left_behind()
    {
        await using var older = Open();
        await Task.WhenAll(Entities(3).Select(entity => Grow(older, entity, 300)));

        await using var newer = Open();
        await Task.WhenAll(Entities(3).Select(entity => Grow(newer, entity, 300)));

        foreach (var entity in Entities(3))
        {
            AssertGapless((await Stream(newer, entity)).Select(stored => stored.Sequence), 600);
            // The older one has lost its shards and is told of nothing; what it reads is whole all the same.
            AssertGapless((await Stream(older, entity)).Select(stored => stored.Sequence), 600);
        }

        Assert.Equal(1_800, (await All(older)).Count);
        Assert.All(await older.ListEntitiesAsync("robot", Stop), known => Assert.Equal(600, known.LastSequence));
    }

    [Fact]
    public async Task A_page_begins_behind_any_checkpoint()
    {
        await using var journal = Open();
        await Task.WhenAll(Entities(5).Select(entity => Grow(journal, entity, 200)));
        var all = await All(journal);
        var random = new Random(7);

        for (var round = 0; round < 50; round++)
        {
            var (first, second) = (random.Next(0, 1_000), random.Next(0, 1_000));
            var after = Checkpoint.Start
                .With(new ShardId(0), Math.Min(first, all.Count(stored => stored.Shard.Value == 0)))
                .With(new ShardId(1), Math.Min(second, all.Count(stored => stored.Shard.Value == 1)));

            var page = await journal.ReadPageAsync(after, 10_000, Stop);

            Assert.Equal(
                InOrder(all.Where(stored => stored.ShardSequence > after[stored.Shard])), InOrder(page.Events));

            var entity = Entities(5)[round % 5];
            var shard = ShardId.Of(entity, 2);
            var ofEntity = await journal.ReadEntityPageAsync(entity, after, 10_000, Stop);
            Assert.Equal(
                all.Where(stored => stored.Entity == entity && stored.ShardSequence > after[shard])
                    .Select(stored => stored.Sequence).Order(),
                ofEntity.Events.Select(stored => stored.Sequence));
        }
    }

    [Fact]
    public async Task A_stream_with_deleted_events_is_read_from_the_first_that_is_left()
    {
        var robot = Entities(1)[0];
        await using (var journal = Open())
        {
            await Grow(journal, robot, 700);
            var head = await journal.ReadHeadAsync(robot, Stop);
            foreach (var sequence in new[] { 500L, 600 })
            {
                await journal.SaveSnapshotAsync(Snapshot(robot, head.Epoch, sequence), Stop);
            }

            Assert.Equal(500, await journal.DeleteEventsAsync(robot, head.Epoch, 500, Stop));
            Assert.Equal(501, (await Stream(journal, robot))[0].Sequence);
            Assert.Equal(200, (await All(journal)).Count);
        }

        await using var again = Open();
        await Grow(again, robot, 1);
        Assert.Equal(
            Enumerable.Range(501, 201).Select(n => (long)n), (await Stream(again, robot)).Select(e => e.Sequence));
        Assert.Equal(201, (await again.ReadEntityPageAsync(robot, Checkpoint.Start, 10_000, Stop)).Events.Length);
    }

    private static IEnumerable<JournalPosition> InOrder(IEnumerable<StoredEvent> events) => events
        .Select(stored => stored.Position)
        .OrderBy(position => (position.Shard, position.Sequence));

    private static EntityKey[] Entities(int count) =>
        [.. Enumerable.Range(0, count).Select(n => new EntityKey(0, "robot", $"r{n}"))];

    private static NewSnapshot Snapshot(EntityKey entity, long epoch, long sequence) => new()
    {
        Entity = entity,
        Epoch = epoch,
        Sequence = sequence,
        Name = new EventName("test.state", 1),
        Codec = 1,
        AtNs = 0,
        Body = "state"u8.ToArray(),
    };

    private static void AssertGapless(IEnumerable<long> sequences, int? count = null)
    {
        var list = sequences.ToList();
        Assert.Equal(Enumerable.Range(1, count ?? list.Count).Select(n => (long)n), list);
    }

    private protected static async Task Grow(IJournal journal, EntityKey entity, int appends)
    {
        var head = await journal.ReadHeadAsync(entity, Stop);
        for (var n = 0; n < appends; n++)
        {
            var outcome = await journal.AppendAsync(
                new AppendRequest
                {
                    Entity = entity,
                    Epoch = head.Epoch,
                    ExpectedSequence = head.Sequence + n,
                    Events = [new NewEvent(new EventName("test.happened", 1), Encoding.UTF8.GetBytes($"{n}"))],
                    AtNs = n,
                },
                Stop);
            Assert.IsType<AppendOutcome.Appended>(outcome);
        }
    }

    private protected static async Task<List<StoredEvent>> Stream(IJournal journal, EntityKey entity)
    {
        var events = new List<StoredEvent>();
        await foreach (var stored in journal.ReadStreamAsync(entity, 0, Stop))
        {
            events.Add(stored);
        }

        return events;
    }

    private static async Task<List<StoredEvent>> All(IJournal journal)
    {
        var events = new List<StoredEvent>();
        var page = await journal.ReadPageAsync(Checkpoint.Start, 997, Stop);
        while (!page.Events.IsEmpty)
        {
            events.AddRange(page.Events);
            page = await journal.ReadPageAsync(page.Next, 997, Stop);
        }

        return events;
    }
}
