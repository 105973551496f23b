using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A journal file in the hands of two real processes, one of which is killed.</summary>
public sealed class SqliteProcessTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly EntityKey Arm = new(0, "robot", "arm1");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly JournalOptions _options =
        JournalOptions.For("parent", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(60) };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_acknowledged_event_survives_a_kill_in_the_middle_of_appends()
    {
        for (var round = 1; round <= 2; round++)
        {
            using var writer = WriterProcess.Start(_folder.File("journal.db"), _folder.File($"acks-{round}"));
            await Eventually.TrueAsync(
                () => writer.Acknowledged().Count >= 500, "500 appends are acknowledged", Patience);
            await writer.KillAsync();

            await AssertWhole(writer.Acknowledged());
        }
    }

    [Fact]
    public async Task A_second_process_on_the_file_fences_the_first_one_off()
    {
        await using var journal = SqliteJournal.Open(_folder.File("journal.db"), _options);
        var head = await journal.ReadHeadAsync(Arm, Stop);
        Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(Request(head), Stop));

        using var writer = WriterProcess.Start(_folder.File("journal.db"), _folder.File("acks"));
        await Eventually.TrueAsync(() => writer.Acknowledged().Count > 0, "the second process has appended", Patience);
        var refused = await journal.AppendAsync(Request(head with { Sequence = 1 }), Stop);

        Assert.Equal(new AppendOutcome.Fenced(head.Shard, head.Epoch + 1, IsOwner: false), refused);
        Assert.True(writer.IsRunning);
        await writer.KillAsync();
        await AssertWhole(writer.Acknowledged());
    }

    private static AppendRequest Request(StreamHead head) => new()
    {
        Entity = Arm,
        Epoch = head.Epoch,
        ExpectedSequence = head.Sequence,
        Events = [new NewEvent(new EventName("test.happened", 1), "{}"u8.ToArray())],
        AtNs = 0,
    };

    private async Task AssertWhole(List<(string Key, long Sequence, Guid Command)> acknowledged)
    {
        await using var journal = SqliteJournal.Open(_folder.File("journal.db"), _options);
        var events = new List<StoredEvent>();
        var page = await journal.ReadPageAsync(Checkpoint.Start, 10_000, Stop);
        while (!page.Events.IsEmpty)
        {
            events.AddRange(page.Events);
            page = await journal.ReadPageAsync(page.Next, 10_000, Stop);
        }

        var last = events.ToDictionary(stored => (stored.Entity.Key, stored.Sequence), stored => stored.Command);
        Assert.All(acknowledged, ack => Assert.Equal(ack.Command, last[(ack.Key, ack.Sequence)]));
        foreach (var stream in events.GroupBy(stored => stored.Entity))
        {
            Assert.All(stream, (stored, index) => Assert.Equal(index + 1, stored.Sequence));
        }

        foreach (var shard in events.GroupBy(stored => stored.Shard))
        {
            Assert.All(shard, (stored, index) => Assert.Equal(index + 1, stored.ShardSequence));
            Assert.Equal(shard.Select(stored => stored.Epoch).Order(), shard.Select(stored => stored.Epoch));
        }

        // The two events of each append are there both, or neither: no half batch.
        Assert.All(
            events.Where(stored => stored.Entity != Arm).GroupBy(stored => stored.Command),
            append => Assert.Equal([0, 1], append.Select(stored => stored.Part)));
    }
}
