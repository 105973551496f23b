using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>What a node is told about a file that it cannot use, and what happens when the disk hangs.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly EntityKey Arm = new(0, "robot", "arm1");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly JournalOptions _options =
        JournalOptions.For("test", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(60) };

    private string Path => _folder.File("journal.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_folder_is_made_when_it_is_missing()
    {
        await using var journal = SqliteJournal.Open(_folder.File("new/deep/journal.db"), _options);

        Assert.True(File.Exists(_folder.File("new/deep/journal.db")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        _folder.Write("blocked", "a file, not a folder");

        var error = Refusal(_folder.File("blocked/journal.db"));

        Assert.Equal(JournalFault.NotWritable, error.Fault);
        Assert.Contains("blocked/journal.db", error.Message, StringComparison.Ordinal);
        Assert.Contains("another data folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_in_place_of_the_file_is_not_writable() =>
        Assert.Equal(JournalFault.NotWritable, Refusal(_folder.Path).Fault);

    [Fact]
    public void A_file_of_another_kind_is_left_alone()
    {
        var text = string.Concat(Enumerable.Repeat("no database at all, ", 100));
        _folder.Write("journal.db", text);

        Assert.Equal(JournalFault.ForeignFile, Refusal(Path).Fault);
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Fact]
    public void A_database_of_another_program_is_left_alone()
    {
        Execute("create table someone_elses(x)");

        var error = Refusal(Path);

        Assert.Equal(JournalFault.ForeignFile, error.Fault);
        Assert.Contains("ta_cluster", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_of_the_first_schema_goes_on()
    {
        using (var script = new StreamReader(typeof(SqliteJournal).Assembly.GetManifestResourceStream(
            "TwinActors.Persistence.Sqlite.Schema.0001_journal.sql")!))
        {
            Execute(await script.ReadToEndAsync(Stop));
        }

        var shard = ShardId.Of(Arm, _options.Shards);
        Execute($"""
            insert into ta_cluster values(1, zeroblob(16), {_options.Shards}, 2, 1, 1);
            insert into ta_shard(shard, epoch, head)
            with recursive n(shard) as (select 0 union all select shard + 1 from n where shard + 1 < {_options.Shards})
            select shard, 1, shard = {shard} from n;
            insert into ta_entity values({shard}, 1, 0, 'robot', 'arm1');
            insert into ta_event_kind values(1, 'test.happened', 1);
            insert into ta_event values({shard}, 1, 1, 1, 1, 0, 1, null, null, 5, '1');
            """);

        await using var journal = SqliteJournal.Open(Path, _options);

        var head = await journal.ReadHeadAsync(Arm, Stop);
        Assert.Equal((1L, 2L), (head.Sequence, head.Epoch));
        var old = Assert.Single((await journal.ReadPageAsync(Checkpoint.Start, 10, Stop)).Events);
        Assert.Equal((5L, (long?)null), (old.AtNs, old.CommandHash));
        Assert.Null(await journal.ReadSnapshotAsync(Arm, long.MaxValue, Stop));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_numbers()
    {
        await Write();
        Execute("update ta_cluster set schema_version = 99");

        var error = Refusal(Path);

        Assert.Equal(JournalFault.NewerSchema, error.Fault);
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {SqliteSchema.Newest}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_reported_as_damaged()
    {
        await Write();
        var bytes = await File.ReadAllBytesAsync(Path, Stop);
        bytes.AsSpan(100, 3_900).Fill(0x5A);
        await File.WriteAllBytesAsync(Path, bytes, Stop);

        var error = Refusal(Path);

        Assert.Equal(JournalFault.Corrupt, error.Fault);
        Assert.Contains("backup", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_locked_by_another_program_is_reported_as_locked()
    {
        await Write();
        using var other = Connect();
        Execute(other, "begin immediate");

        var error = Assert.Throws<JournalException>(
            () => SqliteJournal.Open(Path, _options with { Deadline = TimeSpan.FromMilliseconds(100) }));

        Assert.Equal(JournalFault.Locked, error.Fault);
        Assert.Contains("Stop the other node", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task An_append_to_a_locked_file_is_certainly_not_written_and_may_be_sent_again()
    {
        await using var journal = SqliteJournal.Open(Path, _options);
        var head = await journal.ReadHeadAsync(Arm, Stop);
        using var other = Connect();
        Execute(other, "begin immediate");

        var refused = await journal.AppendAsync(Request(head), Stop);
        Execute(other, "rollback");
        var written = await journal.AppendAsync(Request(head), Stop);

        var rejected = Assert.IsType<AppendOutcome.Rejected>(refused);
        Assert.Equal(RejectionReason.Unavailable, rejected.Reason);
        Assert.Contains("locked by another program", rejected.Message, StringComparison.Ordinal);
        Assert.Equal(1, Assert.IsType<AppendOutcome.Appended>(written).LastSequence);
    }

    [Fact]
    [Trait("Rule", "K-24")]
    public async Task An_append_to_a_file_that_the_next_owner_has_locked_is_fenced_off()
    {
        // The wait for the lock is the file's; no other one ends.
        await using var journal = SqliteJournal.Open(
            Path, _options with { Deadline = TimeSpan.FromMilliseconds(100), Time = new ManualTimeProvider() });
        var head = await journal.ReadHeadAsync(Arm, Stop);
        await using var successor = SqliteJournal.Open(Path, _options);
        using var other = Connect();
        Execute(other, "begin immediate");

        var refused = await journal.AppendAsync(
            Request(head) with { Deadline = TimeSpan.FromSeconds(60) }, Stop);
        Execute(other, "rollback");

        Assert.Equal(new AppendOutcome.Fenced(head.Shard, head.Epoch + 1, IsOwner: false), refused);
    }

    [Fact]
    public async Task A_full_disk_is_reported_and_writing_goes_on_when_there_is_space()
    {
        var isFull = false;
        await using var journal = SqliteJournal.Open(Path, _options with
        {
            CommitStep = commit =>
            {
                if (isFull)
                {
                    isFull = false;
                    throw new SqliteException("database or disk is full", 13);
                }

                commit();
            },
        });
        var head = await journal.ReadHeadAsync(Arm, Stop);

        isFull = true;
        var refused = await journal.AppendAsync(Request(head), Stop);
        var written = await journal.AppendAsync(Request(await journal.ReadHeadAsync(Arm, Stop)), Stop);

        Assert.Contains("is full", Assert.IsType<AppendOutcome.Rejected>(refused).Message, StringComparison.Ordinal);
        Assert.Equal(1, Assert.IsType<AppendOutcome.Appended>(written).LastSequence);
    }

    [Fact]
    [Trait("Rule", "K-20")]
    public async Task Deadlines_end_every_call_while_the_disk_hangs()
    {
        using var hang = new ManualResetEvent(initialState: true);
        using var entered = new ManualResetEvent(initialState: false);
        var time = new ManualTimeProvider();
        await using var journal = SqliteJournal.Open(Path, _options with
        {
            Time = time,
            CommitStep = commit =>
            {
                entered.Set();
                hang.WaitOne();
                commit();
            },
        });
        var head = await journal.ReadHeadAsync(Arm, Stop);
        var deadline = TimeSpan.FromSeconds(1);

        hang.Reset();
        var underWay = journal.AppendAsync(Request(head) with { Deadline = deadline }, Stop).AsTask();
        await Task.Run(() => entered.WaitOne(), Stop);
        var queued = journal.AppendAsync(
            Request(head with { Sequence = 1 }) with { Deadline = deadline }, Stop).AsTask();
        time.Advance(deadline);

        // The one that the writer had is unknown, the one that never left the queue is certainly not written.
        var unknown = await Assert.ThrowsAsync<JournalOutcomeUnknownException>(() => underWay);
        Assert.Equal(Arm, unknown.Entity);
        Assert.Equal(RejectionReason.Unavailable, Assert.IsType<AppendOutcome.Rejected>(await queued).Reason);

        var recovery = journal.ReadHeadAsync(Arm, Stop).AsTask();
        Assert.False(recovery.IsCompleted);
        hang.Set();
        Assert.Equal(1, (await recovery).Sequence);
    }

    [Fact]
    public async Task A_full_queue_rejects_the_newest()
    {
        using var hang = new ManualResetEvent(initialState: true);
        using var entered = new ManualResetEvent(initialState: false);
        await using var journal = SqliteJournal.Open(Path, _options with
        {
            MaximumQueued = 2,
            CommitStep = commit =>
            {
                entered.Set();
                hang.WaitOne();
                commit();
            },
        });
        var head = await journal.ReadHeadAsync(Arm, Stop);

        hang.Reset();
        var first = journal.AppendAsync(Request(head), Stop).AsTask();
        await Task.Run(() => entered.WaitOne(), Stop);
        var waiting = Enumerable.Range(1, 2)
            .Select(n => journal.AppendAsync(Request(head with { Sequence = n }), Stop).AsTask()).ToArray();
        var refused = await journal.AppendAsync(Request(head with { Sequence = 3 }), Stop);
        hang.Set();

        Assert.Equal(RejectionReason.Overloaded, Assert.IsType<AppendOutcome.Rejected>(refused).Reason);
        Assert.IsType<AppendOutcome.Appended>(await first);
        Assert.All(await Task.WhenAll(waiting), outcome => Assert.IsType<AppendOutcome.Appended>(outcome));
    }

    [Fact]
    public async Task Appends_that_come_while_a_commit_runs_share_the_next_one()
    {
        using var hang = new ManualResetEvent(initialState: true);
        using var entered = new ManualResetEvent(initialState: false);
        var commits = 0;
        await using var journal = SqliteJournal.Open(Path, _options with
        {
            CommitStep = commit =>
            {
                commits++;
                entered.Set();
                hang.WaitOne();
                commit();
            },
        });
        var heads = new List<(EntityKey Entity, StreamHead Head)>();
        foreach (var n in Enumerable.Range(0, 100))
        {
            var entity = new EntityKey(0, "robot", $"r{n}");
            heads.Add((entity, await journal.ReadHeadAsync(entity, Stop)));
        }

        hang.Reset();
        var first = journal.AppendAsync(Request(await journal.ReadHeadAsync(Arm, Stop)), Stop).AsTask();
        await Task.Run(() => entered.WaitOne(), Stop);
        var others = heads
            .Select(each => Request(each.Head) with { Entity = each.Entity })
            .Select(request => journal.AppendAsync(request, Stop).AsTask())
            .ToArray();
        hang.Set();

        Assert.IsType<AppendOutcome.Appended>(await first);
        Assert.All(await Task.WhenAll(others), outcome => Assert.IsType<AppendOutcome.Appended>(outcome));
        Assert.Equal(2, commits);
    }

    [Fact]
    public async Task Every_owner_of_every_shard_is_on_record()
    {
        await Write();
        await Write();

        Assert.Equal(512L, Scalar("select count(*) from ta_epoch"));
        Assert.Equal(2L, Scalar("select count(distinct owner) from ta_epoch"));
        Assert.Equal(0L, Scalar("select count(*) from ta_shard where owner is not null"));
        Assert.Equal(0L, Scalar("select count(*) from ta_node where state <> 'dead'"));
        Assert.Equal(0L, Scalar("""
            select count(*) from ta_event v join ta_epoch p on p.shard = v.shard and p.epoch = v.epoch
            where v.sseq <= p.from_seq
            """));
        Assert.Equal(0x5457494EL, Scalar("pragma application_id"));
    }

    private static AppendRequest Request(StreamHead head) => new()
    {
        Entity = Arm,
        Epoch = head.Epoch,
        ExpectedSequence = head.Sequence,
        Events = [new NewEvent(new EventName("test.happened", 1), "{}"u8.ToArray())],
        AtNs = 0,
    };

    private async Task Write()
    {
        await using var journal = SqliteJournal.Open(Path, _options);
        Assert.IsType<AppendOutcome.Appended>(
            await journal.AppendAsync(Request(await journal.ReadHeadAsync(Arm, Stop)), Stop));
    }

    private JournalException Refusal(string path) =>
        Assert.Throws<JournalException>(() => SqliteJournal.Open(path, _options));

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Path};Pooling=false");
        connection.Open();
        return connection;
    }

    private void Execute(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private object? Scalar(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
