using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Turns result codes of SQLite into failures that say what, where, and the way out.</summary>
internal static class SqliteErrors
{
    // Primary result codes, sqlite.org/rescode.html.
    private const int Permission = 3;
    private const int Busy = 5;
    private const int LockedTable = 6;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    // Extended: the -shm file cannot grow, for which a disk must be full.
    private const int InputOutputSharedMemorySize = 4874;

    /// <summary>
    /// Whether a statement broke a unique key or a check: a definite failure of that statement alone.
    /// </summary>
    public static bool IsConstraint(SqliteException error) => error.SqliteErrorCode == Constraint;

    /// <summary>The failure as our exception.</summary>
    public static JournalException Explain(string path, Exception error) =>
        error as JournalException ?? (error is SqliteException sqlite
            ? new JournalException(Fault(sqlite), Message(path, sqlite), sqlite)
            : new JournalException(JournalFault.Failed, $"Journal {path}: {error.Message}", error));

    private static int CodeOf(SqliteException error) =>
        error.SqliteExtendedErrorCode == InputOutputSharedMemorySize ? Full : error.SqliteErrorCode;

    private static JournalFault Fault(SqliteException error) => CodeOf(error) switch
    {
        Permission or ReadOnly or CannotOpen => JournalFault.NotWritable,
        Busy or LockedTable => JournalFault.Locked,
        Corrupt => JournalFault.Corrupt,
        NotADatabase => JournalFault.ForeignFile,
        Full => JournalFault.DiskFull,
        _ => JournalFault.Failed,
    };

    private static string Message(string path, SqliteException error) => CodeOf(error) switch
    {
        Permission or ReadOnly or CannotOpen =>
            $"Journal {path} cannot be opened for writing ({error.Message}). "
            + "Give the user of this process write access to the file and its folder, or choose another data folder.",
        Busy or LockedTable =>
            $"Journal {path} is locked by another program ({error.Message}). "
            + "Stop the other node or the tool that has the file open, then try again.",
        Corrupt =>
            $"Journal {path} is damaged ({error.Message}). Stop the node and keep a copy of the file with its -wal and "
            + "-shm files; restore a backup, or save what is readable with `sqlite3 FILE .recover`.",
        NotADatabase =>
            $"{path} is not a journal: it is no SQLite file ({error.Message}). Choose another data folder or move the "
            + "file away.",
        Full =>
            $"The disk of journal {path} is full ({error.Message}). Free some space: nothing acknowledged is lost, "
            + "and writing goes on by itself.",
        InputOutput =>
            $"Reading or writing journal {path} failed in the operating system ({error.Message}, extended code "
            + $"{error.SqliteExtendedErrorCode}). Check the disk and the system log.",
        _ => $"Journal {path}: {error.Message} (code {error.SqliteErrorCode}).",
    };
}
