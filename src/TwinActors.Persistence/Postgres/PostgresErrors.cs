using System.Net.Sockets;
using Npgsql;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Turns failures of PostgreSQL and of the way to it into what a writer and people need to know.</summary>
internal static class PostgresErrors
{
    private const string Error = "ERROR";

    /// <summary>
    /// Whether a statement has certainly had no effect. A short list of what the server says itself; everything else,
    /// such as a lost connection or a server that goes down, leaves the outcome open.
    /// </summary>
    public static bool IsDefinite(Exception error) =>
        error is PostgresException { InvariantSeverity: Error } postgres
        && postgres.SqlState is
            ['2', '3', ..] or ['4', '2', ..]
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled;

    /// <summary>Whether the same statement may succeed when it is sent again at once.</summary>
    public static bool IsRetryable(Exception error) =>
        error is PostgresException { InvariantSeverity: Error } postgres
        && postgres.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>Whether a statement broke a unique key or a check.</summary>
    public static bool IsConstraint(Exception error) => error is PostgresException { SqlState: ['2', '3', ..] };

    /// <summary>The failure as our exception.</summary>
    /// <param name="server">The database, <see cref="PostgresServer.Name"/>.</param>
    /// <param name="error">What happened.</param>
    public static JournalException Explain(string server, Exception error) => error switch
    {
        JournalException known => known,
        PostgresException postgres => new JournalException(Fault(postgres), Message(server, postgres), postgres),
        TimeoutException or NpgsqlException { InnerException: TimeoutException } => new JournalException(
            JournalFault.TimedOut,
            $"Journal {server} gives no answer ({error.Message}). Check the server and the network to it; "
            + "the node tries again by itself.",
            error),
        NpgsqlException or SocketException or IOException => new JournalException(
            JournalFault.Unreachable,
            $"Journal {server} cannot be reached ({(error.InnerException ?? error).Message}). Start the server or "
            + "correct the connection string; a running node tries again by itself.",
            error),
        _ => new JournalException(JournalFault.Failed, $"Journal {server}: {error.Message}", error),
    };

    private static JournalFault Fault(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable => JournalFault.Locked,
        PostgresErrorCodes.QueryCanceled => JournalFault.TimedOut,
        PostgresErrorCodes.DiskFull => JournalFault.DiskFull,
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted => JournalFault.Corrupt,
        PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.InvalidCatalogName
            or PostgresErrorCodes.ReadOnlySqlTransaction or ['2', '8', ..] => JournalFault.NotWritable,
        ['5', '7', ..] or ['5', '3', ..] or ['0', '8', ..] => JournalFault.Unreachable,
        _ => JournalFault.Failed,
    };

    private static string Message(string server, PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.LockNotAvailable =>
            $"Journal {server} is locked by another program ({error.MessageText}). Look for a long transaction in "
            + "pg_stat_activity and end it.",
        PostgresErrorCodes.QueryCanceled =>
            $"Journal {server} took too long ({error.MessageText}). Look at the load of the server.",
        PostgresErrorCodes.DiskFull =>
            $"The disk of journal {server} is full ({error.MessageText}). Free some space: nothing acknowledged is "
            + "lost, and writing goes on by itself.",
        PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
            $"Journal {server} is damaged ({error.MessageText}). Restore a backup, or reindex when only an index is.",
        PostgresErrorCodes.InvalidCatalogName =>
            $"Journal {server}: {error.MessageText}. Create it: createdb --encoding=UTF8 NAME.",
        PostgresErrorCodes.InsufficientPrivilege =>
            $"Journal {server}: {error.MessageText}. Let the node's user own the database, or grant it create on the "
            + "schema and all rights on the tables ta_*.",
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            $"Journal {server} takes no writes ({error.MessageText}). Name the primary server.",
        ['2', '8', ..] =>
            $"Journal {server} lets the node not in ({error.MessageText}). Correct user and password of the connection "
            + "string, or pg_hba.conf of the server.",
        PostgresErrorCodes.TooManyConnections =>
            $"Journal {server} has no connection left ({error.MessageText}). Raise max_connections of the server: "
            + "a node needs 8.",
        _ => $"Journal {server}: {error.MessageText} (SQLSTATE {error.SqlState}).",
    };
}
