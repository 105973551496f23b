using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Files;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Opens connections to one journal file, all with the same promises about durability.</summary>
internal sealed class SqliteFile(string path, TimeSpan lockTimeout)
{
    /// <summary>Full path of the file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>Opens a connection that may write, creating folder and file when they are missing.</summary>
    public SqliteConnection OpenWriter()
    {
        try
        {
            DurableFile.CreateFolder(System.IO.Path.GetDirectoryName(Path)!);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new JournalException(
                JournalFault.NotWritable,
                $"The folder of journal {Path} cannot be created ({error.Message}). Choose another data folder.",
                error);
        }

        var connection = Open(SqliteOpenMode.ReadWriteCreate);
        try
        {
            RequireWriteAheadLog(connection);
            // FULL: the commit waits for fsync, so an acknowledged event survives a power cut. Checkpoint each 4,000
            // pages = 16 MB: rarer than each batch, small enough to replay in well under a second.
            Execute(connection, """
                pragma synchronous = full;
                pragma wal_autocheckpoint = 4000;
                pragma cache_size = -65536;
                pragma temp_store = memory;
                """);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that only reads.</summary>
    public SqliteConnection OpenReader()
    {
        // ReadWrite although it never writes: a pure reader could not repair the -shm file after a crash.
        var connection = Open(SqliteOpenMode.ReadWrite);
        Execute(connection, """
            pragma query_only = on;
            pragma cache_size = -16384;
            pragma temp_store = memory;
            """);
        return connection;
    }

    /// <summary>Runs statements that return nothing.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = Path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)Math.Ceiling(lockTimeout.TotalSeconds)),
        }.ToString());
        try
        {
            connection.Open();
            Execute(connection, $"pragma busy_timeout = {(int)lockTimeout.TotalMilliseconds}");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void RequireWriteAheadLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma journal_mode = wal";
        if (command.ExecuteScalar() is not "wal")
        {
            throw new JournalException(
                JournalFault.NotWritable,
                $"Journal {Path} cannot keep a write-ahead log: the file system lacks shared memory maps, as network "
                + "file systems do. Choose a data folder on a local disk.");
        }
    }
}
