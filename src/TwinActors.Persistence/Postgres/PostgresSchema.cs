using System.Globalization;
using System.Reflection;
using Npgsql;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>
/// Brings a database to the newest schema: numbered scripts, forward only, each in its own transaction.
/// </summary>
/// <remarks>
/// Several nodes may start at once. All but one fail at the table or wait for the row that the first one has; then
/// they look again and find the work done.
/// </remarks>
internal static class PostgresSchema
{
    private const int MostRaces = 10;

    private static readonly (int Version, string Script)[] Migrations = LoadMigrations();

    /// <summary>Schema that this program writes.</summary>
    public static int Newest => Migrations[^1].Version;

    /// <summary>
    /// Creates or migrates the tables; refuses foreign tables, newer schemas and another number of shards.
    /// </summary>
    public static void Prepare(NpgsqlConnection connection, string server, int shards)
    {
        for (var race = 1; ; race++)
        {
            try
            {
                Migrate(connection, server, shards);
                break;
            }
            catch (PostgresException error) when (LostRace(error) && race < MostRaces)
            {
            }
            catch (PostgresException error) when (IsForeign(error))
            {
                throw new JournalException(
                    JournalFault.ForeignFile,
                    $"Database {server} has tables of another program that are named like ours ({error.MessageText}). "
                    + "Choose another database, or a schema of its own by Search Path in the connection string.",
                    error);
            }
        }

        RequireShards(connection, server, shards);
    }

    private static void Migrate(NpgsqlConnection connection, string server, int shards)
    {
        var version = Version(connection);
        if (version > Newest)
        {
            throw new JournalException(
                JournalFault.NewerSchema,
                $"Journal {server} has schema {version}; this program knows schemas up to {Newest}. "
                + "Install the newer TwinActors that wrote it, or restore a backup from before its migration.");
        }

        foreach (var (next, script) in Migrations.Where(migration => migration.Version > version))
        {
            using var transaction = connection.BeginTransaction();
            if (next > 1 && (int)Scalar(connection, "select schema_version from ta_cluster for update")! >= next)
            {
                continue;
            }

            Run(connection, script);
            if (next == 1)
            {
                Populate(connection, shards);
            }

            Execute(connection, "update ta_cluster set schema_version = $1", next);
            transaction.Commit();
        }
    }

    // Takes as long as it takes: a script may rewrite every event that there is.
    private static void Run(NpgsqlConnection connection, string script)
    {
        using var command = new NpgsqlCommand($"set local statement_timeout = 0; {script}", connection)
        {
            CommandTimeout = 0,
        };
        command.ExecuteNonQuery();
    }

    private static int Version(NpgsqlConnection connection) =>
        Scalar(connection, "select to_regclass('ta_cluster') is not null") is true
            ? (int)(Scalar(connection, "select schema_version from ta_cluster") ?? 0)
            : 0;

    private static void Populate(NpgsqlConnection connection, int shards)
    {
        Execute(
            connection,
            """
            insert into ta_cluster(one, cluster_id, shards, next_incarnation, store_generation, schema_version)
            values(1, $1, $2, 1, 1, 1)
            """,
            Guid.NewGuid(),
            shards);
        Execute(
            connection,
            "insert into ta_shard(shard, epoch, owner, head) select n, 0, null, 0 from generate_series(0, $1 - 1) as n",
            shards);
    }

    private static void RequireShards(NpgsqlConnection connection, string server, int shards)
    {
        var present = (int)Scalar(connection, "select shards from ta_cluster")!;
        if (present != shards)
        {
            throw new JournalException(
                JournalFault.OtherShardCount,
                $"Journal {server} was created with {present} shards, {shards} are configured. "
                + $"The number is fixed for the life of a journal: configure {present}.");
        }
    }

    private static bool LostRace(PostgresException error) => error is
    {
        SqlState: PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UniqueViolation,
        MessageText: var text,
    } && (text.Contains("ta_cluster", StringComparison.Ordinal) || text.Contains("pg_", StringComparison.Ordinal));

    // A table of ours that is there without ta_cluster, or a ta_cluster without our columns.
    private static bool IsForeign(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.DuplicateTable or PostgresErrorCodes.UndefinedColumn;

    private static object? Scalar(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    private static void Execute(NpgsqlConnection connection, string sql, params ReadOnlySpan<object> values)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        command.ExecuteNonQuery();
    }

    private static (int Version, string Script)[] LoadMigrations()
    {
        const string Prefix = "TwinActors.Persistence.Postgres.Schema.";
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. from name in assembly.GetManifestResourceNames()
               where name.StartsWith(Prefix, StringComparison.Ordinal)
               let version = int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture)
               orderby version
               select (version, Read(assembly, name)),
        ];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
