using System.Collections.Frozen;
using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>Events that lie many to a row keep the promises of those with a row of their own.</summary>
public sealed class SqlitePackedJournalTests : SqliteJournalTests
{
    internal static readonly FrozenSet<string> Types = ["robot", "maintenance"];

    private protected override JournalOptions Vary(JournalOptions options) => options with { PackedTypes = Types };
}

/// <summary>Packed events are found wherever they are noted.</summary>
public sealed class SqlitePackedRunTests : SqliteRunTests
{
    private protected override JournalOptions Vary(JournalOptions options) =>
        options with { PackedTypes = SqlitePackedJournalTests.Types };
}

/// <summary>What is special about packs.</summary>
public sealed class SqlitePackTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Events_without_a_command_share_a_row_and_those_of_a_command_do_not()
    {
        await using var journal = Open();

        await Append(journal, "r0", 0, command: null, count: 10);
        await Append(journal, "r0", 10, Guid.CreateVersion7(), count: 3);

        Assert.Equal((1L, 10L), (Number("select count(*) from ta_pack"), Number("select sum(count) from ta_pack")));
        Assert.Equal(3, Number("select count(*) from ta_event"));
        Assert.Equal(13, (await JournalHistory.ReadAsync(journal, Stop)).Count);
    }

    [Fact]
    public async Task A_damaged_pack_is_not_read()
    {
        await using var journal = Open();
        await Append(journal, "r0", 0, command: null, count: 5);
        Number("update ta_pack set body = cast(substr(body, 1, length(body) - 1) || x'FF' as blob) returning 1");

        var error = await Assert.ThrowsAsync<JournalException>(() => JournalHistory.ReadAsync(journal, Stop));

        Assert.Equal(JournalFault.Corrupt, error.Fault);
        Assert.Contains("checksum", error.Message, StringComparison.Ordinal);
    }

    private static async Task Append(
        SqliteJournal journal, string key, long sequence, Guid? command, int count)
    {
        var entity = new EntityKey(0, "robot", key);
        var happened = new NewEvent(new EventName("test.happened", 1), "{}"u8.ToArray());
        var head = await journal.ReadHeadAsync(entity, Stop);
        Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(
            new AppendRequest
            {
                Entity = entity,
                Epoch = head.Epoch,
                ExpectedSequence = sequence,
                Events = [.. Enumerable.Repeat(happened, count)],
                AtNs = -7,
                Command = command,
            },
            Stop));
    }

    private SqliteJournal Open() => SqliteJournal.Open(
        _folder.File("journal.db"),
        JournalOptions.For("test", TimeProvider.System) with
        {
            PackedTypes = SqlitePackedJournalTests.Types,
            Deadline = TimeSpan.FromSeconds(60),
        });

    private long Number(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}
