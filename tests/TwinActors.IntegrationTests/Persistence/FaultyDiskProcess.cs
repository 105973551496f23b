using System.Diagnostics;
using System.Globalization;
using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Files;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>
/// A second process whose disk fails: this very test program, run by strace, which answers some of its system calls
/// with an error instead of carrying them out.
/// </summary>
public sealed class FaultyDiskProcess
{
    private const string FolderVariable = "TWINACTORS_TEST_FAULTY_FOLDER";
    private const string WordsVariable = "TWINACTORS_TEST_FAULTY_WORDS";
    private const int Appends = 60;

    /// <summary>Runs one of the tests below under a fault.</summary>
    /// <param name="test">Name of the test.</param>
    /// <param name="fault">What strace injects, as <c>fsync,fdatasync:error=EIO:when=20+</c>.</param>
    /// <param name="folder">Folder that the process works in.</param>
    /// <returns>What it noted, a line each.</returns>
    internal static async Task<string[]> RunAsync(string test, string fault, string folder)
    {
        var stop = TestContext.Current.CancellationToken;
        // A pipe, not a file: the fault must not hit the notes.
        var words = Path.Combine(folder, "words");
        using (var pipe = Process.Start("mkfifo", [words]))
        {
            await pipe.WaitForExitAsync(stop);
        }

        var calls = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        var start = new ProcessStartInfo("strace", [
            "-f", "-qq", "-o", "/dev/null", "--seccomp-bpf", "-e", $"trace={calls}", "-e", $"inject={fault}",
            Environment.ProcessPath!, "-explicit", "only", "-method", $"{typeof(FaultyDiskProcess).FullName}.{test}",
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [FolderVariable] = folder, [WordsVariable] = words },
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        // Opening a pipe waits for its other end: not on this thread, in case the process never gets there.
        var noted = Task.Run(() => File.ReadAllTextAsync(words, stop), stop);
        await process.WaitForExitAsync(stop);
        Assert.True(process.ExitCode == 0, $"{await output}\n{await errors}");
        return (await noted).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact(Explicit = true)]
    public async Task Append_to_a_journal()
    {
        var (folder, words) = Start();
        using var _ = words;
        var journal = SqliteJournal.Open(
            Path.Combine(folder, "journal.db"),
            JournalOptions.For("child", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(10) });
        var entity = new EntityKey(0, "robot", "r0");
        var head = await journal.ReadHeadAsync(entity, TestContext.Current.CancellationToken);
        for (var sequence = 0; sequence < Appends; sequence++)
        {
            var command = Guid.CreateVersion7();
            try
            {
                var outcome = await journal.AppendAsync(
                    new AppendRequest
                    {
                        Entity = entity,
                        Epoch = head.Epoch,
                        ExpectedSequence = sequence,
                        Events = [new NewEvent(new EventName("test.happened", 1), new byte[] { 1 })],
                        AtNs = sequence,
                        Command = command,
                    },
                    TestContext.Current.CancellationToken);
                words.WriteLine(outcome is AppendOutcome.Appended
                    ? string.Create(CultureInfo.InvariantCulture, $"written {sequence + 1} {command}")
                    : $"refused {outcome}");
                if (outcome is not AppendOutcome.Appended)
                {
                    break;
                }
            }
            catch (JournalOutcomeUnknownException error)
            {
                words.WriteLine($"unknown {error.Message}");
                break;
            }
        }
    }

    [Fact(Explicit = true)]
    public void Write_files_of_our_own()
    {
        var (folder, words) = Start();
        using var _ = words;
        Note(words, "write", () => DurableFile.Write(Path.Combine(folder, "kept"), "new"u8));
        Note(words, "folder", () => DurableFile.CreateFolder(Path.Combine(folder, "a", "b")));
    }

    [Fact(Explicit = true)]
    public void Flush_with_the_runtime()
    {
        var (folder, words) = Start();
        using var _ = words;
        using var file = File.Create(Path.Combine(folder, "flushed"));
        file.Write("new"u8);
        Note(words, "FileStream.Flush(true)", () => file.Flush(flushToDisk: true));
        Note(words, "RandomAccess.FlushToDisk", () => RandomAccess.FlushToDisk(file.SafeFileHandle));
    }

    private static (string Folder, StreamWriter Words) Start()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "Only runs as the second process of another test.");
        return (folder, new StreamWriter(
            Environment.GetEnvironmentVariable(WordsVariable)!, Encoding.UTF8, new FileStreamOptions
            {
                Mode = FileMode.Open,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite,
            })
        {
            AutoFlush = true,
        });
    }

    private static void Note(StreamWriter words, string what, Action act)
    {
        try
        {
            act();
            words.WriteLine($"{what}: done");
        }
        catch (IOException error)
        {
            words.WriteLine($"{what}: {error.Message}");
        }
    }
}
