using System.Globalization;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Sqlite;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A disk that fails is noticed, said, and nothing that it did not take is reported as written.</summary>
public sealed class FaultyDiskTests : IDisposable
{
    private static readonly EntityKey Robot = new(0, "robot", "r0");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("Rule", "K-17")]
    public async Task A_sync_that_fails_leaves_a_commit_unknown_and_says_to_check_the_disk()
    {
        var words = await FaultyDiskProcess.RunAsync(
            nameof(FaultyDiskProcess.Append_to_a_journal), "fsync,fdatasync:error=EIO:when=25+", _folder.Path);

        Assert.StartsWith("unknown ", words[^1], StringComparison.Ordinal);
        Assert.Contains("Check the disk and the system log", words[^1], StringComparison.Ordinal);
        await AssertWhole(words);
    }

    [Fact]
    [Trait("Rule", "K-17")]
    public async Task A_full_disk_leaves_a_commit_unknown_and_says_to_free_some_space()
    {
        var words = await FaultyDiskProcess.RunAsync(
            nameof(FaultyDiskProcess.Append_to_a_journal), "pwrite64:error=ENOSPC:when=100+", _folder.Path);

        Assert.StartsWith("unknown ", words[^1], StringComparison.Ordinal);
        Assert.Contains("is full", words[^1], StringComparison.Ordinal);
        Assert.Contains("Free some space", words[^1], StringComparison.Ordinal);
        await AssertWhole(words);
    }

    [Theory]
    [InlineData("fsync,fdatasync:error=EIO", "error 5")]
    [InlineData("fsync,fdatasync:error=ENOSPC", "error 28")]
    public async Task Files_of_our_own_report_a_sync_that_fails_and_keep_what_they_held(string fault, string error)
    {
        _folder.Write("kept", "old");

        var words = await FaultyDiskProcess.RunAsync(
            nameof(FaultyDiskProcess.Write_files_of_our_own), fault, _folder.Path);

        Assert.Equal(2, words.Length);
        Assert.All(words, word => Assert.Contains(error, word, StringComparison.Ordinal));
        Assert.All(words, word => Assert.Contains("It counts as not written", word, StringComparison.Ordinal));
        Assert.Equal("old", await File.ReadAllTextAsync(_folder.File("kept"), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_folder.File("kept.new")));
    }

    [Fact]
    public async Task The_runtime_still_swallows_a_sync_that_fails()
    {
        var words = await FaultyDiskProcess.RunAsync(
            nameof(FaultyDiskProcess.Flush_with_the_runtime), "fsync,fdatasync:error=EIO", _folder.Path);

        Assert.True(
            words is ["FileStream.Flush(true): done", "RandomAccess.FlushToDisk: done"],
            $"This runtime reports failed syncs: DurableFile need not ask the system. {string.Join(", ", words)}");
    }

    private async Task AssertWhole(string[] words)
    {
        var told = words.Where(word => word.StartsWith("written ", StringComparison.Ordinal))
            .Select(word => word.Split(' '))
            .Select(parts => new Acknowledged(
                Robot, long.Parse(parts[1], CultureInfo.InvariantCulture), Guid.Parse(parts[2])))
            .ToList();
        Assert.NotEmpty(told);
        await using var journal = SqliteJournal.Open(
            _folder.File("journal.db"),
            JournalOptions.For("parent", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(60) });
        var events = await JournalHistory.ReadAsync(journal, TestContext.Current.CancellationToken);

        Assert.Empty(JournalHistory.Violations(events, told));
        // The one that was left unknown may be there.
        Assert.InRange(events.Count, told.Count, told.Count + 1);
    }
}
