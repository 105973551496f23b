using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>Runs in a SQLite file; events that are in none of them are in memory.</summary>
public class SqliteRunTests : JournalRuns, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private protected virtual JournalOptions Vary(JournalOptions options) => options;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override IJournal Open() => SqliteJournal.Open(_folder.File("journal.db"), Vary(Options));

    private protected override async Task<long> RunsAsync()
    {
        await using var connection = new SqliteConnection($"Data Source={_folder.File("journal.db")}");
        await connection.OpenAsync(Stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "select count(*) from ta_run";
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
