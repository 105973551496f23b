using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A journal file in the hands of two real processes, one of which is killed.</summary>
public sealed class SqliteProcessTests : KillConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly EntityKey Arm = new(0, "robot", "arm1");

    private protected override TestedStore Store => new TestedStore.Sqlite(Folder.File("journal.db"));

    [Fact]
    public async Task A_second_process_on_the_file_fences_the_first_one_off()
    {
        await using var journal = Store.Open(Options);
        var head = await journal.ReadHeadAsync(Arm, Stop);
        Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(Request(head), Stop));

        using var writer = WriterProcess.Start(Store, Folder.File("acks"));
        await Eventually.TrueAsync(() => writer.Acknowledged().Count > 0, "the second process has appended", Patience);
        var refused = await journal.AppendAsync(Request(head with { Sequence = 1 }), Stop);

        Assert.Equal(new AppendOutcome.Fenced(head.Shard, head.Epoch + 1, IsOwner: false), refused);
        Assert.True(writer.IsRunning);
        await writer.KillAsync();
        Assert.Empty(JournalHistory.Violations(await EventsAsync(), writer.Acknowledged()));
    }

    private static AppendRequest Request(StreamHead head) => new()
    {
        Entity = Arm,
        Epoch = head.Epoch,
        ExpectedSequence = head.Sequence,
        Events = [new NewEvent(new EventName("test.happened", 1), "{}"u8.ToArray())],
        AtNs = 0,
    };
}
