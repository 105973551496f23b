using System.Diagnostics;
using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A disk that is really full: a small file system in memory, mounted for the test.</summary>
public sealed class FullDiskTests : IDisposable
{
    private const string NoMount = "A file system can be mounted by root alone.";
    private static readonly EntityKey Robot = new(0, "robot", "r0");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder _folder = new();
    private readonly bool _isMounted;

    public FullDiskTests() => _isMounted =
        Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", "size=4m", "twin-test", _folder.Path) == 0;

    public void Dispose()
    {
        if (_isMounted)
        {
            Run("umount", "-l", _folder.Path);
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task A_full_disk_loses_nothing_and_writing_goes_on_when_there_is_space()
    {
        Assert.SkipUnless(_isMounted, NoMount);
        await File.WriteAllBytesAsync(_folder.File("ballast"), new byte[2_000_000], Stop);
        await using var journal = SqliteJournal.Open(
            _folder.File("journal.db"),
            JournalOptions.For("test", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(10) });

        await FillAndGoOnAsync(journal);
    }

    [Fact]
    public async Task A_full_disk_of_a_server_loses_nothing_and_writing_goes_on_when_there_is_space()
    {
        Assert.SkipUnless(PostgresCluster.IsInstalled, PostgresCluster.Missing);
        Assert.SkipUnless(_isMounted, NoMount);
        await File.WriteAllBytesAsync(_folder.File("ballast"), new byte[1_500_000], Stop);
        Directory.CreateDirectory(_folder.File("space"));
        Assert.Equal(0, Run("chown", "postgres", _folder.File("space")));
        await using var cluster = await PostgresCluster.StartAsync();
        var connection = await cluster.CreateDatabaseAsync("journal");
        // Tables on the small disk; without room for its log the whole server would stop.
        await ExecuteAsync(connection, $"create tablespace small location '{_folder.File("space")}'");
        await ExecuteAsync(connection, "alter database journal set default_tablespace = small");
        await using var journal = PostgresJournal.Open(
            connection, JournalOptions.For("test", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(10) });

        await FillAndGoOnAsync(journal);
    }

    private async Task FillAndGoOnAsync(IJournal journal)
    {
        var told = new List<Acknowledged>();
        var error = await FillAsync(journal, told);
        Assert.Contains("is full", error, StringComparison.Ordinal);
        Assert.Contains("Free some space", error, StringComparison.Ordinal);
        Assert.InRange(told.Count, 10, 10_000);

        File.Delete(_folder.File("ballast"));
        // By itself; each attempt waits for its deadline at most.
        for (var attempts = 0; await AppendAsync(journal, told) is { } refusal; attempts++)
        {
            Assert.True(attempts < 60, refusal);
        }

        for (var n = 0; n < 20; n++)
        {
            Assert.Null(await AppendAsync(journal, told));
        }

        Assert.Empty(JournalHistory.Violations(await JournalHistory.ReadAsync(journal, Stop), told));
    }

    private static async Task ExecuteAsync(string connection, string sql)
    {
        await using var opened = new NpgsqlConnection($"{connection};Pooling=false");
        await opened.OpenAsync(Stop);
        await using var command = new NpgsqlCommand(sql, opened);
        await command.ExecuteNonQueryAsync(Stop);
    }

    private static async Task<string> FillAsync(IJournal journal, List<Acknowledged> told)
    {
        while (true)
        {
            if (await AppendAsync(journal, told) is { } error)
            {
                return error;
            }
        }
    }

    // What went wrong; null when the event is durable. As an entity does it: read the head, then append.
    private static async Task<string?> AppendAsync(IJournal journal, List<Acknowledged> told)
    {
        try
        {
            var head = await journal.ReadHeadAsync(Robot, Stop);
            var command = Guid.CreateVersion7();
            var body = new byte[10_000];
            body[0] = 1;
            var outcome = await journal.AppendAsync(
                new AppendRequest
                {
                    Entity = Robot,
                    Epoch = head.Epoch,
                    ExpectedSequence = head.Sequence,
                    Events = [new NewEvent(new EventName("test.happened", 1), body)],
                    AtNs = 0,
                    Command = command,
                },
                Stop);
            if (outcome is not AppendOutcome.Appended appended)
            {
                return outcome.ToString();
            }

            told.Add(new Acknowledged(Robot, appended.LastSequence, command));
            return null;
        }
        catch (JournalException error)
        {
            return error.Message;
        }
    }

    private static int Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
