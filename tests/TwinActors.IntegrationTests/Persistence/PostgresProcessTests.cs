namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A journal in PostgreSQL whose writer is killed.</summary>
public sealed class PostgresProcessTests(SharedPostgres postgres) : KillConformance, IAsyncLifetime
{
    private TestedStore.Postgres _store = new("");

    private protected override TestedStore Store => _store;

    public async ValueTask InitializeAsync() => _store = new(await postgres.NewDatabaseAsync());

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
