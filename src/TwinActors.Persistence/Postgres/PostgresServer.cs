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

    // Making tables and taking shards from a busy owner may take longer than an append.
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(30);

    private readonly string _writer;
    private readonly string _patient;
    private readonly NpgsqlDataSource _readers;

    /// <summary>Reads a connection string.</summary>
    /// <exception cref="JournalException">It is none, or names no host.</exception>
    public PostgresServer(string connection, JournalOptions options)
    {
        var settings = Parse(connection);
        Name = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Database ?? settings.Username ?? Environment.UserName} at {settings.Host}:{settings.Port}");

        settings.ApplicationName ??= $"TwinActors {options.Node}";
        // A statement that timed out is settled on another connection; waiting for its end would only take time.
        settings.CancellationTimeout = -1;
        settings.Enlist = false;
        settings.Pooling = false;
        _writer = Within(settings, options.Deadline);
        _patient = Within(settings, options.Deadline < Start ? Start : options.Deadline);
        settings.Pooling = true;
        settings.MaxAutoPrepare = 32;
        settings.AutoPrepareMinUsages = 2;
        settings.MaxPoolSize = ReaderConnections;
        _readers = NpgsqlDataSource.Create(Within(settings, options.Deadline));
    }

    /// <summary>The database for messages, such as <c>twin at 10.0.0.7:5432</c>.</summary>
    public string Name { get; }

    /// <summary>Opens a connection that may write; the caller owns it.</summary>
    /// <exception cref="JournalException">The server would lose what it acknowledges, or takes no writes.</exception>
    public NpgsqlConnection OpenWriter() => Open(_writer);

    /// <summary>Opens one for the start of a node, which is not pressed for time.</summary>
    /// <exception cref="JournalException">The server would lose what it acknowledges, or takes no writes.</exception>
    public NpgsqlConnection OpenPatient() => Open(_patient);

    /// <summary>Opens a connection that reads; disposing it gives it back.</summary>
    public ValueTask<NpgsqlConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        _readers.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _readers.DisposeAsync();

    private NpgsqlConnection Open(string settings)
    {
        var connection = new NpgsqlConnection(settings);
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

    private static string Within(NpgsqlConnectionStringBuilder settings, TimeSpan deadline)
    {
        var milliseconds = deadline.TotalMilliseconds;
        var seconds = Math.Max(1, (int)Math.Ceiling(deadline.TotalSeconds));
        return new NpgsqlConnectionStringBuilder(settings.ConnectionString)
        {
            Timeout = seconds,
            CommandTimeout = seconds,
            Options = string.Join(
                " -c ",
                settings.Options ?? "",
                Setting("lock_timeout", milliseconds / 4),
                Setting("statement_timeout", milliseconds / 2),
                Setting("tcp_user_timeout", milliseconds * 3 / 4),
                Setting("idle_in_transaction_session_timeout", milliseconds),
                // Every query has its index. A plan made while a table was small must not stay when it has grown.
                "enable_seqscan=off",
                "enable_bitmapscan=off",
                "jit=off"),
        }.ConnectionString;
    }

    private static string Setting(string name, double milliseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}={Math.Max(1, milliseconds):0}");
}
