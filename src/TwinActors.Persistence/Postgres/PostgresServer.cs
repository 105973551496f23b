using System.Globalization;
using Npgsql;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Opens connections to one database, all with the same time limits and promises about durability.</summary>
/// <remarks>
/// Within the deadline of a call: the server gives up waiting for a lock after a quarter, a statement after a half,
/// drops a connection that takes nothing after three quarters. So a caller usually hears what was wrong, and a
/// connection that nobody listens to does not hold the rows of a shard.
/// </remarks>
internal sealed class PostgresServer : IAsyncDisposable
{
    // One for pages of people, others that recoveries still find free.
    private const int ReaderConnections = 4;

    private readonly string _writer;
    private readonly NpgsqlDataSource _readers;

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="JournalException">It is none, or names no host.</exception>
    public PostgresServer(string connection, JournalOptions options)
    {
        var settings = Parse(connection);
        Name = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Database ?? settings.Username ?? Environment.UserName} at {settings.Host}:{settings.Port}");

        var deadline = options.Deadline.TotalMilliseconds;
        settings.ApplicationName ??= $"TwinActors {options.Node}";
        settings.Timeout = Seconds(deadline);
        settings.CommandTimeout = Seconds(deadline);
        // A statement that timed out is settled on another connection; waiting for its end would only take time.
        settings.CancellationTimeout = -1;
        settings.Enlist = false;
        settings.Options = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Options} -c lock_timeout={Math.Max(1, deadline / 4):0} -c statement_timeout={deadline / 2:0} ")
            + string.Create(
            CultureInfo.InvariantCulture,
            $"-c tcp_user_timeout={deadline * 3 / 4:0} -c idle_in_transaction_session_timeout={deadline:0}");

        settings.Pooling = true;
        settings.MaxPoolSize = ReaderConnections;
        _readers = NpgsqlDataSource.Create(settings.ConnectionString);

        settings.Pooling = false;
        _writer = settings.ConnectionString;
    }

    /// <summary>The database for messages, such as <c>twin at 10.0.0.7:5432</c>.</summary>
    public string Name { get; }

    /// <summary>Opens a connection that may write; the caller owns it.</summary>
    /// <exception cref="JournalException">The server would lose what it acknowledges, or takes no writes.</exception>
    public NpgsqlConnection OpenWriter()
    {
        var connection = new NpgsqlConnection(_writer);
        try
        {
            connection.Open();
            RequireDurability(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that reads; disposing it gives it back.</summary>
    public ValueTask<NpgsqlConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        _readers.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _readers.DisposeAsync();

    private static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        const string Example = "Host=10.0.0.7;Database=twin;Username=twin;Password=...";
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connection);
            return string.IsNullOrEmpty(settings.Host)
                ? throw new JournalException(
                    JournalFault.Unreachable,
                    $"The connection string of the journal names no Host. It looks like this: {Example}")
                : settings;
        }
        catch (ArgumentException error)
        {
            // The string itself stays out of the message: it may hold a password.
            throw new JournalException(
                JournalFault.Unreachable,
                $"The connection string of the journal is not understood ({error.Message}) It looks like "
                + $"this: {Example}",
                error);
        }
    }

    private void RequireDurability(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(
            "select current_setting('fsync'), current_setting('synchronous_commit'), pg_is_in_recovery()", connection);
        using var row = command.ExecuteReader();
        row.Read();
        if (row.GetBoolean(2))
        {
            throw new JournalException(
                JournalFault.NotWritable,
                $"Journal {Name} is on a standby server, which takes no writes. Name the primary, or all "
                + "servers of the cluster with Target Session Attributes=primary.");
        }

        foreach (var (index, setting) in new[] { (0, "fsync"), (1, "synchronous_commit") })
        {
            if (row.GetString(index) is "off" or "local")
            {
                throw new JournalException(
                    JournalFault.NotDurable,
                    $"Journal {Name} would lose acknowledged events: {setting} = {row.GetString(index)}. "
                    + $"Set {setting} = on in postgresql.conf, or for the database or user that overrides it.");
            }
        }
    }

    private static int Seconds(double milliseconds) => Math.Max(1, (int)Math.Ceiling(milliseconds / 1000));
}
