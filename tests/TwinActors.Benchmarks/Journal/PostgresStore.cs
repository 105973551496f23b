using System.Diagnostics;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Testing;

namespace TwinActors.Benchmarks.Journal;

/// <summary>The journal in a database of a PostgreSQL server of its own, reached by a Unix socket.</summary>
internal sealed class PostgresStore : MeasuredStore
{
    private const int Entities = 1_000;
    private const string Database = "bench";

    // As many as the journal has lanes.
    private const int Connections = 2;

    private readonly PostgresCluster _cluster;
    private readonly string _connection;

    private PostgresStore(PostgresCluster cluster, string connection)
    {
        _cluster = cluster;
        _connection = connection;
    }

    public override string Name => "postgres";

    public override double ActorsPerSecond => 100_000;

    /// <summary>Processor time of the postmaster and its children, ended ones included [s].</summary>
    public override double ServerCpuSeconds
    {
        get
        {
            var postmaster = _cluster.Postmaster.ToString(CultureInfo.InvariantCulture);
            return Stats().Where(stat => stat.Id == postmaster || stat.Fields[1] == postmaster)
                .Sum(stat => Ticks(stat.Fields, 11, stat.Id == postmaster ? 4 : 2)) / 100.0;
        }
    }

    public static async Task<PostgresStore> StartAsync()
    {
        var cluster = await PostgresCluster.StartAsync();
        return new PostgresStore(cluster, await cluster.CreateDatabaseAsync(Database));
    }

    public override IJournal Open(JournalOptions options) => PostgresJournal.Open(_connection, options);

    public override async Task ClearAsync()
    {
        await using var connection = await OpenAsync();
        await ExecuteAsync(connection, "drop schema public cascade; create schema public; checkpoint");
    }

    /// <inheritdoc/>
    /// <remarks>Binary COPY, one per commit, on as many connections as the journal has lanes.</remarks>
    public override async Task<double> RawRateAsync(int batch, TimeSpan time)
    {
        await Open(JournalOptions.For("bench", TimeProvider.System)).DisposeAsync();
        var clock = Stopwatch.StartNew();
        var rows = await Task.WhenAll(Enumerable.Range(0, Connections).Select(lane =>
            Task.Run(() => CopyAsync(lane, batch, clock, time))));
        return rows.Sum() / clock.Elapsed.TotalSeconds;
    }

    public override ValueTask DisposeAsync() => _cluster.DisposeAsync();

    private async Task<long> CopyAsync(int lane, int batch, Stopwatch clock, TimeSpan time)
    {
        await using var connection = await OpenAsync();
        var heads = new long[ShardId.DefaultCount];
        var sequences = new long[Entities];
        var body = new byte[WriterLoad.BodyBytes];
        var rows = 0L;
        while (clock.Elapsed < time)
        {
            using var copy = connection.BeginBinaryImport("""
                copy ta_event(sseq, epoch, entity, eseq, at, shard, part, kind, command, body)
                from stdin (format binary)
                """);
            for (var row = 0; row < batch; row++)
            {
                var entity = (int)(rows++ % Entities);
                var shard = ((entity * Connections) + lane) % heads.Length;
                Random.Shared.NextBytes(body);
                copy.StartRow();
                copy.Write(++heads[shard], NpgsqlDbType.Bigint);
                copy.Write(1L, NpgsqlDbType.Bigint);
                copy.Write(1L + entity, NpgsqlDbType.Bigint);
                copy.Write(++sequences[entity], NpgsqlDbType.Bigint);
                copy.Write(1_700_000_000_000_000_000 + rows, NpgsqlDbType.Bigint);
                copy.Write(shard, NpgsqlDbType.Integer);
                copy.Write(0, NpgsqlDbType.Integer);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write(Guid.CreateVersion7(), NpgsqlDbType.Uuid);
                copy.Write(body, NpgsqlDbType.Bytea);
            }

            copy.Complete();
        }

        return rows;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"{_connection};Pooling=false;Command Timeout=300");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Fields of /proc/ID/stat behind the name, by process.</summary>
    private static IEnumerable<(string Id, string[] Fields)> Stats()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => char.IsDigit(path[^1])))
        {
            string stat;
            try
            {
                stat = File.ReadAllText($"{folder}/stat");
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                continue;
            }

            yield return (Path.GetFileName(folder), stat[(stat.LastIndexOf(')') + 2)..].Split(' '));
        }
    }

    private static long Ticks(string[] fields, int first, int count) =>
        fields.Skip(first).Take(count).Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
}
