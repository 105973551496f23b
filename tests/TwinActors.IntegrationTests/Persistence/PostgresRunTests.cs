using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>Runs in a PostgreSQL database; events that are in none of them are at the ends of their shards.</summary>
public sealed class PostgresRunTests(SharedPostgres postgres) : JournalRuns, IAsyncLifetime
{
    private string _connection = "";

    public async ValueTask InitializeAsync() => _connection = await postgres.NewDatabaseAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_journal_of_the_first_schema_goes_on()
    {
        var arm = new EntityKey(0, "robot", "arm1");
        var shard = ShardId.Of(arm, 2);
        var command = Guid.CreateVersion7();
        using (var script = new StreamReader(typeof(PostgresJournal).Assembly.GetManifestResourceStream(
            "TwinActors.Persistence.Postgres.Schema.0001_journal.sql")!))
        {
            await ScalarAsync(await script.ReadToEndAsync(Stop));
        }

        await ScalarAsync($"""
            insert into ta_cluster values(1, gen_random_uuid(), 2, 2, 1, 1);
            insert into ta_shard
            select n, 1, null, case when n = {shard} then 1300 else 0 end from generate_series(0, 1) n;
            insert into ta_entity values({shard}, 1, 0, 'robot', 'arm1');
            insert into ta_event_kind values(1, 'test.happened', 1);
            insert into ta_event(sseq, epoch, entity, eseq, at, shard, part, kind, command, body)
            select n, 1, 1, n, n, {shard}, 0, 1, case when n = 1300 then '{command}'::uuid end, 'x'
            from generate_series(1, 1300) n
            """);

        await using var journal = Open();

        var head = await journal.ReadHeadAsync(arm, Stop);
        Assert.Equal((1_300L, 2L), (head.Sequence, head.Epoch));
        Assert.Equal(3, await RunsAsync());
        var request = new AppendRequest
        {
            Entity = arm,
            Epoch = 2,
            ExpectedSequence = 1_299,
            Events = [new NewEvent(new EventName("test.happened", 1), new byte[1])],
            AtNs = 0,
            Command = command,
        };
        var again = Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(request, Stop));
        Assert.Equal((1_300L, true), (again.LastSequence, again.AlreadyStored));
        await Grow(journal, arm, 1);
        Assert.Equal(Enumerable.Range(1, 1_301), (await Stream(journal, arm)).Select(stored => (int)stored.Sequence));
    }

    private protected override IJournal Open() => PostgresJournal.Open(_connection, Options);

    private protected override async Task<long> RunsAsync() =>
        (long)(await ScalarAsync("select count(*) from ta_run"))!;

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_connection};Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Stop);
    }
}
