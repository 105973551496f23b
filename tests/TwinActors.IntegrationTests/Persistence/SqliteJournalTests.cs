using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>The journal in a SQLite file keeps the promises of every store.</summary>
public class SqliteJournalTests : JournalConformance
{
    private readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override IJournal OpenStore(JournalOptions options) =>
        SqliteJournal.Open(_folder.File("journal.db"), Vary(options));

    private protected virtual JournalOptions Vary(JournalOptions options) => options;

    protected override Task DamageSnapshotAsync(EntityKey entity, long sequence)
    {
        using var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            update ta_snapshot set body = cast(x'00' || substr(body, 2) as blob) where eseq = $sequence
              and (shard, entity) = (select shard, entity from ta_entity where type = $type and key = $key)
            """;
        command.Parameters.AddWithValue("$sequence", sequence);
        command.Parameters.AddWithValue("$type", entity.Type);
        command.Parameters.AddWithValue("$key", entity.Key);
        Assert.Equal(1, command.ExecuteNonQuery());
        return Task.CompletedTask;
    }
}
