using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>The journal in a PostgreSQL database keeps the promises of every store.</summary>
public sealed class PostgresJournalTests(SharedPostgres postgres) : JournalConformance
{
    private string _connection = "";

    public override async ValueTask InitializeAsync() => _connection = await postgres.NewDatabaseAsync();

    protected override IJournal OpenStore(JournalOptions options) => PostgresJournal.Open(_connection, options);

    protected override async Task DamageSnapshotAsync(EntityKey entity, long sequence)
    {
        await using var connection = new NpgsqlConnection($"{_connection};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            """
            update ta_snapshot set body = set_byte(body, 0, 0) where eseq = $1
              and (shard, entity) = (select shard, entity from ta_entity where type = $2 and key = $3)
            """,
            connection)
        {
            Parameters = { new() { Value = sequence }, new() { Value = entity.Type }, new() { Value = entity.Key } },
        };
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
