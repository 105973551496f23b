using System.Diagnostics;
using SQLitePCL;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;

namespace TwinActors.Benchmarks.Journal;

/// <summary>The journal in a SQLite file.</summary>
internal sealed class SqliteStore(string folder) : MeasuredStore
{
    private const int Entities = 1_000;
    private readonly string _path = Path.Combine(folder, "journal.db");

    public override string Name => "sqlite";

    public override bool Packs => true;

    public override IJournal Open(JournalOptions options) => SqliteJournal.Open(_path, options);

    public override Task ClearAsync()
    {
        foreach (var file in Directory.GetFiles(folder, "journal.db*"))
        {
            File.Delete(file);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    /// <remarks>One thread, prepared statements, nothing bound that need not be.</remarks>
    public override async Task<double> RawRateAsync(int batch, TimeSpan time)
    {
        await Open(JournalOptions.For("bench", TimeProvider.System)).DisposeAsync();
        Check(raw.sqlite3_open(_path, out var database));
        using var _ = database;
        foreach (var pragma in new[]
        {
            "synchronous = full", "wal_autocheckpoint = 4000", "cache_size = -65536", "temp_store = memory",
        })
        {
            Check(raw.sqlite3_exec(database, $"pragma {pragma}"));
        }

        return Insert(database, batch, time);
    }

    public override ValueTask DisposeAsync() => new(ClearAsync());

    private static double Insert(sqlite3 database, int batch, TimeSpan time)
    {
        using var begin = Prepare(database, "begin immediate");
        using var commit = Prepare(database, "commit");
        using var insert = Prepare(
            database,
            """
            insert into ta_event(shard, sseq, epoch, entity, eseq, part, kind, command, key_id, at, body)
            values(?, ?, 1, ?, ?, 0, 1, ?, null, ?, ?)
            """);
        var heads = new long[ShardId.DefaultCount];
        var sequences = new long[Entities];
        var body = new byte[WriterLoad.BodyBytes];
        Span<byte> command = stackalloc byte[16];
        var (rows, clock) = (0L, Stopwatch.StartNew());
        while (clock.Elapsed < time)
        {
            Step(begin);
            for (var row = 0; row < batch; row++)
            {
                var entity = (int)(rows++ % Entities);
                var shard = entity % heads.Length;
                CommandIds.Next().TryWriteBytes(command, bigEndian: true, out var _);
                Random.Shared.NextBytes(body);
                Check(raw.sqlite3_bind_int64(insert, 1, shard));
                Check(raw.sqlite3_bind_int64(insert, 2, ++heads[shard]));
                Check(raw.sqlite3_bind_int64(insert, 3, 1 + entity / heads.Length));
                Check(raw.sqlite3_bind_int64(insert, 4, ++sequences[entity]));
                Check(raw.sqlite3_bind_blob(insert, 5, command));
                Check(raw.sqlite3_bind_int64(insert, 6, 1_700_000_000_000_000_000 + rows));
                Check(raw.sqlite3_bind_blob(insert, 7, body));
                Step(insert);
            }

            Step(commit);
        }

        return rows / clock.Elapsed.TotalSeconds;
    }

    private static sqlite3_stmt Prepare(sqlite3 database, string sql)
    {
        Check(raw.sqlite3_prepare_v2(database, sql, out var statement));
        return statement;
    }

    private static void Step(sqlite3_stmt statement)
    {
        if (raw.sqlite3_step(statement) != raw.SQLITE_DONE)
        {
            Check(raw.sqlite3_reset(statement));
        }

        Check(raw.sqlite3_reset(statement));
    }

    private static void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw new InvalidOperationException(
                $"SQLite answered {result}: {raw.sqlite3_errstr(result).utf8_to_string()}.");
        }
    }
}
