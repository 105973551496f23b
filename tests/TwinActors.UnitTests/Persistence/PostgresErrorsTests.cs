using Npgsql;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;

namespace TwinActors.UnitTests.Persistence;

public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("23505")]
    [InlineData("23514")]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("42P01")]
    [InlineData("55P03")]
    [InlineData("57014")]
    public void What_the_server_refuses_by_an_error_has_certainly_not_happened(string state)
    {
        Assert.True(PostgresErrors.IsDefinite(Said(state, "ERROR")));

        // The same code with which a session ends says nothing about what it had done.
        Assert.False(PostgresErrors.IsDefinite(Said(state, "FATAL")));
        Assert.False(PostgresErrors.IsDefinite(Said(state, "PANIC")));
    }

    [Theory]
    [InlineData("40003")]
    [InlineData("08006")]
    [InlineData("57P01")]
    [InlineData("57P02")]
    [InlineData("57P03")]
    [InlineData("53100")]
    [InlineData("XX000")]
    public void Everything_else_leaves_the_outcome_open(string state) =>
        Assert.False(PostgresErrors.IsDefinite(Said(state, "ERROR")));

    [Fact]
    public void Failures_on_the_way_leave_the_outcome_open()
    {
        Assert.False(PostgresErrors.IsDefinite(new NpgsqlException("lost", new IOException("reset"))));
        Assert.False(PostgresErrors.IsDefinite(new NpgsqlException("slow", new TimeoutException())));
        Assert.False(PostgresErrors.IsDefinite(new TimeoutException()));
    }

    [Theory]
    [InlineData("28P01", JournalFault.NotWritable, "user and password")]
    [InlineData("3D000", JournalFault.NotWritable, "createdb")]
    [InlineData("42501", JournalFault.NotWritable, "own the database")]
    [InlineData("25006", JournalFault.NotWritable, "primary")]
    [InlineData("53100", JournalFault.DiskFull, "Free some space")]
    [InlineData("53300", JournalFault.Unreachable, "max_connections")]
    [InlineData("55P03", JournalFault.Locked, "pg_stat_activity")]
    [InlineData("57014", JournalFault.TimedOut, "load of the server")]
    [InlineData("57P03", JournalFault.Unreachable, "57P03")]
    [InlineData("XX001", JournalFault.Corrupt, "backup")]
    [InlineData("XX000", JournalFault.Failed, "XX000")]
    public void Each_failure_names_the_database_and_the_way_out(string state, JournalFault fault, string wayOut)
    {
        var error = PostgresErrors.Explain("twin at db:5432", Said(state, "ERROR"));

        Assert.Equal(fault, error.Fault);
        Assert.Contains("twin at db:5432", error.Message, StringComparison.Ordinal);
        Assert.Contains("what PostgreSQL said", error.Message, StringComparison.Ordinal);
        Assert.Contains(wayOut, error.Message, StringComparison.Ordinal);
    }

    private static PostgresException Said(string state, string severity) =>
        new("what PostgreSQL said", severity, severity, state);
}
