using System.Diagnostics;
using System.Globalization;
using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A second process that writes a journal: this very test program, told to run one test only.</summary>
public sealed class WriterProcess : IDisposable
{
    private const string FileVariable = "TWINACTORS_TEST_JOURNAL";
    private const string AckVariable = "TWINACTORS_TEST_ACKS";
    private const int Entities = 50;

    private readonly Process _process;
    private readonly string _acks;

    private WriterProcess(Process process, string acks)
    {
        _process = process;
        _acks = acks;
    }

    /// <summary>Made by the test runner, in the process that writes.</summary>
    public WriterProcess()
        : this(Process.GetCurrentProcess(), "")
    {
    }

    /// <summary>Starts a process that appends without end and notes each acknowledged append in a file.</summary>
    internal static WriterProcess Start(string journal, string acks)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FileVariable] = journal, [AckVariable] = acks },
        };
        foreach (var argument in new[]
        {
            "-explicit", "only", "-method", $"{typeof(WriterProcess).FullName}.{nameof(Append_until_killed)}",
        })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new WriterProcess(process, acks);
    }

    /// <summary>Whether it still runs.</summary>
    internal bool IsRunning => !_process.HasExited;

    /// <summary>Appends acknowledged so far: key of the entity, sequence, command.</summary>
    internal List<(string Key, long Sequence, Guid Command)> Acknowledged()
    {
        if (!File.Exists(_acks))
        {
            return [];
        }

        using var file = new FileStream(_acks, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n');

        // The last line may be cut: its append counts as not acknowledged.
        return [.. lines[..^1].Select(line => line.Split(' ')).Select(parts => (
            parts[0], long.Parse(parts[1], CultureInfo.InvariantCulture), Guid.Parse(parts[2])))];
    }

    /// <summary>Ends it as a power cut would: SIGKILL, in the middle of whatever it does.</summary>
    internal async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        if (_acks.Length > 0 && IsRunning)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [Fact(Explicit = true)]
    public async Task Append_until_killed()
    {
        var path = Environment.GetEnvironmentVariable(FileVariable);
        Assert.SkipWhen(path is null, "Only runs as the second process of another test.");

        await using var acks = new FileStream(
            Environment.GetEnvironmentVariable(AckVariable)!, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        await using var journal = SqliteJournal.Open(path, JournalOptions.For("child", TimeProvider.System));
        await Task.WhenAll(Enumerable.Range(0, Entities).Select(n => AppendAsync(journal, $"r{n}", acks)));
    }

    private static async Task AppendAsync(SqliteJournal journal, string key, FileStream acks)
    {
        var stopping = TestContext.Current.CancellationToken;
        var entity = new EntityKey(0, "robot", key);
        var head = await journal.ReadHeadAsync(entity, stopping);
        var body = Encoding.UTF8.GetBytes($$"""{"text":"{{new string('x', 300)}}"}""");
        var sequence = head.Sequence;
        while (true)
        {
            var command = Guid.CreateVersion7();
            var outcome = await journal.AppendAsync(
                new AppendRequest
                {
                    Entity = entity,
                    Epoch = head.Epoch,
                    ExpectedSequence = sequence,
                    Events = [new(new("test.begun", 1), body), new(new("test.ended", 1), body)],
                    AtNs = sequence,
                    Command = command,
                },
                stopping);
            if (outcome is not AppendOutcome.Appended appended)
            {
                return;
            }

            sequence = appended.LastSequence;
            var line = Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{key} {sequence} {command}\n"));
            lock (acks)
            {
                acks.Write(line);
                acks.Flush();
            }
        }
    }
}
