using Microsoft.Data.Sqlite;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;

namespace TwinActors.UnitTests.Persistence;

public sealed class SqliteErrorsTests
{
    [Theory]
    [InlineData(3, JournalFault.NotWritable, "write access")]
    [InlineData(5, JournalFault.Locked, "Stop the other node")]
    [InlineData(8, JournalFault.NotWritable, "write access")]
    [InlineData(10, JournalFault.Failed, "Check the disk")]
    [InlineData(11, JournalFault.Corrupt, "restore a backup")]
    [InlineData(13, JournalFault.DiskFull, "Free some space")]
    [InlineData(14, JournalFault.NotWritable, "write access")]
    [InlineData(26, JournalFault.ForeignFile, "Choose another data folder")]
    [InlineData(1, JournalFault.Failed, "code 1")]
    public void Each_failure_names_the_file_and_the_way_out(int code, JournalFault fault, string wayOut)
    {
        var error = SqliteErrors.Explain("/var/lib/twin/journal.db", new SqliteException("what SQLite said", code));

        Assert.Equal(fault, error.Fault);
        Assert.Contains("/var/lib/twin/journal.db", error.Message, StringComparison.Ordinal);
        Assert.Contains("what SQLite said", error.Message, StringComparison.Ordinal);
        Assert.Contains(wayOut, error.Message, StringComparison.Ordinal);
    }
}
