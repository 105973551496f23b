using System.Diagnostics;
using System.Globalization;
using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A second process that writes a journal: this very test program, told to run one test only.</summary>
public sealed class WriterProcess : IDisposable
{
    private const string StoreVariable = "TWINACTORS_TEST_JOURNAL";
    private const string AckVariable = "TWINACTORS_TEST_ACKS";
    private const string FirstVariable = "TWINACTORS_TEST_ACKNOWLEDGE_FIRST";
    private const string StuckMark = ".stuck";
    private const int Entities = 50;
    private const int CommitsBeforeStuck = 20;

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
    /// <param name="store">Where it writes.</param>
    /// <param name="acks">Path of the file.</param>
    /// <param name="acknowledgesFirst">
    /// A lie, to try the checker: notes an append before it is sent, and hangs for ever before one of its commits.
    /// </param>
    internal static WriterProcess Start(TestedStore store, string acks, bool acknowledgesFirst = false)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                [StoreVariable] = store.ToString(), [AckVariable] = acks,
                [FirstVariable] = acknowledgesFirst ? "yes" : "",
            },
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

    /// <summary>Whether it hangs before a commit.</summary>
    internal bool HasStuck => File.Exists(_acks + StuckMark);

    /// <summary>Appends acknowledged so far.</summary>
    internal List<Acknowledged> Acknowledged()
    {
        if (!File.Exists(_acks))
        {
            return [];
        }

        using var file = new FileStream(_acks, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n');

        // The last line may be cut: its append counts as not acknowledged.
        return [.. lines[..^1].Select(line => line.Split(' ')).Select(parts => new Acknowledged(
            EntityOf(parts[0]), long.Parse(parts[1], CultureInfo.InvariantCulture), Guid.Parse(parts[2])))];
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
        var store = Environment.GetEnvironmentVariable(StoreVariable);
        Assert.SkipWhen(store is null, "Only runs as the second process of another test.");

        var acksPath = Environment.GetEnvironmentVariable(AckVariable)!;
        var acknowledgesFirst = Environment.GetEnvironmentVariable(FirstVariable) is "yes";
        var commits = 0;
        await using var acks = new FileStream(acksPath, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        await using var journal = TestedStore.Parse(store).Open(JournalOptions.For("child", TimeProvider.System) with
        {
            Deadline = TimeSpan.FromSeconds(60),
            CommitStep = commit =>
            {
                if (acknowledgesFirst && ++commits > CommitsBeforeStuck)
                {
                    File.WriteAllText(acksPath + StuckMark, "");
                    new ManualResetEvent(initialState: false).WaitOne();
                }

                commit();
            },
        });
        await Task.WhenAll(
            Enumerable.Range(0, Entities).Select(n => AppendAsync(journal, $"r{n}", acks, acknowledgesFirst)));
    }

    private static EntityKey EntityOf(string key) => new(0, "robot", key);

    private static async Task AppendAsync(IJournal journal, string key, FileStream acks, bool acknowledgesFirst)
    {
        var stopping = TestContext.Current.CancellationToken;
        var head = await journal.ReadHeadAsync(EntityOf(key), stopping);
        var sequence = head.Sequence;
        while (true)
        {
            var command = Guid.CreateVersion7();
            // One to three events, each with their number in front.
            var count = 1 + (int)(sequence % 3);
            byte[] body = [(byte)count, .. Encoding.UTF8.GetBytes(new string('x', 300))];
            if (acknowledgesFirst)
            {
                Acknowledge(acks, key, sequence + count, command);
            }

            var outcome = await journal.AppendAsync(
                new AppendRequest
                {
                    Entity = EntityOf(key),
                    Epoch = head.Epoch,
                    ExpectedSequence = sequence,
                    Events = [.. Enumerable.Repeat(new NewEvent(new EventName("test.happened", 1), body), count)],
                    AtNs = sequence,
                    Command = command,
                },
                stopping);
            if (outcome is not AppendOutcome.Appended appended)
            {
                return;
            }

            sequence = appended.LastSequence;
            if (!acknowledgesFirst)
            {
                Acknowledge(acks, key, sequence, command);
            }
        }
    }

    private static void Acknowledge(FileStream acks, string key, long sequence, Guid command)
    {
        var line = Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{key} {sequence} {command}\n"));
        lock (acks)
        {
            acks.Write(line);
            acks.Flush();
        }
    }
}
