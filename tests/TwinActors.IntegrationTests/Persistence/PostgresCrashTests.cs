using System.Diagnostics;
using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A journal whose PostgreSQL server crashes under load and comes back.</summary>
public sealed class PostgresCrashTests : IAsyncLifetime
{
    private const int Writers = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly JournalOptions _options =
        JournalOptions.For("test", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(10) };

    private PostgresCluster _cluster = null!;
    private string _connection = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(PostgresCluster.IsInstalled, PostgresCluster.Missing);
        _cluster = await PostgresCluster.StartAsync();
        _connection = await _cluster.CreateDatabaseAsync("journal");
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    [Trait("Rule", "K-17")]
    public async Task Every_acknowledged_command_survives_crashes_of_the_server()
    {
        await using var journal = PostgresJournal.Open(_connection, _options);
        await using var load = new Load(journal);

        foreach (var crash in new Func<Task>[] { Kill, () => _cluster.StopAsync("immediate"), Kill })
        {
            await load.GoOnAsync();
            await crash();
            await _cluster.ResumeAsync();
        }

        await load.GoOnAsync();
        await load.DisposeAsync();

        Assert.Empty(await ViolationsAsync(journal, load.Told));
    }

    [Fact]
    public async Task A_server_that_acknowledges_before_it_has_written_is_found_out()
    {
        List<Acknowledged> told;
        await using (var journal = PostgresJournal.Open(_connection, _options))
        {
            // Behind the back of the journal, which refuses such a server when it opens.
            await ExecuteAsync("alter system set synchronous_commit = off");
            await ExecuteAsync("select pg_reload_conf()");
            // It writes the log for those who do not wait; stopped, it makes the loss certain.
            var logWriter = (int)(await ScalarAsync(
                "select pid from pg_stat_activity where backend_type = 'walwriter'"))!;
            await SignalAsync("STOP", logWriter);
            await using var load = new Load(journal);
            await load.GoOnAsync();
            await Kill();
            await SignalAsync("KILL", logWriter);
            told = load.Told;
        }

        await _cluster.ResumeAsync();
        await ExecuteAsync("alter system reset synchronous_commit");
        await ExecuteAsync("select pg_reload_conf()");
        await using var after = PostgresJournal.Open(_connection, _options);
        Assert.Contains(
            await ViolationsAsync(after, told),
            broken => broken.Contains("is there 0 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_that_fails_to_sync_stops_the_server_and_loses_nothing_acknowledged()
    {
        Assert.SkipUnless(
            Environment.IsPrivilegedProcess, "A process of another parent can be traced by root alone.");
        await using var journal = PostgresJournal.Open(_connection, _options);
        await using var load = new Load(journal);
        await load.GoOnAsync();

        var lanes = await ScalarAsync("""
            select string_agg(pid::text, ',') from pg_stat_activity where application_name like 'TwinActors%'
            """);
        using (var strace = Process.Start(new ProcessStartInfo(
            "strace", ["-f", "-qq", "-o", "/dev/null", "-p", (string)lanes!, "-e", "inject=fdatasync:error=EIO:when=3"])
        {
            RedirectStandardError = true,
        })!)
        {
            await Eventually.TrueAsync(
                () => _cluster.Log.Contains("PANIC", StringComparison.Ordinal), "the server panics", Patience);
            await strace.WaitForExitAsync(Stop);
        }

        await load.GoOnAsync();
        await load.DisposeAsync();

        Assert.Contains("could not fdatasync", _cluster.Log, StringComparison.Ordinal);
        Assert.Empty(await ViolationsAsync(journal, load.Told));
    }

    private Task Kill()
    {
        _cluster.Kill();
        return Task.CompletedTask;
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync(Stop);
    }

    private static async Task<List<string>> ViolationsAsync(IJournal journal, List<Acknowledged> told) =>
        JournalHistory.Violations(await JournalHistory.ReadAsync(journal, Stop), told);

    private async Task ExecuteAsync(string sql) => await ScalarAsync(sql);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var connection = new NpgsqlConnection($"{_connection};Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Stop);
    }

    /// <summary>Writers that send each command until it is acknowledged, whatever happens to the server.</summary>
    private sealed class Load : IAsyncDisposable
    {
        private const int Enough = 500;
        private readonly CancellationTokenSource _stopping = new();
        private readonly List<Acknowledged> _told = [];
        private readonly Task _writers;

        public Load(PostgresJournal journal) => _writers = Task.WhenAll(
            Enumerable.Range(0, Writers).Select(n => Task.Run(() => WriteAsync(journal, new(0, "robot", $"r{n}")))));

        public List<Acknowledged> Told
        {
            get
            {
                lock (_told)
                {
                    return [.. _told];
                }
            }
        }

        /// <summary>Waits for some more acknowledgements.</summary>
        public Task GoOnAsync()
        {
            var before = Told.Count;
            return Eventually.TrueAsync(
                () => _writers.IsFaulted || Told.Count >= before + Enough, $"{Enough} more are acknowledged", Patience);
        }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            await _writers;
        }

        private async Task WriteAsync(PostgresJournal journal, EntityKey entity)
        {
            while (!_stopping.IsCancellationRequested)
            {
                var command = Guid.CreateVersion7();
                while (!_stopping.IsCancellationRequested && !await TryAsync(journal, entity, command))
                {
                }
            }
        }

        private async Task<bool> TryAsync(PostgresJournal journal, EntityKey entity, Guid command)
        {
            try
            {
                var head = await journal.ReadHeadAsync(entity, CancellationToken.None);
                var outcome = await journal.AppendAsync(
                    new AppendRequest
                    {
                        Entity = entity,
                        Epoch = head.Epoch,
                        ExpectedSequence = head.Sequence,
                        // Each body begins with the number of the command's events.
                        Events = [.. Enumerable.Repeat(new NewEvent(new("test.happened", 1), new byte[] { 2, 0 }), 2)],
                        AtNs = 0,
                        Command = command,
                    },
                    CancellationToken.None);
                if (outcome is not AppendOutcome.Appended appended)
                {
                    return false;
                }

                lock (_told)
                {
                    _told.Add(new Acknowledged(entity, appended.LastSequence, command));
                }

                return true;
            }
            catch (JournalException)
            {
                return false;
            }
        }
    }
}
