using TwinActors.Testing;

[assembly: AssemblyFixture(typeof(TwinActors.IntegrationTests.Persistence.SharedPostgres))]

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>One PostgreSQL server for all tests that only need databases; started by the first that asks.</summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresCluster>> _cluster = new(() => PostgresCluster.StartAsync());
    private int _databases;

    /// <summary>Makes an empty database; skips the test where there is no server.</summary>
    /// <returns>Its connection string.</returns>
    public async Task<string> NewDatabaseAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsInstalled, PostgresCluster.Missing);
        var cluster = await _cluster.Value;
        return await cluster.CreateDatabaseAsync($"journal{Interlocked.Increment(ref _databases)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster.IsValueCreated)
        {
            await (await _cluster.Value).DisposeAsync();
        }
    }
}
