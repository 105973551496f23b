using System.Globalization;
using System.Reflection;
using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Brings a file to the newest schema: numbered scripts, forward only, each in its own transaction.</summary>
internal static class SqliteSchema
{
    /// <summary>"TWIN" in ASCII: marks the file as ours (pragma application_id).</summary>
    private const int ApplicationId = 0x5457494E;

    private static readonly (int Version, string Script)[] Migrations = LoadMigrations();

    /// <summary>Schema that this program writes.</summary>
    public static int Newest => Migrations[^1].Version;

    /// <summary>
    /// Creates or migrates the tables; refuses foreign files, newer schemas and another number of shards.
    /// </summary>
    public static void Prepare(SqliteConnection connection, string path, int shards)
    {
        var version = Version(connection, path);
        if (version > Newest)
        {
            throw new JournalException(
                JournalFault.NewerSchema,
                $"Journal {path} has schema {version}; this program knows schemas up to {Newest}. "
                + "Install the newer TwinActors that wrote it, or restore a backup from before its migration.");
        }

        foreach (var (next, script) in Migrations.Where(migration => migration.Version > version))
        {
            Migrate(connection, next, script, shards);
        }

        RequireShards(connection, path, shards);
    }

    private static int Version(SqliteConnection connection, string path)
    {
        if (Scalar(connection, "select count(*) from sqlite_master where name = 'ta_cluster'") == 1)
        {
            return (int)Scalar(connection, "select schema_version from ta_cluster");
        }

        if (Scalar(connection, "select count(*) from sqlite_master") == 0)
        {
            return 0;
        }

        throw new JournalException(
            JournalFault.ForeignFile,
            $"{path} is a SQLite file of another program: it has tables, but no ta_cluster. "
            + "Choose another data folder or move the file away.");
    }

    private static void Migrate(SqliteConnection connection, int version, string script, int shards)
    {
        using var transaction = connection.BeginTransaction(deferred: false);

        // Another process may have migrated while we waited for the lock.
        var present = Scalar(connection, "select count(*) from sqlite_master where name = 'ta_cluster'") == 1;
        if (present && Scalar(connection, "select schema_version from ta_cluster") >= version)
        {
            return;
        }

        SqliteFile.Execute(connection, script);
        if (version == 1)
        {
            Populate(connection, shards);
        }

        using var command = connection.CreateCommand();
        command.CommandText = "update ta_cluster set schema_version = $version";
        command.Parameters.AddWithValue("$version", version);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    private static void Populate(SqliteConnection connection, int shards)
    {
        SqliteFile.Execute(connection, $"pragma application_id = {ApplicationId}");

        using var command = connection.CreateCommand();
        command.CommandText = """
            insert into ta_cluster(one, cluster_id, shards, next_incarnation, store_generation, schema_version)
            values(1, $id, $shards, 1, 1, 1);
            insert into ta_shard(shard, epoch, owner, head)
            with recursive n(shard) as (select 0 union all select shard + 1 from n where shard + 1 < $shards)
            select shard, 0, null, 0 from n;
            """;
        command.Parameters.AddWithValue("$id", Guid.NewGuid().ToByteArray(bigEndian: true));
        command.Parameters.AddWithValue("$shards", shards);
        command.ExecuteNonQuery();
    }

    private static void RequireShards(SqliteConnection connection, string path, int shards)
    {
        var present = Scalar(connection, "select shards from ta_cluster");
        if (present != shards)
        {
            throw new JournalException(
                JournalFault.OtherShardCount,
                $"Journal {path} was created with {present} shards, {shards} are configured. "
                + $"The number is fixed for the life of a journal: configure {present}.");
        }
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static (int Version, string Script)[] LoadMigrations()
    {
        const string Prefix = "TwinActors.Persistence.Sqlite.Schema.";
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
