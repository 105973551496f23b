using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>What a node is told about a database that it cannot use, and what happens when the server hangs.</summary>
public sealed class PostgresDatabaseTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly EntityKey Arm = new(0, "robot", "arm1");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly JournalOptions _options =
        JournalOptions.For("test", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(60) };

    private string _connection = "";

    public async ValueTask InitializeAsync() => _connection = await postgres.NewDatabaseAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nodes_that_start_at_once_make_the_tables_once()
    {
        var journals = await Task.WhenAll(Enumerable.Range(0, 4).Select(n =>
            Task.Run(() => PostgresJournal.Open(_connection, _options with { Node = $"n{n}" }), Stop)));

        Assert.Single(journals.Select(journal => journal.Owner.ClusterId).Distinct());
        Assert.Equal([1L, 2, 3, 4], journals.Select(journal => journal.Owner.Incarnation).Order());
        Assert.Equal(4L * 256, Scalar("select count(*) from ta_epoch"));
        var last = journals.Single(journal => journal.Owner.Incarnation == 4);
        Assert.IsType<AppendOutcome.Appended>(
            await last.AppendAsync(Request(await last.ReadHeadAsync(Arm, Stop)), Stop));
        await Task.WhenAll(journals.Select(journal => journal.DisposeAsync().AsTask()));
    }

    [Theory]
    [InlineData("", "names no Host")]
    [InlineData("Host=/nowhere;Password=secret;Hots=1", "hots")]
    [InlineData("Host=/nowhere/at/all;Username=u;Password=secret", "cannot be reached")]
    public void A_connection_string_that_leads_nowhere_is_explained_without_its_password(string text, string word)
    {
        var error = Assert.Throws<JournalException>(
            () => PostgresJournal.Open(text.Length > 0 ? text : "Username=u", _options));

        Assert.Equal(JournalFault.Unreachable, error.Fault);
        Assert.Contains(word, error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_is_missing_is_named_with_the_command_that_makes_it()
    {
        var error = Refusal(With(settings => settings.Database = "nowhere"));

        Assert.Equal(JournalFault.NotWritable, error.Fault);
        Assert.Contains("\"nowhere\" does not exist", error.Message, StringComparison.Ordinal);
        Assert.Contains("createdb", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_rights_is_told_which_ones_it_needs()
    {
        Execute("create role guest login");

        var error = Refusal(With(settings => settings.Username = "guest"));

        Assert.Equal(JournalFault.NotWritable, error.Fault);
        Assert.Contains("permission denied", error.Message, StringComparison.Ordinal);
        Assert.Contains("own the database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tables_of_another_program_are_left_alone()
    {
        Execute("create table ta_shard(x int)");

        var error = Refusal(_connection);

        Assert.Equal(JournalFault.ForeignFile, error.Fault);
        Assert.Contains("ta_shard", error.Message, StringComparison.Ordinal);
        Assert.Equal(1L, Scalar("select count(*) from pg_class where relname like 'ta\\_%'"));
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_numbers()
    {
        await Write();
        Execute("update ta_cluster set schema_version = 99");

        var error = Refusal(_connection);

        Assert.Equal(JournalFault.NewerSchema, error.Fault);
        Assert.Contains("schema 99", error.Message, StringComparison.Ordinal);
        Assert.Contains($"up to {PostgresSchema.Newest}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_would_lose_what_it_acknowledged_is_refused()
    {
        var error = Refusal(With(settings => settings.Options = "-c synchronous_commit=off"));

        Assert.Equal(JournalFault.NotDurable, error.Fault);
        Assert.Contains("synchronous_commit = off", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_lives_beside_others_in_a_schema_of_its_own()
    {
        Execute("create schema twin");
        await Write();

        var inSchema = With(settings => settings.SearchPath = "twin");
        await using (var journal = PostgresJournal.Open(inSchema, _options))
        {
            Assert.Equal(0, (await journal.ReadHeadAsync(Arm, Stop)).Sequence);
        }

        Assert.Equal(256L, Scalar("select count(*) from twin.ta_shard"));
    }

    [Fact]
    public async Task A_shard_locked_by_another_program_is_certainly_not_written_and_may_be_sent_again()
    {
        // The wait for the lock is the server's; no other one ends.
        await using var journal = PostgresJournal.Open(
            _connection, _options with { Deadline = TimeSpan.FromSeconds(2), Time = new ManualTimeProvider() });
        var head = await journal.ReadHeadAsync(Arm, Stop);
        await using var other = new NpgsqlConnection(_connection);
        await other.OpenAsync(Stop);
        await using var transaction = await other.BeginTransactionAsync(Stop);
        await using var command = new NpgsqlCommand("select * from ta_shard for update", other);
        await command.ExecuteNonQueryAsync(Stop);

        var request = Request(head) with { Deadline = TimeSpan.FromSeconds(60) };
        var refused = await journal.AppendAsync(request, Stop);
        await transaction.RollbackAsync(Stop);
        var written = await journal.AppendAsync(request, Stop);

        var rejected = Assert.IsType<AppendOutcome.Rejected>(refused);
        Assert.Equal(RejectionReason.Unavailable, rejected.Reason);
        Assert.Contains("locked by another program", rejected.Message, StringComparison.Ordinal);
        Assert.Equal(1, Assert.IsType<AppendOutcome.Appended>(written).LastSequence);
    }

    [Fact]
    public async Task Only_the_shards_of_a_batch_that_were_taken_away_are_fenced_off()
    {
        await using var journal = PostgresJournal.Open(_connection, _options);
        var entities = Enumerable.Range(0, 40).Select(n => new EntityKey(0, "robot", $"r{n}")).ToArray();
        var requests = new List<AppendRequest>();
        foreach (var entity in entities)
        {
            requests.Add(Request(await journal.ReadHeadAsync(entity, Stop)) with { Entity = entity });
        }

        var taken = ShardId.Of(entities[0], 256);
        Execute($"update ta_shard set epoch = epoch + 1, owner = 77 where shard = {taken}");
        var outcomes = await Task.WhenAll(requests.Select(request => journal.AppendAsync(request, Stop).AsTask()));

        Assert.All(entities.Zip(outcomes), one =>
        {
            if (ShardId.Of(one.First, 256) == taken)
            {
                Assert.Equal(new AppendOutcome.Fenced(taken, 2, IsOwner: false), one.Second);
            }
            else
            {
                Assert.IsType<AppendOutcome.Appended>(one.Second);
            }
        });
        Assert.Equal(0L, Scalar($"select count(*) from ta_event where shard = {taken}"));
        Assert.Equal(0L, Scalar($"select count(*) from ta_entity where shard = {taken}"));
    }

    [Fact]
    public async Task An_unknown_append_that_the_next_owner_found_written_is_acknowledged()
    {
        var isLost = true;
        await using var journal = PostgresJournal.Open(_connection, _options with
        {
            CommitStep = append =>
            {
                append();
                if (isLost)
                {
                    isLost = false;
                    using var successor = PostgresJournal.Open(_connection, _options).DisposeAsync().AsTask();
                    successor.GetAwaiter().GetResult();
                    throw new IOException("The answer was lost.");
                }
            },
        });
        var head = await journal.ReadHeadAsync(Arm, Stop);

        var outcome = await journal.AppendAsync(Request(head), Stop);

        var written = Assert.IsType<AppendOutcome.Appended>(outcome);
        Assert.Equal((1L, head.Epoch), (written.LastSequence, written.Epoch));
        Assert.IsType<AppendOutcome.Fenced>(await journal.AppendAsync(Request(head with { Sequence = 1 }), Stop));
        Assert.Equal(1L, Scalar("select count(*) from ta_event"));
    }

    [Fact]
    public async Task A_warning_on_an_append_makes_its_outcome_unknown_until_the_tables_tell()
    {
        await using var journal = PostgresJournal.Open(_connection, _options);
        var head = await journal.ReadHeadAsync(Arm, Stop);
        Execute("""
            create function warn() returns trigger language plpgsql as
            $$ begin raise warning 'canceling wait for synchronous replication'; return null; end $$;
            create trigger warn after insert on ta_event execute function warn();
            """);

        var written = Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(Request(head), Stop));

        Assert.Equal((1L, head.Epoch + 1), (written.LastSequence, written.Epoch));
    }

    [Fact]
    public async Task Appends_that_come_while_a_statement_runs_share_the_next_one()
    {
        using var hang = new ManualResetEvent(initialState: true);
        using var entered = new ManualResetEvent(initialState: false);
        var statements = 0;
        await using var journal = PostgresJournal.Open(_connection, _options with
        {
            CommitStep = append =>
            {
                statements++;
                entered.Set();
                hang.WaitOne();
                append();
            },
        });

        // Shards of one lane only: the other one would send its own.
        var heads = new List<AppendRequest>();
        foreach (var n in Enumerable.Range(0, 400))
        {
            var entity = new EntityKey(0, "robot", $"r{n}");
            if (ShardId.Of(entity, 256).Value % 4 == 0)
            {
                heads.Add(Request(await journal.ReadHeadAsync(entity, Stop)) with { Entity = entity });
            }
        }

        hang.Reset();
        var first = journal.AppendAsync(heads[0], Stop).AsTask();
        await Task.Run(() => entered.WaitOne(), Stop);
        var others = heads.Skip(1).Select(request => journal.AppendAsync(request, Stop).AsTask()).ToArray();
        hang.Set();

        Assert.IsType<AppendOutcome.Appended>(await first);
        Assert.All(await Task.WhenAll(others), outcome => Assert.IsType<AppendOutcome.Appended>(outcome));
        Assert.Equal(2, statements);
    }

    [Fact]
    public async Task Deadlines_end_every_call_while_the_server_hangs()
    {
        using var hang = new ManualResetEvent(initialState: true);
        using var entered = new ManualResetEvent(initialState: false);
        var time = new ManualTimeProvider();
        await using var journal = PostgresJournal.Open(_connection, _options with
        {
            Time = time,
            CommitStep = append =>
            {
                entered.Set();
                hang.WaitOne();
                append();
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

        var unknown = await Assert.ThrowsAsync<JournalOutcomeUnknownException>(() => underWay);
        Assert.Equal(Arm, unknown.Entity);
        Assert.Equal(RejectionReason.Unavailable, Assert.IsType<AppendOutcome.Rejected>(await queued).Reason);
        var recovery = journal.ReadHeadAsync(Arm, Stop).AsTask();
        Assert.False(recovery.IsCompleted);
        hang.Set();
        Assert.Equal(1, (await recovery).Sequence);
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
        await using var journal = PostgresJournal.Open(_connection, _options);
        Assert.IsType<AppendOutcome.Appended>(
            await journal.AppendAsync(Request(await journal.ReadHeadAsync(Arm, Stop)), Stop));
    }

    private string With(Action<NpgsqlConnectionStringBuilder> change)
    {
        var settings = new NpgsqlConnectionStringBuilder(_connection);
        change(settings);
        return settings.ConnectionString;
    }

    private JournalException Refusal(string connection) =>
        Assert.Throws<JournalException>(() => PostgresJournal.Open(connection, _options));

    private void Execute(string sql) => Scalar(sql);

    private object? Scalar(string sql)
    {
        using var connection = new NpgsqlConnection($"{_connection};Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }
}
